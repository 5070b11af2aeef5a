"""Certificates and password files, made on the spot by the programs that people make them with."""

import subprocess
from pathlib import Path

from tests.support.processes import find_program

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]


def make_client_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for the client `name`, by the authority in `folder`; return the files of certificate and key."""
    names = ["-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt"]
    arguments = ["req", "-x509", *_NEW_KEY, *names, "-CA", "ca.crt", "-CAkey", "ca.key"]
    extensions = ["-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run([find_program("openssl"), *arguments, *extensions], cwd=folder, check=True, capture_output=True)
    return folder / f"{name}.crt", folder / f"{name}.key"


def make_certificates(folder: Path, *, has_key_usage: bool = True) -> Path:
    """Make a certificate authority and a server certificate for 127.0.0.1 and localhost in `folder`; return the authority's file.

    Python 3.13 wants an authority to have key usage; many were made without.
    """
    openssl = find_program("openssl")
    key_usage = ["-addext", "keyUsage=critical,keyCertSign"] if has_key_usage else []
    for arguments in (
        ["req", "-x509", *_NEW_KEY, *key_usage, "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.crt"],
        [
            *("req", "-x509", *_NEW_KEY, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.crt"),
            *("-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        ],
    ):
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)
    return folder / "ca.crt"


def make_passwords(file: Path, users: dict[str, str]) -> None:
    """Write a password file as `mosquitto_passwd` does."""
    file.touch(mode=0o600)
    for user, password in users.items():
        subprocess.run([find_program("mosquitto_passwd"), "-b", file, user, password], check=True, capture_output=True)
