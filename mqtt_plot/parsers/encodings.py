"""Bytes to text where they are not plain UTF-8; refuses to guess where more than one answer is likely."""

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# What binary payloads start with, and what to do about each.
_MAGIC = (
    (b"\x1f\x8b", "gzip; send it uncompressed"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"PK\x03\x04", "a zip file"),
    (b"%PDF", "a PDF file"),
)
# The letters and signs that Latin-1 devices do send; others are more likely to be no text at all.
_LATIN = frozenset("°µ²³·±½äöüÄÖÜßéèêëàâçôûîïåÅøØæÆñÉÈÀ".encode("latin-1"))
_SPACES = frozenset(b"\t\r\n ")
# The first byte of text that is surely no binary format of ours: JSON, a number, a letter, a quote, a sign.
_STARTS = (
    frozenset(b'{["+-.0123456789') | frozenset(range(ord("A"), ord("Z") + 1)) | frozenset(range(ord("a"), ord("z") + 1))
)
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F


def decode_marked(payload: bytes, context: Context) -> str | None:
    """Return the text of a payload with a byte order mark, or of two-byte text without one; None for all else."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if payload.startswith(mark):
            context.note(f"{encoding.upper()} by its byte order mark")
            return _decode(payload[len(mark) :], encoding)
    pairs = len(payload) // 2
    if pairs and len(payload) % 2 == 0:
        for zeros, letters, encoding in (
            (payload[1::2], payload[0::2], "utf-16-le"),
            (payload[0::2], payload[1::2], "utf-16-be"),
        ):
            if zeros.count(0) == pairs and letters.count(0) == 0:
                context.note(f"read as {encoding.upper()}: every second byte is zero")
                return _decode(payload, encoding)
    return None


def _decode(payload: bytes, encoding: str) -> str:
    try:
        return payload.decode(encoding)
    except UnicodeDecodeError as error:
        raise PayloadError(
            "bad_utf8", f"expected {encoding.upper()} as its byte order mark says, got {error.reason}"
        ) from None


def decode_other(payload: bytes, error: UnicodeDecodeError, context: Context) -> str:
    """Return the text of a payload that is no UTF-8. Raises PayloadError("bad_utf8") with advice if that is not clear."""
    marked = decode_marked(payload, context)
    if marked is not None:
        return marked
    if payload[0] in _STARTS and not context.rules.is_strict and _is_latin(payload):
        context.note("no UTF-8, read as Latin-1")
        return payload.decode("latin-1")
    what = next((f"; this looks like {name}" for magic, name in _MAGIC if payload.startswith(magic)), None)
    raise PayloadError(
        "bad_utf8",
        f"expected UTF-8 text, got byte 0x{payload[error.start]:02x} at offset {error.start}"
        + (what or "; binary data cannot be plotted: send text or JSON"),
    )


def _is_latin(payload: bytes) -> bool:
    """Tell whether all bytes are plain characters of Latin-1, and no more than a quarter of them beyond ASCII."""
    beyond = 0
    for byte in set(payload):
        if byte in _LATIN:
            beyond += payload.count(byte)
        elif byte >= _DELETE or (byte < _FIRST_PRINTABLE and byte not in _SPACES):
            return False
    return beyond * 4 <= len(payload)
