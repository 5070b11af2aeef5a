"""Bare text: a number, a number with its unit, a two-state word, or another word. Knows nothing of JSON."""

import math
import re

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import plc
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.values import (
    GAPS,
    OVERLOAD,
    OVERLOADS,
    check_text,
    is_number,
    to_finite,
    to_value,
    to_word,
    two_state,
)
from mqtt_plot.samples import MAX_UNIT_LENGTH, Parsed, Sample

# After a space any word may be a unit. Without one it must be one that is known, or 3rd would be 3 of the unit rd.
_BASE_UNITS = "Wh|W|VAh|VA|varh|var|VAR|V|Ah|A|Hz|Pa|bar|J|Nm|N|m[²³23]?|g|s|Ω|[Oo]hm|F|H|T|lm|lx|lux|mol|C|S|[lL]|t|eV|Sv|Bq|cal|B|b"
_PLAIN_UNITS = (
    "%|‰|°[CFK]?|℃|℉|K|Cel|min|h|d|rpm|dB[m]?|ppm|ppb|psi|mph|kn|deg|rad|inHg|mmHg|in|ft|€|[$]|%RH|pH|imp|px|fps|UV|IU"
)
_PER = "(?:/(?:s[²2]?|min|h|d|m[²³23]?|cm[²³23]?|[lL]|kg|K|A|rev|kWh))?"
_IN_WORDS = "(?:[Gg]rad|[Dd]eg(?:rees?)?) (?:Celsius|Fahrenheit|Kelvin|[CFK])|[kmµμun]?[VA] [AD]C"
_NUMBER_AND_UNIT = re.compile(
    r"(?P<number>[+-]?\d{1,3}(?:(?:\.\d{3}){1,9},|(?:,\d{3}){1,9}\.)\d{1,30}|[+-]?\d{1,30}(?:[.,]\d{0,30})?(?:[eE][+-]?\d{1,3})?)"
    rf"(?:[ \t\u00a0\u202f]+(?P<spaced>{_IN_WORDS}|(?:[^\W\d_]|[%‰°µ℃℉€$£]|1/)[^\s,;=]{{0,{MAX_UNIT_LENGTH - 2}}})"
    rf"|\*?(?P<close>(?:[TGMkhdcmµμunp]?(?:{_BASE_UNITS})|{_PLAIN_UNITS}){_PER}))",
    re.ASCII,
)
_OF_METER = re.compile(r"\d{12}[SW]")
_CURRENCIES = ("€", "$", "£")  # may stand before a number
_LONGEST = 100
_MOST_DIGITS = 20  # of a whole number of 64 bits
MINUS = "\u2212"  # as type-setting programs and some locales write it
_STRUCTURED = re.compile(
    r"[{;]|=[+-]?\d|[^\W\d]\s?:\s?[+-]?\d+[.,]\d"
    r"|[,|\t]\s*[+-]?\d+(?:\.\d+)?\s*(?:[,|\t]|$)"  # a number between commas
)
# A word and a measurement, which each time makes another word: Temp 21.5. Versions and addresses have more points.
_MEASUREMENT = re.compile(r"(?<![\w.:/-])[+-]?\d+[.,]\d+(?![\w.:/-])")


def parse_number(text: str, notes: tuple[str, ...] = ()) -> Parsed:
    """Return the one sample of a bare number; what an instrument sends for none is a gap."""
    value = to_finite(text)
    if len(text) > _MOST_DIGITS and text.isdecimal():
        raise PayloadError(
            "not_a_number", f"expected a number, got {len(text)} digits, which name something and measure nothing"
        )
    if value in OVERLOADS:
        return Parsed("gap", [Sample(math.nan)], notes=(*notes, f"{text:.40} is {value:g}, {OVERLOAD}: a gap"))
    return Parsed("number", [Sample(value)], notes=notes)


