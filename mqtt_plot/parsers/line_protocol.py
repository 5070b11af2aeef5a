"""InfluxDB line protocol: `measurement,tag=x field=1.5,other=2i 1700000000000000000`. Knows nothing of databases."""

import re
from functools import lru_cache

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.parsers.values import text_to_value, to_finite
from mqtt_plot.samples import MAX_UNIT_LENGTH, Parsed, Sample
from mqtt_plot.tags import check_tag

# A line takes four microseconds, a value two or three. Telegraf sends 1,000 lines in one message at most.
MAX_LINES = 1_200
MAX_VALUES = 1_500

# Every repetition of single characters is possessive, and of a group that gives up its last part the next one cannot begin there: so
# a line costs linear time. (Possessive groups are not right before Python 3.11.5, gh-106052.) No part goes past the end of its line
# (a text with a line break in it is refused), or many broken lines would cost quadratic time.
# `=` may stand in a measurement's name by the letter; whoever sends `T=25.3 H=55.2` means two values.
_KEY = r"(?:[^\\,= \n]++|\\.)+"
_VALUE = r'(?:"(?:[^"\\\n]++|\\.)*"|[^", \r\n]++)'
_LINE = re.compile(
    rf"[ \t]*+(?P<name>{_KEY})(?P<tags>(?:,{_KEY}={_KEY}){{0,64}}) ++"
    rf"(?P<fields>{_KEY}={_VALUE}(?:,{_KEY}={_VALUE}){{0,1500}})"
    r"(?: ++(?P<time>-?\d{1,20}))?[ \t\r]*+(?:\n|\Z)"
)
_NO_COMMENT = re.compile("^[^#]", re.MULTILINE)
_TAG = re.compile(rf",({_KEY}={_KEY})")
_FIELD = re.compile(rf",?({_KEY})=({_VALUE})")
_NUMBER = re.compile(r"([+-]?\d{1,40}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,4})?|[+-]?\.\d{1,40})[iu]?", re.ASCII)
_BOOLEANS = {"t": True, "T": True, "true": True, "True": True, "TRUE": True,
             "f": False, "F": False, "false": False, "False": False, "FALSE": False}  # fmt: skip
_ESCAPED = re.compile(r"\\([,= \\])")
_ESCAPED_TEXT = re.compile(r'\\(["\\])')
# The text up to here decides whether it is line protocol at all.
_HEAD = 2_000


def is_line_protocol(text: str) -> bool:
    """Tell whether the first line of `text` that is no comment has the form `name[,tags] field=value`."""
    start = _first_line(text)
    return "=" in text[start : start + _HEAD] and _LINE.match(text, start) is not None


def _first_line(text: str) -> int:
    begin = _NO_COMMENT.search(text)
    return len(text) if begin is None else begin.start()


def parse_lines(text: str, context: Context) -> Parsed:
    """Return the samples of all lines; a field's series is `measurement/tag=x/field`. Lines that are none are listed by their place."""
    lines = text.count("\n")
    if lines >= MAX_LINES:
        raise PayloadError(
            "batch_too_large", f"expected at most {MAX_LINES} lines in one message, got {lines + 1}; send several"
        )
    samples: list[Sample] = []
    position = index = 0
    while position < len(text) and len(samples) + len(context.rejected) <= MAX_VALUES:
        if text[position] in "#\n\r":
            position = _next_line(text, position)
            continue
        match = _LINE.match(text, position)
        if match is None:
            got = shown(_line(text, position))
            context.reject(index, PayloadError("not_a_sample", f"expected `name,tag=x field=1.5 time`, got {got}"))
            position = _next_line(text, position)
        else:
            samples += _points(match, context, index)
            position = match.end()
        index += 1
    if position < len(text):
        raise PayloadError("batch_too_large", f"expected at most {MAX_VALUES} values in one message; send several")
    return Parsed("line protocol", samples, context.rejected, context.notes)


def _next_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def _line(text: str, position: int) -> str:
    return text[position : min(_next_line(text, position), position + _HEAD)]


def _points(match: re.Match[str], context: Context, index: int) -> list[Sample]:
    path, unit = _unescape(match["name"]), None
    if match["tags"]:
        unit = next((_unescape(tag[5:]) for tag in _TAG.findall(match["tags"]) if tag.startswith("unit=")), None)
        path = "/".join([path, *sorted(_unescape(tag) for tag in _TAG.findall(match["tags"]))])
    stamp = match["time"]
    samples: list[Sample] = []
    time = None if stamp is None else to_seconds(int(stamp))
    for field in _FIELD.finditer(match["fields"]):
        try:
            value = _value(field[2])
            own = unit if unit and type(value) is float and len(unit) <= MAX_UNIT_LENGTH else None
            samples.append(Sample(value, time, None, own, _known_tag(f"{path}/{_unescape(field[1])}")))
        except PayloadError as error:
            context.reject(index, error)
        if len(samples) + len(context.rejected) > MAX_VALUES:
            break
    return samples


# A device repeats its names; what is remembered of strangers is bounded.
_known_tag = lru_cache(maxsize=4_096)(check_tag)


def _value(raw: str) -> float | str:
    if raw[0] == '"':
        return text_to_value(_ESCAPED_TEXT.sub(r"\1", raw[1:-1]))
    match = _NUMBER.fullmatch(raw)
    if match:
        return to_finite(match[1])
    if raw in _BOOLEANS:
        return _BOOLEANS[raw]
    raise PayloadError("not_a_number", f'expected 1.5, 2i, true or "text" as a field, got {shown(raw)}')


def _unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
