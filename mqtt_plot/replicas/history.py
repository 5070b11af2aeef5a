"""The history that another bridge holds of a tag, as read from its answer. Knows nothing of what becomes of it."""

from array import array
from base64 import b64decode
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, ProtocolError
from mqtt_plot.store.entries import TagEntry, entries_of
from mqtt_plot.store.facts import Facts, checked_times, checked_values


class History(NamedTuple):
    """A tag as another bridge has it. The `values` of a state are indexes into `states`. Times ascend.

    With an `outline`, the points are those that this does not know.
    """

    unit: str
    kind: str
    states: list[str]
    times: "array[float]"
    values: "array[float]"
    outline: TagEntry | None = None


def parse_history(decoded: object) -> History:
    """Return the answer to GET /api/v1/series as a History. Raises ProtocolError if it is malformed."""
    if not isinstance(decoded, dict):
        raise ProtocolError("expected an object with 'time' and 'value' from the other bridge")
    try:
        facts = Facts.checked(decoded)
        times, values = checked_times(decoded.get("time")), checked_values(decoded.get("value"))
    except PayloadError as error:
        raise ProtocolError(f"from the other bridge: {error}") from None
    if len(times) != len(values) or list(times) != sorted(times):
        raise ProtocolError("expected 'time' in ascending order and as long as 'value' from the other bridge")
    if not facts.kind:
        raise ProtocolError(f"expected a kind from the other bridge, got {decoded.get('kind')!r:.40}")
    return History(facts.unit, facts.kind, facts.states, times, values, _outline_in(decoded.get("outline")))


def _outline_in(text: object) -> TagEntry | None:
    """Return the outline in an answer: an entry as in a state file (store/entries.py), as base64."""
    if text is None:
        return None
    try:
        (entry,) = entries_of(b64decode(str(text), validate=True))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise ProtocolError("expected an outline in 'outline' from the other bridge, or null") from None
    return entry
