"""What controllers write for a value (IEC 61131-3 literals, decimal commas, padding). Knows nothing of plain numbers."""

import math
import re
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context
from mqtt_plot.samples import TwoState

# Longer texts are no literal of any controller, and are not looked at.
_MAX_LENGTH = 96

_COMMA = re.compile(r"[+-]?\d{1,30},\d{1,30}(?:[eE][+-]?\d{1,3})?", re.ASCII)
# 1.234,5 and 1,234.5, 1,234,567 and 1'234.5; but 1.234.567 may be an address or a version.
GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?:\.\d{3}){1,9},\d{1,30}|(?:,\d{3}){1,9}\.\d{1,30}|(?:,\d{3}){2,9}|(?:'\d{3}){1,9}(?:\.\d{1,30})?)",
    re.ASCII,
)
_PREFIX = re.compile(r"(BOOL|[LSD]?INT|U[LSD]?INT|L?REAL|BYTE|[LD]?WORD)#", re.IGNORECASE)
_BASED = re.compile(r"([+-]?)(2|8|16)#([0-9A-Fa-f](?:_?[0-9A-Fa-f]){0,63})", re.ASCII)
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]{1,16})", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d(?:_?\d){0,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DURATION = re.compile(
    r"(?:LTIME|TIME|LT|T)#([+-]?)"
    r"(?:(\d{1,12}(?:\.\d{1,9})?)d_?)?(?:(\d{1,12}(?:\.\d{1,9})?)h_?)?(?:(\d{1,12}(?:\.\d{1,9})?)m(?!s)_?)?"
    r"(?:(\d{1,12}(?:\.\d{1,9})?)s_?)?(?:(\d{1,15}(?:\.\d{1,9})?)ms_?)?(?:(\d{1,18}(?:\.\d{1,9})?)us_?)?(?:(\d{1,18})ns)?",
    re.ASCII | re.IGNORECASE,
)
_ISO_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?", re.ASCII
)
# Divisors and factors in seconds, in the order of the groups; dividing keeps whole milliseconds exact.
_UNITS = ((86400, 1), (3600, 1), (60, 1), (1, 1), (1, 1000), (1, 1_000_000), (1, 1_000_000_000))

# Operator panels with proportional fonts write these for a minus.
_MINUS_SIGNS = ("\u2212", "\u2013")
# What an instrument writes that cannot measure so little, or so much: <0.5 mg/l.
_LIMITS = ("<", ">", "\u2264", "\u2265")
_LIMIT = re.compile(r"[<>\u2264\u2265]=?\s?[+-]?\d{1,30}(?:[.,]\d{1,30})?(?:\s?([^\s\d]\S{0,15}))?")
# Words of German and French controllers for false and true.
_PAIRS = (("FALSCH", "WAHR"), ("AUS", "EIN"), ("FAUX", "VRAI"), ("ARRÊT", "MARCHE"), ("ARRET", "MARCHE"))
_TWO_STATES = {pair[side].lower(): TwoState(bool(side), pair) for pair in reversed(_PAIRS) for side in (0, 1)}


class Read(NamedTuple):
    """The value of a literal; a duration has the unit s."""

    value: float
    unit: str | None = None


def read(text: str, context: Context) -> Read | None:
    """Return what the controller's literal `text` means, or None if it is none. Each use is noted.

    Raises PayloadError("not_a_number") for a literal where the rules are strict, ("out_of_range") for one that no float64 holds.
    """
    if len(text) > _MAX_LENGTH:
        return None
    context.spend()
    found = _literal(text)
    if found is None:
        return None
    result, meaning = found
    if math.isinf(result.value):
        raise PayloadError("out_of_range", f"expected a number that fits 64-bit floating point, got {shown(text)}")
    context.tolerate(text, meaning)
    return result


def _literal(text: str) -> tuple[Read, str] | None:
    state = _TWO_STATES.get(text.lower())
    if state is not None:
        return Read(state), f"read as {'true' if state else 'false'}"
    if "," in text and (found := _marked(text)):
        return found
    if text[:1] in _LIMITS and (limit := _LIMIT.fullmatch(text)):
        return Read(math.nan, limit[1] or None), "a limit and no value, a gap"
    if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"":  # noqa: PLR2004 - two quotes and what is between
        return _quoted(text[1:-1])
    if "#" in text:
        return _duration(text) or _typed(text)
    return _hex(text) or _minus(text) or _span(text) or _marked(text)


def _marked(text: str) -> tuple[Read, str] | None:
    """Return a number with a decimal comma, or with marks between thousands."""
    if _COMMA.fullmatch(text):
        return Read(float(text.replace(",", "."))), "decimal comma read as point"
    if not GROUPED.fullmatch(text):
        return None
    whole, mark, part = text.rpartition(max(",.", key=text.rfind))
    is_whole = not mark or text.count(mark) > 1 or "'" in part
    digits = re.sub("[,.']", "", text if is_whole else whole)
    number = float(digits if is_whole else f"{digits}.{part}")
    return Read(number), f"marks between thousands left out: {number:.15g}"


def _hex(text: str) -> tuple[Read, str] | None:
    match = _HEX.fullmatch(text)
    if not match:
        return None
    number = int(match[1], 16)
    return Read(float(number)), f"read as {number}"


def _minus(text: str) -> tuple[Read, str] | None:
    if text[:1] not in _MINUS_SIGNS or not _PLAIN.fullmatch(text[1:]) or "_" in text:
        return None
    return Read(-float(text[1:])), "a typesetter's minus read as -"


def _quoted(inner: str) -> tuple[Read, str] | None:
    inner = inner.strip()
    if _PLAIN.fullmatch(inner) and "_" not in inner:
        return Read(float(inner)), "quotes around a number left out"
    if inner[:1] in "'\"":
        return None
    found = _literal(inner)
    return None if found is None else (found[0], f"quotes left out, {found[1]}")


def _typed(text: str) -> tuple[Read, str] | None:
    """Return the value of INT#5, REAL#1.5, BOOL#1, 16#FF and WORD#16#FF."""
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix else text
    if prefix and prefix[1].upper() == "BOOL":
        word = {"1": True, "TRUE": True, "0": False, "FALSE": False}.get(rest.upper())
        return None if word is None else (Read(word), f"read as {str(word).lower()}")
    based = _BASED.fullmatch(rest)
    if based:
        return _based(*based.groups())
    if prefix and _PLAIN.fullmatch(rest):
        number = float(rest.replace("_", ""))
        return Read(number), f"read as {number:g}"
    return None


def _based(sign: str, base: str, digits: str) -> tuple[Read, str] | None:
    try:
        number = int(sign + digits, int(base))
    except ValueError:
        return None
    return Read(float(number)), f"read as {number}"


def _span(text: str) -> tuple[Read, str] | None:
    """Return the seconds of P1DT2H (ISO 8601)."""
    match = _ISO_DURATION.fullmatch(text)
    if match is None:
        return None
    sign, *parts = match.groups()
    seconds = sum(float(part) * factor for part, (factor, _) in zip(parts, _UNITS, strict=False) if part)
    return (Read(-seconds if sign else seconds, "s"), f"read as {seconds:.15g} s") if any(parts) else None


def _duration(text: str) -> tuple[Read, str] | None:
    """Return the seconds of T#1h2m3s500ms."""
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()[1:]):
        return None
    sign, *parts = match.groups()
    seconds = sum(float(part) * factor / divisor for part, (factor, divisor) in zip(parts, _UNITS, strict=True) if part)
    seconds = -seconds if sign == "-" else seconds
    return Read(seconds, "s"), f"read as {seconds:.15g} s"
