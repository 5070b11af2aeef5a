"""Who may do what: the users file, its roles and its tokens. Knows nothing of requests.

One line per user, `NAME:ROLE:HASH`, the hash made by `mqtt-plot hash-password`. `*:view:` lets everybody view without a login.
"""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self

from mqtt_plot.errors import SettingsError
from mqtt_plot.web.auth.passwords import check_hash, hash_token, is_token_hash

EVERYBODY = "*"


class Role(IntEnum):
    """What a user may do; each role may also do what those before it may."""

    VIEW = 1
    WRITE = 2
    ADMIN = 3


_ROLES = {role.name.lower(): role for role in Role} | {"viewer": Role.VIEW, "operator": Role.WRITE}


@dataclass(frozen=True)
class User:
    """One line of the file; `credential` is the hash of the password or token."""

    name: str
    role: Role
    credential: str


class Users:
    """All users of a file."""

    def __init__(self, users: list[User]) -> None:
        self._by_name = {user.name: user for user in users if not is_token_hash(user.credential)}
        self._by_token = {user.credential: user for user in users if is_token_hash(user.credential)}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the users of a file. Raises SettingsError, which never repeats a hash."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"--users-file: cannot read {path}: {getattr(error, 'strerror', None) or error}"
            ) from None
        users = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                try:
                    users.append(parse_line(line.strip()))
                except ValueError as error:
                    raise SettingsError(f"--users-file: {path}, line {number}: {error}") from None
        if not users:
            raise SettingsError(f"--users-file: expected at least one NAME:ROLE:HASH in {path}, got none")
        return cls(users)

    @property
    def everybody(self) -> User | None:
        """Who somebody without a login is, None where a login is needed."""
        return self._by_name.get(EVERYBODY)

    def find(self, name: str) -> User | None:
        """Return the user who logs in by `name` and a password."""
        return None if name == EVERYBODY else self._by_name.get(name)

    def by_token(self, token: str) -> User | None:
        """Return the owner of a bearer token."""
        return self._by_token.get(hash_token(token))


def parse_line(line: str) -> User:
    """Return the user of one line. Raises ValueError."""
    name, _, rest = line.partition(":")
    role, _, credential = rest.partition(":")
    if not name or role not in _ROLES:
        raise ValueError(f"expected NAME:ROLE:HASH with a role of {', '.join(_ROLES)}")
    if name == EVERYBODY:
        if credential:
            raise ValueError(f"expected no hash behind {EVERYBODY}, who is everybody")
        return User(name, _ROLES[role], "")
    return User(name, _ROLES[role], check_hash(credential))