def parse_value(text: str, context: Context) -> Parsed | None:
    """Return the one sample of a bare text that is a number, a gap or a word for one of two states; None for any other text."""
    text = plain_minus(text, context)
    if is_number(text):
        return parse_number(text, context.notes)
    state = two_state(text)
    if state is not None:
        return Parsed("two-state word", [Sample(state)], notes=context.notes)
    if text.lower() in GAPS:
        return Parsed("gap", [Sample(math.nan)], notes=context.notes)
    # 1,234,567 alone may be three values.
    literal = None if plc.GROUPED.fullmatch(text) else plc.read(text, context)
    if literal is not None:
        return Parsed("plc literal", [Sample(literal.value, unit=literal.unit)], notes=context.notes)
    found = number_and_unit(text, context)
    if found is not None:
        number, unit = found
        return Parsed("number with unit", [Sample(number, unit=unit)], notes=context.notes)
    return None


def parse_word(text: str, context: Context) -> Parsed:
    """Return the one sample of a bare text as a state. Raises PayloadError if it is nothing that can be plotted."""
    word = _to_state(text)
    note_number_in(word, context)
    return Parsed("word", [Sample(word)], notes=context.notes)


def note_number_in(value: float | str, context: Context) -> None:
    """Note a word that holds a measurement, which makes another word of each value."""
    if isinstance(value, str) and _MEASUREMENT.search(value):
        context.note(f"{shown(value)} holds a number, and is taken as a word; send the number alone")


def plain_minus(text: str, context: Context) -> str:
    """Return a text with the minus that numbers have. Raises PayloadError where rules are strict."""
    if text[:1] != MINUS:
        return text
    context.tolerate(text, "typographic minus read as -")
    return f"-{text[1:]}"


def _to_state(text: str) -> str:
    """Return a text as the word of a state. Raises PayloadError for one that is structured: it was meant for something else."""
    if "<" in text and ">" in text:
        raise PayloadError("not_a_word", f"expected a number, a word or JSON, got {shown(text)}; XML is not read")
    word = to_word(text)
    if _STRUCTURED.search(word):
        raise PayloadError(
            "not_a_word",
            f'expected a number, a word or JSON, got {shown(word)}; several values go as an object, {{"temp": 21.5, "flow": 3}}',
        )
    return word


def value_and_unit(text: str, context: Context) -> tuple[float | str, str | None]:
    """Return what a text means as a value, and its unit if it names one. Raises PayloadError if it is nothing that can be plotted."""
    text = text.strip()
    text = plain_minus(text, context)
    if is_number(text) or two_state(text) is not None:
        return to_value(text, context), None
    literal = plc.read(text, context)
    if literal is not None:
        return literal.value, literal.unit
    found = number_and_unit(text, context) or (to_value(text, context), None)
    note_number_in(found[0], context)
    return found


def split_unit(text: str) -> tuple[float, str] | None:
    """Return number and unit of `-52.43 us`, written with a decimal point; None for any other text."""
    match = _NUMBER_AND_UNIT.fullmatch(text) if len(text) <= _LONGEST else None
    return (
        None if match is None or "," in match["number"] else (float(match["number"]), match["spaced"] or match["close"])
    )


def number_and_unit(text: str, context: Context) -> tuple[float, str] | None:
    """Return the two parts of `21.5 °C`, or None if the text is not of that form."""
    if len(text) > _LONGEST:
        return None
    if text[-1:] in {"S", "W"} and _OF_METER.fullmatch(text):
        return None  # a time
    if text[:1] in _CURRENCIES:
        text = f"{text[1:].strip()} {text[0]}"
    match = _NUMBER_AND_UNIT.fullmatch(text)
    if match is None:
        return None
    number = match["number"]
    if "," in number:
        literal = plc.read(number, context)
        if literal is None:
            return None
        return literal.value, check_text(match["spaced"] or match["close"], "a unit")
    return to_finite(number), check_text(match["spaced"] or match["close"], "a unit")
