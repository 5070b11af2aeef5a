"""One value as JSON or text gives it, to a float, a bool or a word; the rules that all formats share."""

import math
import re

from mqtt_plot.errors import PayloadError

MAX_WORD_LENGTH = 64
MAX_UNIT_LENGTH = 32

# Python's float() also takes "1_000" and "infinity"; a device that sends those means something else.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GAPS = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "null", "none"})
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

TWO_STATE_WORDS = {
    "true": True, "on": True, "yes": True, "open": True, "running": True, "high": True, "online": True, "active": True,
    "false": False, "off": False, "no": False, "closed": False, "stopped": False, "low": False, "offline": False, "inactive": False,
}  # fmt: skip


def to_value(raw: object) -> float | str:
    """Return the sample value that a decoded JSON scalar means: float (NaN is a gap), bool or state word.

    Raises PayloadError for objects and arrays, numbers outside float64, and text that is no word.
    """
    match raw:
        case bool() | float():
            return raw if raw - raw == 0 else math.nan
        case int():
            return _finite(raw)
        case None:
            return math.nan
        case str():
            return text_to_value(raw)
        case _:
            raise PayloadError("no_value", f"expected a number in 'value', got {_kind(raw)}")


def text_to_value(text: str) -> float | str:
    """Return what a word or number in text means. Raises PayloadError if it is neither."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _finite(text)
    word = text.lower()
    if word in _GAPS:
        return math.nan
    if word in TWO_STATE_WORDS:
        return TWO_STATE_WORDS[word]
    return _word(text)


def _finite(number: str | int) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise PayloadError(
            "out_of_range", f"expected a number that fits 64-bit floating point, got {str(number)[:24]}…"
        )
    return value


def _word(text: str) -> str:
    if not text:
        raise PayloadError("empty", "expected a value, got an empty text")
    if text[0].isdigit() or text[0] in "+-.":
        raise PayloadError("not_a_number", f"expected a number such as 12.5, got {text!r:.40}{_advice(text)}")
    if len(text) > MAX_WORD_LENGTH:
        raise PayloadError(
            "not_a_word",
            f"expected a number or a word of at most {MAX_WORD_LENGTH} characters, got {len(text)}: {text!r:.40}",
        )
    return check_text(text, "a word")


def _advice(text: str) -> str:
    return "; decimal comma?" if "," in text else ""


def check_text(text: str, what: str) -> str:
    """Return `text` if every log and page can show it. Raises PayloadError("bad_text") for control characters and lone surrogates."""
    if _CONTROL.search(text):
        raise PayloadError("bad_text", f"expected {what} without control characters, got {text!r:.40}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PayloadError("bad_text", f"expected {what} in valid Unicode, got {text!a:.40}") from None
    return text


def to_unit(raw: object) -> str | None:
    """Return the unit a payload names, or None if it says nothing. Raises PayloadError("bad_unit")."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or len(raw) > MAX_UNIT_LENGTH:
        raise PayloadError(
            "bad_unit", f"expected a text of at most {MAX_UNIT_LENGTH} characters in 'unit', got {raw!r:.40}"
        )
    return check_text(raw, "a unit")


def _kind(raw: object) -> str:
    return "an object" if isinstance(raw, dict) else "an array" if isinstance(raw, list) else f"{raw!r:.40}"
