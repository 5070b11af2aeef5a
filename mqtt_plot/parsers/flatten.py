"""The values inside any JSON object or array: each becomes a field named by its path. Knows nothing of whose device sent it."""

import math
import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from functools import lru_cache

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.bare_text import number_and_unit
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.timestamps import find_stamp
from mqtt_plot.parsers.values import GAPS, check_text, is_number, to_finite, to_unit, to_value, two_state
from mqtt_plot.samples import Sample, TwoState
from mqtt_plot.tags import check_tag

_MAX_STATE_LENGTH = 32
_SCALARS = frozenset({bool, float, int, str, type(None)})

# Texts under such names say which device it is or how to read it; as a state they would only fill the tag list.
_IDENTITIES = frozenset({
    "id", "mac", "ip", "ssid", "bssid", "name", "version", "ver", "fw", "firmware", "unit", "units", "host", "hostname", "serial",
    "model", "type", "src", "dst", "address", "addr", "key", "token", "url", "topic", "client", "user", "device", "manufacturer",
    "vendor", "tag", "label", "build",
})  # fmt: skip
_IDENTITY_ENDINGS = ("_id", "_mac", "_ip", "_version", "version", "ssid", "_name", "unit", "serial")
# Which sibling, or key above, names the unit of a value (Tasmota); the letter is completed.
_UNIT_KEYS = {
    "Temperature": "TempUnit", "DewPoint": "TempUnit", "HeatIndex": "TempUnit",
    "Pressure": "PressureUnit", "SeaPressure": "PressureUnit", "SpeedAct": "SpeedUnit",
}  # fmt: skip
_UNIT_KEY_NAMES = frozenset(_UNIT_KEYS.values())
_UNIT_NAMES = {"C": "°C", "F": "°F", "K": "K"}

# Path, value, POSIX seconds or None, unit.
_Leaf = tuple[str, float | str, float | None, str | None]


class Leaves:
    """A walk over the values of one message; the limits hold for all that it is shown."""

    def __init__(self, context: Context) -> None:
        self._reading = context
        self._select = _selector(context.rules.include, context.rules.exclude)
        self._texts = 0  # left out, for the note

    def find(
        self, decoded: object, position: int = 0, tag: str | None = None, time: float | None = None
    ) -> list[Sample]:
        """Return the values in `decoded`, the part at `position` of its message. Those that cannot be used are listed as rejected."""
        samples: list[Sample] = []
        self._texts = 0
        try:
            for path, value, stamp, unit in self._walk(decoded, (), time, {}):
                self._add(samples, position, Sample(value, stamp, tag, unit, path))
        except PayloadError as error:
            self._reading.reject(position, error)
        if self._texts:
            self._reading.note(f"{self._texts} texts that are no states left out")
        return samples

    def _add(self, samples: list[Sample], position: int, sample: Sample) -> None:
        limit = self._reading.rules.max_leaves
        if len(samples) >= limit:
            raise PayloadError(
                "batch_too_large", f"expected at most {limit} values in an object (--max-fields), got more"
            )
        try:
            check_tag(sample.field)
        except PayloadError as error:
            self._reading.reject(position, error)
        else:
            samples.append(sample)

    def _walk(self, item: object, path: tuple[str, ...], time: float | None, units: dict[str, str]) -> Iterator[_Leaf]:
        self._reading.spend()
        if type(item) in _SCALARS:
            yield from self._scalar(item, path, time, units)
            return
        if len(path) >= self._reading.rules.max_depth:
            deepest = self._reading.rules.max_depth
            raise PayloadError(
                "too_deep",
                f"expected objects nested at most {deepest} deep (--max-depth), got more at {'/'.join(path)!r:.60}",
            )
        if isinstance(item, dict):
            stamp, own = find_stamp(item, self._reading)
            units = _units(item, units)
            for key, value in item.items():
                if key != stamp:
                    yield from self._walk(value, (*path, key), own if stamp else time, units)
        elif isinstance(item, list):
            for index, value in enumerate(item):
                yield from self._walk(value, (*path, str(index)), time, units)

    def _scalar(self, raw: object, path: tuple[str, ...], time: float | None, units: dict[str, str]) -> Iterator[_Leaf]:
        name = "/".join(path)
        is_wanted = self._select(name)
        if is_wanted is False:
            return
        key = next((part for part in reversed(path) if not part.isdigit()), name)
        unit = units.get(_UNIT_KEYS.get(key, ""), units.get(""))
        if isinstance(raw, str):
            found = self._text(key, raw, is_wanted=is_wanted is True)
            if found is None:
                self._texts += 1
                return
            value, own_unit = found
            unit = own_unit or (unit if not isinstance(value, str) else None)
        else:
            value = to_value(raw, self._reading)
        yield name, value, time, unit if not isinstance(value, bool | TwoState) else None

    def _text(self, key: str, text: str, *, is_wanted: bool) -> tuple[float | str, str | None] | None:
        """Return what a text means as a value, and its unit; None if it is better left out."""
        text = text.strip()
        if is_number(text) and (is_wanted or not _is_identity(key)):
            return to_finite(text), None
        state = two_state(text)
        if state is not None:
            return state, None
        if not is_wanted and (_is_identity(key) or not text or len(text) > _MAX_STATE_LENGTH):
            return None
        if text.lower() in GAPS:
            return math.nan, None
        try:
            return number_and_unit(text, self._reading) or (to_value(text, self._reading), None)
        except PayloadError:
            return None


def _is_identity(key: str) -> bool:
    lower = key.lower()
    return lower in _IDENTITIES or lower.endswith(_IDENTITY_ENDINGS) or key.endswith(("Id", "Time"))


def _units(item: dict[str, object], above: dict[str, str]) -> dict[str, str]:
    """Return the units that `item` names for its values: Tasmota's by kind, and "unit" if there is but one number."""
    units = above
    for name in _UNIT_KEY_NAMES:
        if name in item:
            units = {**units, name: _unit_name(item[name])}
    own = item.get("unit", item.get("unit_of_measurement"))
    if isinstance(own, str) and sum(type(value) in (float, int) for value in item.values()) == 1:
        units = {**units, "": _unit_name(own)}
    elif "" in units:
        units = {name: unit for name, unit in units.items() if name}
    return units


def _unit_name(raw: object) -> str:
    try:
        unit = to_unit(raw) or ""
    except PayloadError:
        return ""
    return _UNIT_NAMES.get(unit, check_text(unit, "a unit"))


@lru_cache(maxsize=16)
def _selector(include: tuple[str, ...], exclude: tuple[str, ...]) -> Callable[[str], bool | None]:
    """Return a function that tells of a path: True wanted by name, None no opinion, False not wanted."""
    wanted, unwanted = _globs(include), _globs(exclude)

    def select(path: str) -> bool | None:
        if unwanted is not None and unwanted.fullmatch(path):
            return False
        return None if wanted is None else wanted.fullmatch(path) is not None

    return select


def _globs(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(translate(pattern) for pattern in patterns)) if patterns else None
