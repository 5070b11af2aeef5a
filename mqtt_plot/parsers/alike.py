"""Records of one list that are alike: what the first of them showed is read from the others in a tenth of the time.

Gateways send hundreds of `{"id": "Ch1.Dev1.Tag1", "v": 12.5, "q": true, "t": 1700000000000}` in one message. They differ in their name, their
value and their time. A record that differs in anything else, or holds another kind of value there, is left to the general way.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.name_keys import KINDS, NUMBERED
from mqtt_plot.parsers.names import name_under, owner_of, point_of
from mqtt_plot.parsers.ordinals import counted_ids
from mqtt_plot.parsers.qualities import QUALITIES
from mqtt_plot.parsers.records import find_record, is_unit
from mqtt_plot.parsers.remembered import plain_name
from mqtt_plot.parsers.stamps import has_stamp, rank
from mqtt_plot.parsers.timestamps import quick_seconds
from mqtt_plot.samples import Columns, Sample
from mqtt_plot.tags import check_tag

LEAST_WORK = 2  # for a record that is alike, 5 microseconds
FEWEST = 16  # of fewer there is nothing to gain
# Numbers within these are values and nothing else: no marks of nothing, no times.
_LEAST, _MOST = -98.0, 1e9
# What else such a record may have, the same in each: its quality, its unit, its type.
_TYPES = frozenset({"type", "datatype", "valuetype", "uatype"})


class Alike:
    """How records of a list are read that are like one which was read before."""

    __slots__ = ("_fixed", "_name", "_plain", "_prefix", "_sample", "_size", "_suffix", "_time", "_value", "_zone")

    def __init__(self, item: Mapping[str, object], sample: Sample, keys: tuple[str, str, str], zone: tzinfo) -> None:
        self._name, self._value, self._time = keys
        self._plain = plain_name(self._name)
        name = name_under(self._plain, item[self._name], NUMBERED) or ""
        self._prefix, _, self._suffix = str(sample.field).partition(name)
        self._fixed = [(key, type(raw), raw) for key, raw in item.items() if key not in keys]
        self._size = len(item)
        self._sample = sample
        self._zone = zone

    def read(self, item: object, context: Context) -> Sample | None:
        """Return the sample of a record; None for one that is not alike in all but its name, its value and its time."""
        context.spend(LEAST_WORK)
        if type(item) is not dict or len(item) != self._size:
            return None
        for key, kind, raw in self._fixed:
            other = item.get(key)
            if type(other) is not kind or other != raw:
                return None
        value, text = item.get(self._value), item.get(self._name)
        if type(value) is int and _LEAST < value < _MOST:
            value = float(value)
        if type(value) is not float or not _LEAST < value < _MOST or type(text) is not str:
            return None
        time = quick_seconds(item.get(self._time), self._zone) if self._time else self._sample.time
        name = name_under(self._plain, text, NUMBERED)
        if name is None or (self._time and time is None):
            return None
        try:
            field = check_tag(f"{self._prefix}{name}{self._suffix}")
        except PayloadError:
            return None
        return Sample(value, time, self._sample.tag, self._sample.unit, field)


def _named_by(item: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the key that names a record, and that name: what it measures, else whose it is."""
    key, name = point_of(item)
    return (key, name) if name is not None else owner_of(item)


def may_be_alike(items: Sequence[object]) -> bool:
    """Tell whether a list has objects, the first a named record, each with a name, and with a time of its own or a name that comes but once."""
    first = items[0]
    record = find_record(first) if isinstance(first, dict) else None
    if not isinstance(first, dict) or record is None or record.name is None or counted_ids(items):
        return False
    key, _ = _named_by(first)
    texts = [item.get(key) for item in items if isinstance(item, dict)]
    names = {name_under(plain_name(key), text, NUMBERED) if type(text) is str else None for text in texts}
    if None in names or len(texts) < len(items) or plain_name(key) in KINDS:
        return False
    return len(names) == len(items) or all(isinstance(item, dict) and has_stamp(item) for item in items)


def learn(item: object, found: Sequence[Sample | Columns], context: Context) -> Alike | None:
    """Return how records like this one are read, of which these samples came; None where more than name, value and time makes them."""
    sample, rules = found[0] if len(found) == 1 else None, context.rules
    is_clear = not (context.doubted or context.rejected or rules.include or rules.exclude)
    if not is_clear or not isinstance(item, dict) or not isinstance(sample, Sample) or not sample.field:
        return None
    record = find_record(item)
    value = None if record is None or record.value is None else item[record.value]
    if record is None or type(value) not in (int, float) or not value or sample.value != value:
        return None  # a gap, or scaled
    name_key, name = _named_by(item)
    times = [key for key in item if rank(key) is not None]
    if name is None or type(item.get(name_key)) is not str or sample.field.count(name) != 1 or len(times) > 1:
        return None
    time = times[0] if times else ""
    if plain_name(name_key) in KINDS or (time and quick_seconds(item[time], rules.zone) != sample.time):
        return None
    keys = (name_key, str(record.value), time)
    are_plain = all(
        key in keys or (not isinstance(raw, dict | list) and (is_unit(key) or plain_name(key) in QUALITIES | _TYPES))
        for key, raw in item.items()
    )
    return Alike(item, sample, keys, rules.zone) if are_plain else None
