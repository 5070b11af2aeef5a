"""Hashes of passwords and tokens, as they stand in the users file. Knows nothing of who owns them.

A password is hashed with scrypt (RFC 7914): 16 MiB and some tens of milliseconds a try, so that a stolen file is slow to search. A token
is 256 random bits, which nobody can search: SHA-256 is enough, and a writer's every request can be checked at once.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets

_COST, _BLOCK_SIZE, _PARALLEL = 2**14, 8, 1
_SALT_BYTES = 16
_KEY_BYTES = 32
_MEMORY = (
    33 * 2**20
)  # a hash that wants more is refused; OpenSSL counts a little more than RFC 7914's 128 * cost * block size
_SCRYPT = re.compile(r"\$scrypt\$n=(\d{1,6}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/=]+)\$([\w+/=]+)", re.ASCII)
_TOKEN = re.compile(r"\$token\$[0-9a-f]{64}")


def hash_password(password: str, salt: bytes | None = None) -> str:
    """Return the hash of `password` with its salt (random unless given) and its costs."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    key = _scrypt(password, salt, _COST, _BLOCK_SIZE, _PARALLEL)
    return f"$scrypt$n={_COST},r={_BLOCK_SIZE},p={_PARALLEL}${_text(salt)}${_text(key)}"


def hash_token(token: str) -> str:
    """Return the hash of a token made by `make_token`."""
    return "$token$" + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_token() -> str:
    """Return a new token of 256 random bits."""
    return secrets.token_urlsafe(32)


def is_token_hash(text: str) -> bool:
    """Tell whether `text` is the hash of a token."""
    return _TOKEN.fullmatch(text) is not None


def check_hash(text: str) -> str:
    """Return `text` if it is a hash of ours that this machine can compute, else raise ValueError."""
    if is_token_hash(text):
        return text
    match = _SCRYPT.fullmatch(text)
    if match is None:
        raise ValueError("expected a hash as `mqtt-plot hash-password` prints it")
    try:
        is_password("", text)
    except (ValueError, binascii.Error, MemoryError) as error:
        raise ValueError(f"expected a hash with costs that this machine can pay: {error}") from None
    return text


def is_password(password: str, hashed: str) -> bool:
    """Tell whether `hashed` is the hash of `password`; takes some tens of milliseconds. Raises ValueError for impossible costs."""
    match = _SCRYPT.fullmatch(hashed)
    if match is None:
        return False
    cost, block_size, parallel = (int(text) for text in match.groups()[:3])
    salt, key = (base64.b64decode(text, validate=True) for text in match.groups()[3:])
    return hmac.compare_digest(key, _scrypt(password, salt, cost, block_size, parallel))


def _scrypt(password: str, salt: bytes, cost: int, block_size: int, parallel: int) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block_size, p=parallel, maxmem=_MEMORY, dklen=_KEY_BYTES)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
