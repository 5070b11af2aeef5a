"""The table of payload formats: which parser a message gets, decided message by message from its first character."""

from collections.abc import Callable

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers import (
    bare_text,
    collectd,
    encodings,
    metric_lines,
    opcua,
    samples_json,
    senml,
    strict_json,
    text_lists,
)
from mqtt_plot.parsers.context import MAX_PAYLOAD, Context, Rules
from mqtt_plot.parsers.line_protocol import is_line_protocol, parse_lines
from mqtt_plot.parsers.values import is_number, to_value, unpad
from mqtt_plot.samples import Parsed, Sample

__all__ = ["FORMATS", "MAX_PAYLOAD", "Rules", "parse"]

# An array (0x80 to 0x9f) is all that SenML in CBOR begins with, and no UTF-8 text does.
_FIRST_CBOR, _LAST_CBOR = 0x80, 0x9F
# A point is a value and a time, and in an object perhaps a tag and a unit.
_VALUES_PER_POINT = 4
_FEWEST_CHARACTERS = 2  # of a value with its comma
# Of so many characters of JSON inside a text the cost is that of one value.
_TEXT_PER_WORK = 100
_COMPOUND = frozenset({dict, list})
_LONGEST_COUNTED = 4_096  # characters of a message whose keys are counted


def parse(payload: bytes, rules: Rules, now: float = 0.0, hint: str = "") -> Parsed:
    """Return what came of one payload. Raises PayloadError when nothing of it can be used.

    `now` is POSIX seconds, for formats with relative times; `hint` is a name of FORMATS when the transport knows it (HTTP content type).
    """
    if len(payload) > rules.max_payload:
        raise PayloadError("too_large", f"expected a payload of at most {rules.max_payload} bytes, got {len(payload)}")
    if hint:
        return FORMATS[hint](payload, Context(rules, now))
    try:
        decoded = payload.decode()
    except UnicodeDecodeError as error:
        context = Context(rules, now)
        if _FIRST_CBOR <= payload[0] <= _LAST_CBOR:
            return senml.parse_cbor(payload, context)
        return _parse_text(encodings.decode_other(payload, error, context), context)
    plain = decoded.strip()
    if not plain:
        raise PayloadError("empty", "expected a value, got an empty payload")
    if len(plain) > _FEWEST_CHARACTERS * _VALUES_PER_POINT * rules.max_batch:
        _check_commas(plain, rules)
    recognised = _BY_FIRST.get(plain[0])
    if recognised is not None:
        return recognised(plain, rules, now)
    if is_number(plain):
        return bare_text.parse_number(plain)
    return _parse_text(plain, Context(rules, now))


def _check_commas(plain: str, rules: Rules) -> None:
    """Refuse before it is decoded what holds more values than any batch may: decoding them all would take too long."""
    values, limit = plain.count(",") + 1, _VALUES_PER_POINT * rules.max_batch
    if values > limit:
        raise PayloadError(
            "batch_too_large",
            f"expected at most {limit} values in one message, got {values}; send several",
        )


def _parse_text(plain: str, context: Context) -> Parsed:
    """Return what a text means whose first character does not decide it, or that needs cleaning first."""
    if plain[:1] == "\ufeff":
        context.note("UTF-8 byte order mark left out")
        plain = plain[1:]
    if ":" in plain and (parsed := collectd.parse_values(plain)) is not None:
        return parsed
    if "\x00" in plain:
        plain = encodings.decode_marked(plain.encode(), context) or unpad(plain, context)
    plain = plain.strip()
    if not plain:
        raise PayloadError("empty", "expected a value, got an empty payload")
    if plain[0] in "{[":
        return _parse_json(plain, context)
    if plain[0] == '"':
        return _parse_quoted(plain, context)
    if is_line_protocol(plain):
        return parse_lines(plain, context)
    parsed = bare_text.parse_value(plain, context)
    if parsed is None and not plain.isalnum():  # one word stands for itself
        parsed = metric_lines.parse_lines(plain, context)
        several = text_lists.read(plain, context) if parsed is None else None
        if several is not None:
            return _parse_decoded(several, context)
    return bare_text.parse_word(plain, context) if parsed is None else parsed


def decode_json(payload: bytes, context: Context) -> object:
    """Return decoded JSON, whatever its bytes are encoded in. Raises PayloadError."""
    plain = unpad(_text_of(payload, context), context)
    if len(plain) > _FEWEST_CHARACTERS * _VALUES_PER_POINT * context.rules.max_batch:
        _check_commas(plain, context.rules)
    try:
        decoded: object = strict_json.loads(plain)
    except PayloadError as error:
        return _decode_lines(plain, error)
    return decoded


def _parse_json(plain: str, context: Context) -> Parsed:
    plain = unpad(plain, context)
    try:
        decoded: object = strict_json.loads(plain)
    except PayloadError as error:
        decoded = _decode_lines(plain, error)
    return _parse_decoded(decoded, context)


