"""Makes what the secure profile needs, once: an authority, certificates and passwords, each readable by its one user only.

Runs as root in a one-shot container before all else; what is there already stays. Needs openssl and nothing of the bridge.
A certificate lasts 825 days, the most that browsers accept of a private authority; delete the volumes to make all anew.

usage: make_secrets.py FOLDER [NAME ...]     NAME: further host names or addresses by which the machine is reached
"""

import base64
import hashlib
import ipaddress
import os
import secrets
import subprocess
import sys
from pathlib import Path

DAYS = 825
BROKER_USER, BRIDGE_USER = 1883, 10001
# mosquitto's own format: $7$ is PBKDF2-SHA512, then rounds, salt and hash.
ROUNDS = 10_000
# File name in broker/secrets or beside the user's certificates, by user of the broker.
USERS = {"bridge": "bridge", "device": "devices", "health": "broker/secrets"}


def openssl(*arguments: str, cwd: Path) -> None:
    """Run openssl; its own words explain a failure."""
    done = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"openssl {arguments[0]} failed: {done.stderr.strip()[-300:]}")


def make_authority(folder: Path) -> None:
    """Make ca.crt and ca.key in `folder`."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
    extensions = ("-addext", "basicConstraints=critical,CA:TRUE,pathlen:0", "-addext", "keyUsage=critical,keyCertSign")
    names = ("-subj", "/CN=mqtt-plot rig authority", "-keyout", "ca.key", "-out", "ca.crt")
    openssl("req", "-x509", *key, "-days", str(DAYS), *extensions, *names, cwd=folder)


def make_certificate(authority: Path, folder: Path, file: str, names: list[str]) -> None:
    """Make FILE.crt and FILE.key in `folder`, signed by the authority, for `names`."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
    signer = ("-CA", str(authority / "ca.crt"), "-CAkey", str(authority / "ca.key"))
    extensions = (f"subjectAltName={','.join(map(alternative, names))}", "basicConstraints=critical,CA:FALSE")
    added = [word for extension in extensions for word in ("-addext", extension)]
    out = ("-subj", f"/CN={names[0]}", "-keyout", f"{file}.key", "-out", f"{file}.crt")
    openssl("req", "-x509", *key, "-days", str(DAYS), *signer, *added, *out, cwd=folder)


def alternative(name: str) -> str:
    """Return a name or an address as subjectAltName writes it."""
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"


def hashed(password: str, salt: bytes) -> str:
    """Return the password as mosquitto's password file has it."""
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def make_passwords(root: Path) -> None:
    """Write a random password for each user where only that user reads it, and their hashes for the broker."""
    lines = []
    for user, place in USERS.items():
        password = secrets.token_urlsafe(24)
        (root / place / f"{user}-password").write_text(password + "\n")
        lines.append(f"{user}:{hashed(password, secrets.token_bytes(12))}\n")
    (root / "broker/secrets/passwords").write_text("".join(lines))


def hand_over(folder: Path, user: int) -> None:
    """Give a folder to the one user who reads it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        if os.geteuid() == 0:
            os.chown(path, user, user)


def main(root: Path, names: list[str]) -> None:
    """Make all in `root` unless it is there."""
    done = root / "broker/secrets/passwords"
    if done.exists():
        print("certificates and passwords are there already")
        return
    authority, broker, bridge, devices = (root / part for part in ("authority", "broker/certs", "bridge", "devices"))
    for folder in (authority, broker, bridge, devices, root / "broker/secrets"):
        folder.mkdir(parents=True, exist_ok=True)
    make_authority(authority)
    make_certificate(authority, broker, "server", ["mosquitto", "localhost", "127.0.0.1", *names])
    make_certificate(authority, bridge, "web", ["localhost", "127.0.0.1", *names])
    for folder in (broker, bridge, devices):
        (folder / "ca.crt").write_bytes((authority / "ca.crt").read_bytes())
    make_passwords(root)  # last: it is what tells that all is there
    # Each is a volume of its own; the folders above them are the container's read-only root.
    for folder, user in (
        (broker, BROKER_USER),
        (done.parent, BROKER_USER),
        (bridge, BRIDGE_USER),
        (devices, BRIDGE_USER),
    ):
        hand_over(folder, user)
    print("made certificates and passwords; clients of the broker trust authority/ca.crt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
