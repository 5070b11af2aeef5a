"""Text to decoded JSON (RFC 8259), with every way the standard decoder can fail turned into PayloadError.

Read as well: what programs without a JSON encoder print for no value (`nan`, `-nan`, `inf`, `None`, nothing at all), Python's `True`
and `False`, texts in single quotes, keys without quotes, a comma behind the last value or before the first, and
012.5, .5 and 5. as numbers. All of it can be meant in one way only.
"""

import base64
import json
import math
import re
from collections.abc import Callable
from typing import Any

from mqtt_plot.errors import PayloadError

# What JSON does not have but devices write is a gap; an infinity after decoding can then only be a number like 1e400.
_decoder = json.JSONDecoder(parse_constant=lambda _: math.nan)
_decode = _decoder.decode
# The scanner beneath `decode`, which spends a tenth of the time of a small message on looking for blanks around it.
_scan: Callable[[str, int], tuple[Any, int]] = _decoder.scan_once  # type: ignore[attr-defined]  # public, but not in typeshed
# A whole number has no sign of zero in Python, but -0 in JSON is -0.0. A call for each number makes this decoder slower.
_signed = json.JSONDecoder(
    parse_constant=lambda _: math.nan, parse_int=lambda digits: -0.0 if digits == "-0" else int(digits)
)
_MINUS_ZERO = re.compile(r"-0(?![\d.eE])")
# Texts come first, so that nothing inside one is taken for a word. One that is never closed goes to the end, or each quote
# in it would be looked for anew.
_WORD = re.compile(r"[+-]?\b(?:nan(?:\(ind\))?|inf(?:inity)?|none|undefined|true|false)\b", re.IGNORECASE)
# Zeros before a number, nothing behind its point or before it: 012.5, 71582784. and .5, as small programs print them.
_AWRY = re.compile(r"(?P<zeros>(?<![\w.])0+(?=\d))|(?P<behind>(?<=\d)\.(?!\d))|(?P<point>(?<![\w.])\.(?=\d))")
_TOKENS = re.compile(rf'"(?:[^"\\\n]++|\\.)*"?|{_AWRY.pattern}|{_WORD.pattern}', re.IGNORECASE)
_NUMBERS = {"zeros": "", "behind": "", "point": "0."}
_LONGEST_MENDED = 64 * 1024  # characters, in a few milliseconds
_LONGEST_LOOSE = 8 * 1024  # of a text with any other fault
_LOOSE = re.compile(
    r"""(?P<text>"(?:[^"\\\n]++|\\.)*"?)|'(?P<body>(?:[^'\\\n]++|\\.)*)(?P<single>'?)|(?P<last>,(?=\s*[}\]])|(?<=[{\[])\s*,)|(?P<hole>:(?=\s*,))"""
    r"""|(?P<before>[{,]\s*)(?P<key>[A-Za-z_]\w*)(?=\s*:)"""
    rf"|(?P<word>{_WORD.pattern})",
    re.IGNORECASE,
)
_HOLES = re.compile(r"[:,]\s*[,}\]]|'")
EXTRA = "Extra data"  # what the decoder says of a text that goes on behind its end
_BETWEEN = re.compile(r"[\s,]*+")
_ESCAPED = re.compile(r"\\(['\"\\/])")
_MENDED = {"true": "true", "false": "false"}  # all others become null
# Each takes a quarter of a microsecond to make, and many make the garbage collector run.
_MAX_CONTAINERS = 8_000
# What a text begins with that may be an object or an array, as it stands or in base64.
STARTS = ("{", "[", *(_ENCODED := ("eyJ", "W3si")))
_TOO_DEEP = "expected JSON nested at most 16 deep, got hundreds of levels"


