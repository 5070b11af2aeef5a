"""The values found in one part of a message, each checked and with its unit. Knows nothing of the walk that finds them."""

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import strict_json
from mqtt_plot.parsers.bare_text import value_and_unit
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.field_texts import is_unit_told, text_value, unit_for, what_is_lost
from mqtt_plot.parsers.place import Place
from mqtt_plot.parsers.records import THIS_CENTURY
from mqtt_plot.parsers.selection import selector
from mqtt_plot.parsers.stamps import has_stamp, is_time_told, rank
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.parsers.values import OVERLOAD, OVERLOADS, to_value
from mqtt_plot.parsers.zone_beside import names_zone
from mqtt_plot.samples import Sample
from mqtt_plot.tags import check_tag

# Of so many characters of JSON inside a text the cost is that of one value.
_TEXT_PER_WORK = 20
# What sensors and loggers send for no value.
_MARKS_OF_NOTHING = frozenset([
    -99.0, -127.0, -999.0, -999.9, -9999.0, -99999.0, -327.68, -3276.8, -32768.0, -2147483648.0,
    3276.7, 6553.5, 32767.0, 2147483647.0, 4294967295.0,
])  # fmt: skip
_ENDS = frozenset(["min", "max"])  # of a range, which may be all that a number holds
_FIRST_MARK, _LAST_COMMON = -98.0, 3_276.0  # between these there is none
_SHORTEST_STAMP = 2  # letters of a name; shorter ones may be of a value
_NEAR = 3_600.0  # seconds from now of a time that needs no name to be known
_MOST_NAMED = 5  # in a note
_LONGEST_DOUBTED = 256

# A device repeats its names; what is remembered of strangers is bounded.
_checked = lru_cache(maxsize=4_096)(check_tag)


