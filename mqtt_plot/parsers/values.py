"""One value as JSON or text gives it, to a float, a bool or a word; the rules that all formats share."""

import math
import re

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import plc
from mqtt_plot.parsers.context import Context
from mqtt_plot.samples import MAX_UNIT_LENGTH, MAX_WORD_LENGTH, TwoState

# Python's float() also takes "1_000" and "infinity"; a device that sends those means something else.
# Each digit can match in one place only, and is not tried again, or a long row of them would cost much time.
# Only single characters repeat possessively: up to Python 3.11.4 a possessive group may keep what it has tried in vain (gh-106052).
_NUMBER = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?", re.ASCII)


def words(text: str) -> list[str]:
    """Return the words of a table that is written as one text."""
    return text.split()


# What devices write for "no value": as numbers that are none, as words, as the dashes of a display.
GAPS = frozenset(
    words(
        "nan -nan +nan nan(ind) -nan(ind) 1.#inf -1.#inf 1.#qnan -1.#qnan 1.#ind -1.#ind inf +inf -inf infinity "
        "+infinity -infinity null nil none undefined n/a #n/a #nv #value! #wert! #div/0! #ref! #num! n.a. n/v na "
        "nodata no_data - -- --- ---- --.- -.- -:- --:-- \\n"
    )
) | {"no data", "not available"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A number of an enumeration with its meaning: 1 - Automatic, 3: Fault, 0 (off).
_ENUMERATED = re.compile(r"\d{1,3}(?: ?[-\u2013:=] ?| ?\()[^\W\d][^\W\d]")
# Flags, of which those that are not set are dashes: --C-W--.
_FLAGS = re.compile(r"-[-A-Z]*[A-Z][-A-Z]*-|-{2,}[A-Z]|-[A-Z]{2,}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

# Words for 0 and 1.
_PAIRS = (
    ("off", "on"), ("no", "yes"), ("closed", "open"), ("stopped", "running"), ("low", "high"), ("offline", "online"), ("inactive", "active"),
)  # fmt: skip
_TWO_STATES = {word: (bool(place), pair) for pair in _PAIRS for place, word in enumerate(pair)}
_BOOLEANS = {"false": False, "true": True}


def to_value(raw: object, context: Context | None = None) -> float | str:
    """Return the sample value that a decoded JSON scalar means: float (NaN is a gap), bool or state word.

    With a `context`, what controllers write for a number is read too, and noted.
    Raises PayloadError for objects and arrays, numbers outside float64, and text that is no word.
    """
    if type(raw) is float and raw - raw == 0:  # as nearly all are
        return raw
    match raw:
        case bool():
            return raw
        case float():
            return raw if math.isnan(raw) else to_finite(raw)
        case int():
            return to_finite(raw)
        case None:
            return math.nan
        case str():
            if context is not None:
                context.spend()
                if is_number(raw):
                    context.note("a number in quotes")
            return text_to_value(raw, context)
        case _:
            raise PayloadError("no_value", f"expected a number in 'value', got {shown(raw)}")


def is_number(text: str) -> bool:
    """Tell whether `text` is a decimal number as devices write it."""
    return _NUMBER.fullmatch(text) is not None


def text_to_value(text: str, context: Context | None = None) -> float | str:
    """Return what a word or number in text means, as `to_value` does. Raises PayloadError if it is neither."""
    text = text.strip()
    if is_number(text):
        return to_finite(text)
    word = text.lower()
    if word in GAPS:
        return math.nan
    state = two_state(text)
    if state is not None:
        return state
    if context is not None:
        bare = unpad(text, context)
        if bare is not text:
            return text_to_value(bare, context)
        literal = plc.read(text, context)
        if literal is not None:
            return literal.value
    return to_word(text)


def two_state(text: str) -> bool | TwoState | None:
    """Return which of two states a word means, None for any other word. Of a pair such as ON and OFF both words are known from one."""
    word = text.lower()
    found = _TWO_STATES.get(word)
    if found is None:
        return _BOOLEANS.get(word)
    value, names = found
    if text.isupper():
        return TwoState(value, (names[0].upper(), names[1].upper()))
    return TwoState(value, (names[0].title(), names[1].title()) if text[0].isupper() else names)


def unpad(text: str, context: Context) -> str:
    """Return `text` without the NULs that fixed-size buffers leave at its end. Raises PayloadError where rules are strict."""
    if not text.endswith("\x00"):
        return text
    context.tolerate(text, "trailing NUL left out")
    return text.rstrip("\x00 \t\r\n")


# SCPI-1999, volume 1, 7.2.1: what an instrument sends for infinity, and for no number.
OVERLOADS = frozenset([9.9e37, -9.9e37, 9.91e37])
OVERLOAD = "with which an instrument says that it has no value"


def to_finite(number: str | float) -> float:
    """Return the number. Raises PayloadError("out_of_range") for one beyond 64-bit floating point."""
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise PayloadError("out_of_range", f"expected a number that fits 64-bit floating point, got {shown(number)}")
    return value


def to_word(text: str) -> str:
    """Return `text` if it may be a state. Raises PayloadError that says what it could have been meant for."""
    if not text:
        raise PayloadError("empty", "expected a value, got an empty text")
    if (text[0].isdecimal() and not _ENUMERATED.match(text)) or (text[0] in "+-." and not _FLAGS.fullmatch(text)):
        raise PayloadError("not_a_number", f"expected a number such as 12.5, got {shown(text)}{_advice(text)}")
    if text.lstrip('"\\')[:1] in ("{", "["):
        raise PayloadError(
            "not_a_word", f"expected a number or a word, got JSON inside a text: {shown(text)}; send it without quotes"
        )
    if len(text) > MAX_WORD_LENGTH:
        raise PayloadError(
            "not_a_word",
            f"expected a number or a word of at most {MAX_WORD_LENGTH} characters, got {len(text)}: {shown(text)}",
        )
    return check_text(text, "a word")


def _advice(text: str) -> str:
    """Say what the sender of a text that looks like something else could do."""
    if "," in text and text.count(".") == 1 and text.replace(",", "").replace(".", "").isdecimal():
        return "; send it without separators of thousands, such as 1234.5"
    if _DATE.match(text):
        return '; a time goes beside the value, {"ts": "2023-11-14T22:13:20Z", "value": 21.5}'
    if text.count(",") > 1 or ";" in text:
        return "; several values go as a JSON array, [1.5, 2.5], or as an object with names"
    return "; decimal comma?" if "," in text else ""


def check_text(text: str, what: str) -> str:
    """Return `text` if every log and page can show it. Raises PayloadError("bad_text") for control characters and lone surrogates."""
    if text.isprintable():  # as nearly all are; what is not may still be an unusual blank
        return text
    if _CONTROL.search(text):
        raise PayloadError("bad_text", f"expected {what} without control characters, got {shown(text)}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PayloadError("bad_text", f"expected {what} in valid Unicode, got {shown(text)}") from None
    return text


def is_shown(text: str) -> bool:
    """Tell whether every log and page can show `text`."""
    try:
        check_text(text, "text")
    except PayloadError:
        return False
    return True


def to_unit(raw: object, name: str = "unit") -> str | None:
    """Return the unit a payload names in the field `name`, or None if it says nothing. Raises PayloadError("bad_unit")."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or len(raw) > MAX_UNIT_LENGTH:
        raise PayloadError(
            "bad_unit", f"expected a text of at most {MAX_UNIT_LENGTH} characters in {name!r}, got {shown(raw)}"
        )
    return check_text(raw, "a unit")
