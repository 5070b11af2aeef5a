"""OPC UA PubSub in JSON (Part 14, section 7.2.5; fields as Part 6 encodes them). Knows nothing of OPC UA servers."""

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.flatten import Flattener
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.samples import Parsed, Sample

NAME = "opc ua pubsub json"
_HEADERS = ("DataSetWriterId", "DataSetWriterName", "SequenceNumber", "MetaDataVersion", "MessageType", "Timestamp")
_BAD, _UNCERTAIN = 0x8000_0000, 0x4000_0000
MAX_MESSAGES = 1_000
_DATA_VALUE = frozenset({"Value", "StatusCode", "SourceTimestamp"})


def is_network_message(item: dict[str, object]) -> bool:
    """Tell whether an object is a NetworkMessage, or a DataSetMessage without one around it; a hub may have put it into a body."""
    body = item.get("body")
    if isinstance(body, dict | list):
        inner = body[0] if isinstance(body, list) and body else body
        return isinstance(inner, dict) and "body" not in inner and is_network_message(inner)
    if "Messages" in item and ("MessageId" in item or "MessageType" in item or "PublisherId" in item):
        return True
    if str(item.get("MessageType", ""))[:3] == "ua-":
        return True
    return isinstance(item.get("Payload"), dict) and any(name in item for name in _HEADERS)


def parse_network_message(item: dict[str, object], context: Context) -> Parsed:
    """Return the fields of all DataSetMessages, each named `writer/field` where the message names its writer."""
    body = item.get("body", item)
    return parse_messages(body if isinstance(body, list) else [body], context)


def parse_messages(messages: list[object], context: Context) -> Parsed:
    """Return the fields of these DataSetMessages, or of those in these NetworkMessages."""
    messages = [inner for message in messages for inner in _within(message)]
    if len(messages) > MAX_MESSAGES:
        raise PayloadError("batch_too_large", f"expected at most {MAX_MESSAGES} DataSetMessages, got {len(messages)}")
    flattener = Flattener(context)
    samples: list[Sample] = []
    for position, message in enumerate(messages):
        try:
            samples += _parse_message(message, flattener, context, position)
        except PayloadError as error:
            context.reject(position, error)
    return Parsed(NAME, samples, context.rejected, context.notes)


def _within(message: object) -> list[object]:
    inner = message.get("Messages", message) if isinstance(message, dict) else message
    return inner if isinstance(inner, list) else [inner]


def _parse_message(message: object, flattener: Flattener, context: Context, position: int) -> list[Sample]:
    if not isinstance(message, dict):
        raise PayloadError("not_a_sample", f"expected a DataSetMessage, got {shown(message)}")
    kind = message.get("MessageType")
    payload = message.get("Payload")
    if payload is None and kind is not None:
        context.note(f"{str(kind)[:40]}: no values")
        return []
    fields = payload if isinstance(payload, dict) else message
    happened = fields.get("Time") if kind == "ua-event" else None
    time = _seconds(message.get("Timestamp", happened), context)
    writer = message.get("DataSetWriterName", message.get("DataSetWriterId"))
    prefix = f"{writer}/" if isinstance(writer, str | int) and payload is not None else ""
    samples: list[Sample] = []
    for name, raw in fields.items():
        context.spend()
        value, own = _field(raw, context)
        stamp = time if own is None else own
        for sample in flattener.find({f"{prefix}{name}": value}, position):
            if sample.time is None:
                sample.time = stamp
            samples.append(sample)
    return samples


def _field(raw: object, context: Context) -> tuple[object, float | None]:
    """Return the plain value and the time of a field: raw, a Variant, or a DataValue around either."""
    if not isinstance(raw, dict) or raw.keys().isdisjoint(_DATA_VALUE) or _is_variant(raw):
        return _plain(raw), None
    time = _seconds(raw.get("SourceTimestamp", raw.get("ServerTimestamp")), context)
    code = _status(raw.get("StatusCode"))
    if code & _BAD:
        context.note(f"bad status 0x{code:08X}: a gap")
        return None, time
    if code & _UNCERTAIN:
        context.note(f"uncertain status 0x{code:08X}: the value is kept")
    return _plain(raw.get("Value")), time


def _is_variant(raw: dict[str, object]) -> bool:
    """Tell whether an object is a value with its type: {"Type", "Body"}, since version 1.05 {"UaType", "Value"}."""
    return ("Type" in raw and "Body" in raw) or ("UaType" in raw and raw.keys().isdisjoint(_DATA_VALUE - {"Value"}))


def _plain(raw: object) -> object:
    """Return what is inside a Variant and a LocalizedText; other values as they are."""
    if isinstance(raw, dict) and _is_variant(raw):
        raw = raw.get("Body", raw.get("Value"))
    return raw["Text"] if isinstance(raw, dict) and "Text" in raw else raw


def _status(raw: object) -> int:
    if isinstance(raw, dict):
        raw = raw.get("Code", 0)
    return raw if isinstance(raw, int) else 0


def _seconds(stamp: object, context: Context) -> float | None:
    if stamp is None:
        return None
    try:
        return to_seconds(stamp, context.rules.zone)
    except PayloadError as error:
        context.note(f"time of arrival used: {error}")
        return None
