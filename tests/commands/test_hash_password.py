"""`mqtt-plot hash-password`."""

import subprocess
import sys

from mqtt_plot.web.auth.passwords import hash_token, is_password
from mqtt_plot.web.auth.users import Role, User, parse_line
from tests.support.processes import ROOT


def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mqtt_plot", "hash-password", *arguments],
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_piped_password_comes_back_as_its_hash() -> None:
    """Without a name only the hash is printed."""
    done = run(typed="s3cret\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert is_password("s3cret", done.stdout.strip())


def test_with_a_name_the_line_is_whole() -> None:
    """NAME and ROLE give a line that can be appended to the file."""
    user = parse_line(run("anna", "admin", typed="s3cret").stdout.strip())
    assert (user.name, user.role) == ("anna", Role.ADMIN)


def test_a_token_is_shown_beside_the_line() -> None:
    """The line goes to standard output, the token, once, to standard error."""
    done = run("--token", "plc", "write")
    token = done.stderr.removeprefix("token: ").strip()
    assert parse_line(done.stdout.strip()) == User("plc", Role.WRITE, hash_token(token))


def test_mistakes_are_one_line() -> None:
    """No password, a colon in the name, an unknown role: exit status 2."""
    for done in (run(), run("a:b", typed="x"), run("anna", "root", typed="x")):
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("mqtt-plot: ")
