"""`mqtt-plot hash-password`: makes lines for the users file, and leaves it to the user to put them there."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from getpass import getpass
from typing import NoReturn

from mqtt_plot.errors import SettingsError
from mqtt_plot.web.auth.passwords import hash_password, hash_token, make_token

ROLES = ("view", "write", "admin")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}; {self.prog} --help lists the options")


def run(arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
    """Print the hash of a password that is typed or piped in, or a new token with its hash; with NAME the whole line."""
    parser = _Parser(prog="mqtt-plot hash-password", description="Make a line for --users-file.", allow_abbrev=False)
    parser.add_argument("name", nargs="?", help="the user's name; without it only the hash is printed")
    parser.add_argument("role", nargs="?", choices=ROLES, default="view", help="what the user may do (default: view)")
    parser.add_argument("--token", action="store_true", help="make a bearer token for a program; it is shown only now")
    given = parser.parse_args(arguments)
    if given.name is not None and (":" in given.name or given.name.startswith("#") or not given.name.strip()):
        raise SettingsError(f"expected a name without a colon and # in front, got {given.name!r:.80}")
    if given.token:
        token = make_token()
        print(f"token: {token}", file=sys.stderr)  # noqa: T201 - beside the line, so that >> users.txt leaves it out
        hashed = hash_token(token)
    else:
        hashed = hash_password(_ask())
    print(hashed if given.name is None else f"{given.name}:{given.role}:{hashed}")  # noqa: T201 - the answer


def _ask() -> str:
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass("Password: ")
        if getpass("Once more: ") != password:
            raise SettingsError("expected the same password twice, got two different ones")
    if not password:
        raise SettingsError("expected a password, got an empty one")
    return password
