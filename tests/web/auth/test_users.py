"""The users file."""

from pathlib import Path

import pytest

from mqtt_plot.errors import SettingsError
from mqtt_plot.web.auth.passwords import hash_password, hash_token
from mqtt_plot.web.auth.users import Role, Users, parse_line

HASH = hash_password("secret", b"salt")


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "users"
    file.write_text(text)
    return file


def test_users_tokens_and_comments(tmp_path: Path) -> None:
    """One user per line; a token finds its owner and is no password's user."""
    users = Users.read(write(tmp_path, f"# who\n\nanna:admin:{HASH}\nplc:write:{hash_token('t0ken')}\n"))
    anna, plc = users.find("anna"), users.by_token("t0ken")
    assert anna is not None
    assert plc is not None
    assert (anna.role, plc.role, plc.name) == (Role.ADMIN, Role.WRITE, "plc")
    assert users.find("plc") is None
    assert users.by_token("other") is None
    assert users.everybody is None


def test_everybody_may_view(tmp_path: Path) -> None:
    """`*:view:` lets in who has no login, and cannot be logged in as."""
    users = Users.read(write(tmp_path, "*:view:\n"))
    assert users.everybody is not None
    assert users.everybody.role is Role.VIEW
    assert users.find("*") is None


@pytest.mark.parametrize(
    "line",
    ["anna", "anna:admin", f"anna:root:{HASH}", f":view:{HASH}", "anna:view:secret", f"*:view:{HASH}", "*:root:"],
)
def test_a_wrong_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    """The error says where and what is expected, and repeats no hash."""
    with pytest.raises(SettingsError, match="line 2: expected") as refused:
        Users.read(write(tmp_path, f"# users\n{line}\n"))
    assert "secret" not in str(refused.value)
    assert HASH not in str(refused.value)


def test_roles_may_be_called_as_plants_call_them() -> None:
    """A viewer views, an operator writes."""
    assert [parse_line(f"anna:{role}:{HASH}").role for role in ("viewer", "operator")] == [Role.VIEW, Role.WRITE]


def test_an_empty_or_missing_file(tmp_path: Path) -> None:
    """Nobody could log in: better not to start."""
    with pytest.raises(SettingsError, match="at least one"):
        Users.read(write(tmp_path, "# nobody\n"))
    with pytest.raises(SettingsError, match="cannot read"):
        Users.read(tmp_path / "missing")