def loads(text: str) -> Any:  # noqa: ANN401 - JSON is any of its six types; callers narrow
    """Return the decoded JSON. NaN, Infinity and -Infinity all become NaN, a gap.

    Raises PayloadError: "not_json", "too_deep" (the C scanner gives up at about 1,000 levels with RecursionError),
    "out_of_range" for integers of thousands of digits.
    """
    if len(text) > _MAX_CONTAINERS and text.count("[") + text.count("{") > _MAX_CONTAINERS:
        raise PayloadError(
            "too_deep",
            f"expected JSON nested at most 16 deep, of at most {_MAX_CONTAINERS} objects and arrays, got more",
        )
    scan, decode = _scan, _decode
    if "-" in text and "-0" in text and _MINUS_ZERO.search(text):  # one character is looked for ten times as fast
        scan, decode = _signed.scan_once, _signed.decode  # type: ignore[attr-defined]  # as above
    try:
        try:
            decoded, end = scan(text, 0)
        except StopIteration:
            decoded, end = None, -1
        return decoded if end == len(text) else decode(text)  # which says what is wrong, and takes blanks
    except json.JSONDecodeError as error:
        mended = _mended(text, error)
    except ValueError:  # an integer of thousands of digits, which is beyond any float
        return _decode_huge(text)
    except RecursionError:
        raise PayloadError("too_deep", _TOO_DEEP) from None
    try:
        return decode(mended)
    except json.JSONDecodeError as error:
        raise _refusal(mended, error) from None
    except (ValueError, RecursionError):
        raise PayloadError(
            "not_json", "expected JSON, got numbers of thousands of digits or hundreds of levels"
        ) from None


def opened(text: str) -> Any:  # noqa: ANN401 - as above
    """Return what the JSON in a text holds, also where it is in base64, as clouds pass bodies on; None for any other text."""
    try:
        if text.startswith(_ENCODED):
            text = base64.b64decode(text, validate=True).decode()
        return loads(text) if text[-1] in "}]" else None
    except (ValueError, PayloadError):
        return None


def loads_row(text: str, limit: int) -> list[Any]:
    """Return objects that stand one after another, with blanks or commas between; [] for any other text, and for more than `limit`."""
    found = list[Any]()
    place = 0
    while place < len(text) and len(found) < limit and text[place] == "{":
        try:
            decoded, place = _scan(text, place)
        except (StopIteration, ValueError, RecursionError):
            return []
        found.append(decoded)
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]  # it matches nothing as well
    return found if place == len(text) and len(found) > 1 else []


def twin_in(text: str) -> str:
    """Return a key that an object in a JSON text has twice, "" where none has."""
    twins = list[str]()

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twins.extend(key for key in found if keys.count(key) > 1)
        return found

    try:
        json.JSONDecoder(object_pairs_hook=look).decode(text)
    except (ValueError, RecursionError):
        return ""
    return twins[0] if twins else ""


def _decode_huge(text: str) -> Any:  # noqa: ANN401 - as above
    try:
        return json.JSONDecoder(parse_constant=lambda _: math.nan, parse_int=float).decode(text)
    except json.JSONDecodeError as error:
        raise _refusal(text, error) from None
    except RecursionError:
        raise PayloadError("too_deep", _TOO_DEEP) from None


def _mended(text: str, error: json.JSONDecodeError) -> str:
    """Return a text that the decoder did not take with what it means. Raises PayloadError where that is none."""
    is_awry = _WORD.match(text, error.pos) or any(_AWRY.match(text, error.pos - back) for back in (0, 1) if error.pos)
    if len(text) <= _LONGEST_MENDED and is_awry:
        text = _mend(text)
        if len(text) > _LONGEST_LOOSE or not _HOLES.search(text):
            return text
    if len(text) <= _LONGEST_LOOSE and text[:1] in ("{", "[") and not error.msg.startswith(EXTRA):
        return _LOOSE.sub(_tightened, text)
    raise _refusal(text, error) from None


def _tightened(found: re.Match[str]) -> str:
    """Return how JSON writes what was written otherwise."""
    match found.lastgroup:
        case "single":
            return json.dumps(_ESCAPED.sub(r"\1", found["body"])) if found["single"] else found[0]
        case "last":
            return ""
        case "hole":
            return ":null"
        case "key":
            return f'{found["before"]}"{found["key"]}"'
        case "word":
            return _MENDED.get(found[0].lower(), "null")
        case _:
            return found[0]


def _mend(text: str) -> str:
    """Return the text with null, true and false where it has other words for them, and with numbers as JSON writes them."""
    return _TOKENS.sub(_token, text)


def _token(found: re.Match[str]) -> str:
    if found[0][0] == '"':
        return found[0]
    kind = found.lastgroup
    return _NUMBERS[kind] if kind is not None else _MENDED.get(found[0].lower(), "null")


def _refusal(text: str, error: json.JSONDecodeError) -> PayloadError:
    got = text[max(0, error.pos - 10) : error.pos + 20]
    return PayloadError("not_json", f"expected JSON: {error.msg} at character {error.pos + 1}, near {got!r}")