def _decode_lines(plain: str, error: PayloadError) -> list[object]:
    """Return objects one after another, such as one a line (JSON Lines). Raises the `error` that one JSON text of all has."""
    if strict_json.EXTRA in str(error) and (row := strict_json.loads_row(plain, samples_json.MAX_OBJECTS)):
        return row
    lines = [line for line in plain.splitlines() if line.strip()] if error.code == "not_json" else []
    if not 1 < len(lines) <= samples_json.MAX_OBJECTS or not all(line[0] == "{" for line in lines):
        raise error
    return [strict_json.loads(line) for line in lines]


def _parse_decoded(decoded: object, context: Context) -> Parsed:
    if type(decoded) is dict and "e" in decoded:
        decoded = senml.as_pack(decoded) or decoded
    context.whole = decoded
    match decoded:
        case dict() if opcua.is_network_message(decoded):
            return opcua.parse_network_message(decoded, context)
        case dict():
            return samples_json.parse_any_object(decoded, context)
        case list() if senml.is_pack(decoded):
            return senml.parse_pack(decoded, context)
        case list() if decoded and isinstance(decoded[0], dict) and opcua.is_network_message(decoded[0]):
            return opcua.parse_messages(decoded, context)
        case list():
            return samples_json.parse_array(decoded, context)
        case _:
            return Parsed("json", [Sample(to_value(decoded, context))], notes=context.notes)


def _parse_quoted(plain: str, context: Context) -> Parsed:
    """Return what a JSON text means: JSON inside it is opened once, and a number may have its unit."""
    decoded = strict_json.loads(unpad(plain, context))
    if not isinstance(decoded, str):
        return Parsed("json", [Sample(to_value(decoded, context))], notes=context.notes)
    if decoded.strip()[:1] in ("{", "["):
        inner = decoded.strip()
        context.spend(len(inner) // _TEXT_PER_WORK)
        context.note("JSON inside a text opened")
        return _parse_decoded(strict_json.loads(inner), context)
    value, unit = bare_text.value_and_unit(decoded, context)
    return Parsed("json", [Sample(value, unit=unit)], notes=context.notes)


def _recognise_object(plain: str, rules: Rules, now: float) -> Parsed:
    """Take the short way for an object with a 'value', which is what most messages are."""
    if plain[-1] == "\x00":
        return _parse_json(plain, Context(rules, now))
    try:
        decoded = strict_json.loads(plain)
    except PayloadError as error:
        decoded = _decode_lines(plain, error)
    sample = samples_json.plain_sample(decoded, rules) if type(decoded) is dict else None
    if sample is not None:
        return Parsed("json", [sample])
    context = Context(rules, now)
    if type(decoded) is list:
        context.note("several JSON texts in one message: those without a time or a name of their own are numbered")
    else:
        _note_twins(plain, decoded, context)
    return _parse_decoded(decoded, context)


def _note_twins(plain: str, decoded: object, context: Context) -> None:
    """Note a key that an object has twice: JSON keeps the last, and nobody knows which was meant."""
    if (
        len(plain) <= _LONGEST_COUNTED
        and plain.count('":') > _keys_in(decoded)
        and (twin := strict_json.twin_in(plain))
    ):
        context.note(f"{twin!r:.40} comes more than once in one object: the last is taken")


def _keys_in(decoded: object) -> int:
    inner = list(decoded.values()) if isinstance(decoded, dict) else decoded if isinstance(decoded, list) else []
    keys = len(inner) if isinstance(decoded, dict) else 0
    if _COMPOUND.isdisjoint(map(type, inner)):
        return keys
    return keys + sum(_keys_in(one) for one in inner if type(one) in _COMPOUND)


# The first character decides; all else is bare text.
_BY_FIRST: dict[str, Callable[[str, Rules, float], Parsed]] = {
    "{": _recognise_object,
    "[": lambda plain, rules, now: _parse_json(plain, Context(rules, now)),
    '"': lambda plain, rules, now: _parse_quoted(plain, Context(rules, now)),
}


def _text_of(payload: bytes, context: Context) -> str:
    try:
        return payload.decode().strip()
    except UnicodeDecodeError as error:
        return encodings.decode_other(payload, error, context).strip()


# For transports that say what they carry.
FORMATS: dict[str, Callable[[bytes, Context], Parsed]] = {
    "json": lambda payload, context: _parse_json(_text_of(payload, context), context),
    "senml json": lambda payload, context: _parse_senml(_text_of(payload, context), context),
    "senml cbor": senml.parse_cbor,
    "line protocol": lambda payload, context: parse_lines(_text_of(payload, context), context),
    "text": lambda payload, context: _parse_text(_text_of(payload, context), context),
}


def _parse_senml(plain: str, context: Context) -> Parsed:
    decoded = strict_json.loads(plain)
    if not isinstance(decoded, list) or not decoded:
        raise PayloadError("not_a_sample", "expected a SenML pack, an array of records, got something else")
    return senml.parse_pack(decoded, context)