class Leaves:
    """Collects the values of one message, part by part; the limits hold for all parts. What cannot be used is noted or rejected."""

    def __init__(self, context: Context) -> None:
        self.samples: list[Sample] = []
        self.position = 0  # of the part at hand in its message
        self._context = context
        self._is_wanted: Callable[[str], bool | None] = selector(context.rules.include, context.rules.exclude)
        self._tag: str | None = None
        self._texts: dict[str, None] = {}  # what they are called that were left out, for the note
        self._counted = 0

    def begin(self, position: int, tag: str | None) -> None:
        """Begin a part of the message, whose values may have a tag of their own."""
        self.samples = []
        self.position, self._tag = position, tag
        self._texts.clear()
        self._counted = 0

    def are_bytes(self, item: dict[str, object], place: Place) -> bool:
        """Tell whether an object is a Buffer of Node.js, whose bytes are no values, and note it."""
        is_buffer = item.get("type") == "Buffer" and item.keys() == {"type", "data"}
        if is_buffer:
            self._context.note(
                f"bytes of a Buffer of Node.js left out{place.field and f': {place.field!r:.40}'}; send what they mean"
            )
        return is_buffer

    def note_texts(self) -> None:
        """Note which texts of the part were left out."""
        if self._texts:
            names = ", ".join(f"{name!r:.40}" for name in islice(self._texts, _MOST_NAMED))
            more = f" and {len(self._texts) - _MOST_NAMED} more" if len(self._texts) > _MOST_NAMED else ""
            self._context.note(f"texts that are no states left out: {names}{more}")

    def add(self, place: Place, value: float | str, unit: str | None) -> None:
        """Take one value. Raises PayloadError when there are too many of those that nobody has named."""
        self._counted += place.is_counted
        if self._counted > self._context.rules.max_leaves:
            raise self.too_many()
        try:
            field = _checked(place.field) if place.depth else None
        except PayloadError as error:
            self._context.reject(self.position, error)
            return
        if place.is_bad:
            value = math.nan
        has_unit = type(value) is float
        if has_unit and not _FIRST_MARK < value < _LAST_COMMON:  # type: ignore[operator]  # it is a number
            value = self._looked_at(value, place)  # type: ignore[arg-type]  # as above
        self.samples.append(Sample(value, place.time, self._tag, unit if has_unit else None, field))

    def _looked_at(self, value: float, place: Place) -> float:
        """Return a number that may be a mark of nothing, a gap where it surely is; that is noted."""
        if value in OVERLOADS:
            self._context.note(f"{place.field or 'value'!r:.60} is {value:g}, {OVERLOAD}: a gap")
            return math.nan
        if value in _MARKS_OF_NOTHING and place.key.lower() not in _ENDS:
            self._context.note(f"{place.field!r:.60} is {value:g}, which often stands for no value: it is kept")
        return value

    def too_many(self) -> PayloadError:
        """Return the refusal of a part with more values than the limit."""
        limit = self._context.rules.max_leaves
        return PayloadError("batch_too_large", f"expected at most {limit} values in an object (--max-fields), got more")

    def take(self, raw: object, place: Place) -> None:
        """Take what stands at a place, where it is a value; what is left out is noted."""
        is_wanted = self._is_wanted(place.field)
        if is_wanted is False:
            return
        if raw is None and len(place.key) > _SHORTEST_STAMP and rank(place.key) is not None:
            return  # a time that is not known, as last_seen
        unit = unit_for(place.key, place.units)
        if isinstance(raw, str):
            is_named = is_wanted is True or not place.depth
            found = text_value(place.key, raw, self._context, is_wanted=is_named)
            if found is None:
                self._leave_text(place, raw)
                return
            value, own_unit = found
            self.add(place, value, own_unit or unit)
            return
        try:
            value = to_value(raw, self._context)
        except PayloadError as error:
            self._context.note(f"{place.field!r:.60} left out: {error}")
            return
        if (
            type(value) is float
            and value > THIS_CENTURY
            and not is_wanted
            and (is_time_told(place.key, value, self._context) or self._is_now(value, place))
        ):
            self._context.note(f"{place.field!r:.60} is a time, which is not used: {shown(raw)}")
            return
        self.add(place, value, unit)

    def _is_now(self, number: float, place: Place) -> bool:
        """Tell whether a number is the time of its message, or of its arrival, whatever it is called: hardly a counter is as large."""
        try:
            seconds = to_seconds(number)
        except PayloadError:
            return False
        return any(moment and abs(seconds - moment) < _NEAR for moment in (place.time, self._context.now))

    def _leave_text(self, place: Place, text: str) -> None:
        """Leave out a text; what it may have been meant for is said."""
        if not text or is_unit_told(place.key, place.units) or names_zone(place.key):
            return
        if (doubt := what_is_lost(place.key, text)) and len(text) < _LONGEST_DOUBTED:
            self._context.note(f"{place.field!r:.60} {doubt}: {shown(text)}")
        else:
            self._texts[place.key or place.field] = None

    def take_value(self, raw: object, place: Place) -> None:
        """Take the value that an object says it is; what can be none is refused, as it was meant for one."""
        self._context.spend()
        if self._is_wanted(place.field) is False:
            return
        if raw == "" and place.depth:
            self._context.note(f"{place.field!r:.60} is empty: a gap")
            raw = None
        unit = None
        try:
            if isinstance(raw, str):
                value, unit = value_and_unit(raw, self._context)
            else:
                value = to_value(raw, self._context)
        except PayloadError as error:
            self._context.reject(self.position, error)
            return
        self.add(place, value, unit or place.units.get(""))

    def take_beside(self, text: str, place: Place) -> None:
        """Take a text beside the value of a record where it is a number; a word tells of the value."""
        if not text or has_stamp({place.key: text}):
            return
        found = text_value(place.key, text.strip(), self._context, is_wanted=False) if text[-1:].isdecimal() else None
        if found is None or type(found[0]) is not float:
            self._texts[place.key] = None
        elif self._is_wanted(place.field) is not False:
            self.add(place, found[0], found[1])


def open_text(text: object, place: Place, context: Context) -> object | None:
    """Return what JSON in a text holds; None for any other text, and for one inside another."""
    if not isinstance(text, str) or place.is_opened or not text.startswith(strict_json.STARTS):
        return None
    context.spend(len(text) // _TEXT_PER_WORK)
    opened: object = strict_json.opened(text)
    return opened


def unwrapped(item: dict[str, object]) -> str | float | None:
    """Return the number in an object that only says of which type it is (`{"$numberDouble": "21.5"}`), as documents of MongoDB have it."""
    ((key, raw),) = item.items()
    return raw if key.startswith("$number") and isinstance(raw, str | int | float) else None
