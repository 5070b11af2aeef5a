"""The table of payload formats: which parser a message gets, decided message by message from its first character."""

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import NamedTuple

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers import samples_json, strict_json
from mqtt_plot.parsers.values import text_to_value, to_value
from mqtt_plot.samples import Parsed, Sample

MAX_PAYLOAD = 256 * 1024


class Rules(NamedTuple):
    """What the user may set about parsing: the zone of stamps that name none, and the size limits (bytes, points)."""

    zone: tzinfo = UTC
    max_payload: int = MAX_PAYLOAD
    max_batch: int = samples_json.MAX_BATCH


def parse(payload: bytes, rules: Rules, now: float = 0.0, hint: str = "") -> Parsed:  # noqa: ARG001 - for SenML, next
    """Return what came of one payload. Raises PayloadError when nothing of it can be used.

    `now` is POSIX seconds, for formats with relative times; `hint` names a format when the transport knows it (HTTP content type).
    """
    if len(payload) > rules.max_payload:
        raise PayloadError("too_large", f"expected a payload of at most {rules.max_payload} bytes, got {len(payload)}")
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise PayloadError(
            "bad_utf8", f"expected UTF-8 text, got byte 0x{payload[error.start]:02x} at offset {error.start}"
        ) from None
    text = text.strip()
    if not text:
        raise PayloadError("empty", "expected a value, got an empty payload")
    return _FORMATS.get(text[0], _parse_text)(text, rules)


def _parse_json(text: str, rules: Rules) -> Parsed:
    return samples_json.parse_decoded(strict_json.loads(text), rules.zone, rules.max_batch)


def _parse_quoted(text: str, rules: Rules) -> Parsed:  # noqa: ARG001 - one signature for the whole table
    return Parsed("json", [Sample(to_value(strict_json.loads(text)))])


def _parse_text(text: str, rules: Rules) -> Parsed:  # noqa: ARG001 - one signature for the whole table
    return Parsed("text", [Sample(text_to_value(text))])


_FORMATS: dict[str, Callable[[str, Rules], Parsed]] = {
    "{": _parse_json,
    "[": _parse_json,
    '"': _parse_quoted,
}
