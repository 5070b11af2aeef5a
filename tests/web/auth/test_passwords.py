"""Hashes for the users file."""

import pytest

from mqtt_plot.web.auth import passwords


def test_a_password_fits_its_hash_and_no_other() -> None:
    """What was hashed is recognised, in any script; all else is not."""
    hashed = passwords.hash_password("Grüße 1")
    assert passwords.is_password("Grüße 1", hashed)
    assert not passwords.is_password("Grüße 2", hashed)
    assert not passwords.is_password("", hashed)


def test_equal_passwords_have_different_hashes() -> None:
    """Each hash has its own salt."""
    assert passwords.hash_password("a") != passwords.hash_password("a")


def test_the_hash_is_scrypt() -> None:
    """The same salt gives the hash that RFC 7914's function gives, so that the file outlives this program."""
    hashed = passwords.hash_password("pleaseletmein", b"SodiumChloride")
    # RFC 7914, section 12, third vector, its first 32 bytes.
    expected = bytes.fromhex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    assert passwords.base64.b64decode(hashed.rpartition("$")[2]) == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "$token$abc",
        "$scrypt$n=16384,r=8,p=1$AAAA$A",
        "$scrypt$n=999999,r=99,p=99$AAAA$AAAA",
        "$scrypt$n=3,r=8,p=1$AAAA$AAAA",
        "$2b$12$abcdefghijklmnopqrstuv",
    ],
)
def test_what_is_no_hash_of_ours_is_refused(text: str) -> None:
    """A hash that could never be checked, or would cost too much memory, is refused when the file is read."""
    with pytest.raises(ValueError, match="expected a hash"):
        passwords.check_hash(text)


def test_tokens_are_long_and_their_hash_is_told_apart() -> None:
    """A token is no password: nobody logs in with it."""
    token = passwords.make_token()
    hashed = passwords.check_hash(passwords.hash_token(token))
    assert len(token) == 43
    assert passwords.is_token_hash(hashed)
    assert not passwords.is_password(token, hashed)
