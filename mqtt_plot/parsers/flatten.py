"""The values inside any JSON object or array, each a field: named by its path, or a record by itself. Knows nothing of whose device sent it."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.alike import FEWEST, LEAST_WORK, learn, may_be_alike
from mqtt_plot.parsers.context import MAX_DEPTH, Context
from mqtt_plot.parsers.field_texts import (
    completed,
    unit_of_none,
    units_in,
    units_of_part,
)
from mqtt_plot.parsers.leaves import Leaves, open_text, unwrapped
from mqtt_plot.parsers.names import (
    bare,
    has_names,
    is_named_list,
    is_owner_part,
    own_name,
)
from mqtt_plot.parsers.ordinals import COUNTED, counted_ids, kind_in_each, ordinal_of, other_in_each, without_name
from mqtt_plot.parsers.place import Place
from mqtt_plot.parsers.qualities import bad_values
from mqtt_plot.parsers.records import (
    ABOUT,
    ABOUT_PARTS,
    FIELD_TIME,
    LABEL_KEYS,
    LIST,
    RECORD,
    SCALE,
    STAMP,
    UNIT,
    VALIDITY,
    Record,
    find_record,
    holds_values,
    is_container,
    labels_of,
    traits_of,
    values_about,
    why_gap,
)
from mqtt_plot.parsers.remembered import plain_name
from mqtt_plot.parsers.rows import (
    SCALARS,
    Lists,
    are_named,
    have_rows,
    lists_of,
    moments_by_time,
    moments_of,
    named_rows,
    timed_row,
    timed_rows,
    titled_rows,
    value_of_pair,
    zipped,
)
from mqtt_plot.parsers.scaling import note_scales, scaled
from mqtt_plot.parsers.stamps import find_stamp, has_plain_stamp, has_stamp, stamps_of_fields
from mqtt_plot.samples import Sample
from mqtt_plot.tags import check_tag

# Objects that tell of the values beside them.
_METADATA = frozenset({"metadata", "MetaData", "metas", "$meta", "tags_meta"})


class Flattener:
    """A walk through one message; the limits hold for all that it is shown."""

    def __init__(self, context: Context, leave_out: frozenset[str] = frozenset(), told: Sequence[str] = ()) -> None:
        self._context = context
        self._told = told  # the owners that the tag names already
        self._leave_out = leave_out
        self._leaves = Leaves(context)
        # The object of a list that has been looked at for its name, and what was found: the walk need not look again.
        self._looked_at: tuple[object, Record | None] = (None, None)

    def find(self, decoded: object, position: int = 0, tag: str | None = None) -> list[Sample]:
        """Return the values in `decoded`, the part at `position` of its message. Those that cannot be used are listed as rejected."""
        self._leaves.begin(position, tag)
        try:
            self._walk(decoded, Place("", "", 0, None, {}))
        except PayloadError as error:
            self._context.reject(position, error)
        self._leaves.note_texts()
        return self._leaves.samples

    def find_one(self, item: dict[str, object], position: int = -1, *, is_unique: bool = True) -> list[Sample]:
        """Return the values of one object, which may name its tag.

        At a `position` in an array it is called by its own name, by its place where that is not unique.
        """
        tag = (
            None if isinstance(item.get("tag"), list | dict) else item.get("tag")
        )  # else it is Moxa's, and holds values
        rest: object = item if tag is None else {key: raw for key, raw in item.items() if key not in {"tag", "topic"}}
        if position >= 0 and not is_unique:
            rest = {str(position): rest}
        elif position >= 0 and tag is None and own_name(item) is not None:
            rest = [rest]
        return self.find(rest, max(position, 0), None if tag is None else check_tag(tag))

    def _walk(self, item: object, place: Place) -> None:
        self._context.spend()
        if type(item) in SCALARS:
            opened = open_text(item, place, self._context) if type(item) is str else None
            if opened is None:
                self._leaves.take(item, place)
                return
            item, place = opened, place.here()
            place.is_opened = True
        if isinstance(item, dict) and len(item) == 1 and (bare := unwrapped(item)) is not None:
            self._leaves.take(bare, place)
            return
        if place.depth >= MAX_DEPTH:
            raise PayloadError(
                "too_deep", f"expected objects nested at most {MAX_DEPTH} deep, got more at {place.field!r:.60}"
            )
        if isinstance(item, dict):
            if self._leave_out:
                item = {key: raw for key, raw in item.items() if key not in self._leave_out}
            self._object(item, place)
        elif isinstance(item, list):
            self._list(item, place)

    def _object(self, item: dict[str, object], place: Place) -> None:
        self._context.foresee(len(item))
        traits = traits_of(item)
        if self._leaves.are_bytes(item, place) or self._moments(item, place, is_stamped=bool(traits & STAMP)):
            return
        stamps: tuple[str, ...] = ()
        if traits & (STAMP | UNIT) or place.units:
            place = place.here()
            stamps, own = find_stamp(item, self._context) if traits & STAMP else ((), None)
            place.time = place.time if own is None else own
            if traits & UNIT or place.units:
                place.units = units_in(item, place.units)
                if traits & UNIT and (unit := unit_of_none(item)):
                    self._context.note(f"unit {unit!r} stands beside several values, and is given to none")
        if traits & ABOUT and not stamps:
            place = place.here()
            place.time = self._time_about(item) or place.time
        record = self._looked_at[1] if self._looked_at[0] is item else None
        if record is None and traits & RECORD:
            record = find_record(item, self._told)
        if record is not None:
            self._record(item, record, place)
            return
        bad: Mapping[str, str] = {}
        if traits & (SCALE | VALIDITY):
            place, bad = self._doubted(item, place)
        if is_named_list(item):
            self._list(list(item.values()), place, tuple(item))
        else:
            moments = stamps_of_fields(item, self._context) if traits & FIELD_TIME else {}
            stamps = (*stamps, *(key for key, _ in moments.values())) if moments else stamps
            self._fields(
                item,
                place,
                stamps,
                {name: time for name, (_, time) in moments.items()},
                bad,
                has_lists=bool(traits & LIST),
            )

    def _doubted(self, item: dict[str, object], place: Place) -> tuple[Place, Mapping[str, str]]:
        """Note what stands beside values and says that they are none, or are to be scaled; return the place of such values, and bad fields."""
        note_scales(item, self._context)
        is_bad, fields = bad_values(item, self._context)
        if is_bad:
            place = place.here()
            place.is_bad = True
        return place, fields

    def _moments(self, item: dict[str, object], place: Place, *, is_stamped: bool) -> bool:
        """Walk an object that holds samples over time: lists beside a list of stamps, or a key for each time. Return False for any other."""
        if is_stamped and (rows := moments_of(item)):
            for row in rows:
                self._walk(row, place)
            return True
        moments = moments_by_time(item, self._context) if next(iter(item), "")[:2].isdecimal() else []
        for time, raw in moments:
            moment = place.here()
            moment.time = time
            self._walk(raw, moment)
        return bool(moments)

    def _time_about(self, item: dict[str, object]) -> float | None:
        """Return the time that a part of an object says for the others."""
        for key, part in item.items():
            if isinstance(part, dict) and (
                has_stamp(part) if plain_name(key) in ABOUT_PARTS else is_owner_part(key) and has_plain_stamp(part)
            ):
                return find_stamp(part, self._context)[1]
        return None

    def _fields(
        self,
        item: dict[str, object],
        place: Place,
        stamps: tuple[str, ...],
        moments: Mapping[str, float],
        bad: Mapping[str, str],
        *,
        has_lists: bool,
    ) -> None:
        lists = lists_of(item) if has_lists else None
        for key, value in item.items():
            if (type(value) is float or type(value) is int) and key not in stamps:  # as most are
                self._context.spend()
                below = place.at(key)
                below.time = moments.get(key, below.time)
                below.is_bad = below.is_bad or key in bad
                self._leaves.take(value, below)
                continue
            is_about = key in stamps or (key in _METADATA and self._is_metadata(key, value))
            if is_about or (place.depth <= 1 and type(value) is str and value in self._told):
                continue
            if lists is None or not self._paired(item, key, lists, place):
                below = place.at(key)
                below.is_bad = below.is_bad or key in bad
                if moments or isinstance(value, dict):
                    _tell_more(item, key, below, moments)
                self._walk(value, below)

    def _paired(self, item: dict[str, object], key: str, lists: Lists, place: Place) -> bool:
        """Walk a field whose values have their names in another, or each its own; return False for any other field."""
        value = item[key]
        if lists.timed is not None and key in lists.timed:
            self._walk(zipped(item[lists.timed[0]], value), place)
        elif lists.pairs is not None and key in lists.pairs:
            if key == lists.pairs[1]:
                self._pairs(item[lists.pairs[0]], value, place)
        elif lists.common is not None and key in lists.common[1]:
            self._pairs(item[lists.common[0]], value, place.at(key))
        elif lists.n == 1 and isinstance(value, list) and is_container(key) and self._are_named(value):
            self._list(value, place)
        else:
            return lists.common is not None and key == lists.common[0]
        return True

    def _are_named(self, items: list[object]) -> bool:
        self._context.foresee(LEAST_WORK * sum(type(item) is dict for item in items))
        return are_named(items)

    def _is_metadata(self, key: str, part: object) -> bool:
        """Tell whether a part tells of the values beside it, and is no value; numbers in it that are left out are said."""
        if holds_values(part):
            self._context.note(f"left out: {key!r:.40}")
        return isinstance(part, dict)

    def _pairs(self, names: object, values: object, place: Place) -> None:
        """Walk values whose names stand in a list of their own: one of each, or rows of them."""
        assert isinstance(names, list)  # noqa: S101 - pairs_of has looked
        assert isinstance(values, list)  # noqa: S101
        if place.is_counted and len(names) > self._context.rules.max_leaves:
            raise self._leaves.too_many()
        rows = values if isinstance(values[0], list) else [values]
        for row in rows:
            self._walk(dict(zip(names, row, strict=False)), place)

    def _list(self, items: Sequence[object], place: Place, places: Sequence[str] = ()) -> None:
        """Walk a list: by the names of its objects; as samples over time where they have none but stamps; else by position, or `places`."""
        if place.time is None and items and (time := timed_row(items, self._context)) is not None:
            self._context.note("the first number of a list taken as the time of the others")
            place, items = place.here(), items[1:]
            place.time = time
        if items and not isinstance(items[0], dict) and self._table(items, place):
            return
        if len(items) < FEWEST or not may_be_alike(items):
            self._objects(items, place, places)
            return
        done = len(self._leaves.samples)
        self._objects(items[:2], place)
        alike = learn(items[1], self._leaves.samples[done + 1 :], self._context)
        if alike is None:
            self._objects(items[2:], place)
        for item in items[2:] if alike is not None else ():
            sample = None if alike is None else alike.read(item, self._context)
            if sample is None:
                self._objects([item], place)
            else:
                self._leaves.samples.append(sample)

    def _objects(self, items: Sequence[object], place: Place, places: Sequence[str] = ()) -> None:
        # Each object is walked, and so is what is in it.
        self._context.foresee(3 * sum(type(item) is dict and bool(item) for item in items))
        records = [self._record_in(item) for item in items]
        names = [
            record.name if record is not None else own_name(item, self._told) if isinstance(item, dict) else None
            for item, record in zip(items, records, strict=True)
        ]
        ordinal = ordinal_of(items, place.key) if not any(names) else None if any(records) else kind_in_each(items)
        if ordinal is not None:
            names = [str(item[ordinal]) for item in items if isinstance(item, dict)]
        are_stamped = [isinstance(item, dict) and has_stamp(item) for item in items]
        if all(are_stamped) and not any(names) and (key := other_in_each(items)):
            self._context.note(f"{key!r:.40} is another in each of the samples over time: are they of one thing?")
        elif all(are_stamped) and (key := counted_ids(items)):
            self._context.note(COUNTED.format(key))
        seen = Counter(name for name, is_stamped in zip(names, are_stamped, strict=True) if name and not is_stamped)
        for index, (item, name) in enumerate(zip(items, names, strict=True)):
            if not isinstance(item, dict) or name is None:
                self._walk(item, place if are_stamped[index] else place.at(str(index)))
                continue
            self._looked_at = item, records[index]
            named = place.here() if records[index] is not None and ordinal is None else place.at(name)
            if seen[name] > 1:
                named = named.at(places[index] if places else str(index))  # the name alone would mix them
            named.is_counted = False
            self._walk(item if records[index] is not None else without_name(item, name, ordinal), named)

    def _table(self, items: Sequence[object], place: Place) -> bool:
        """Walk a list that is a table, or a value with its unit; return False for any other."""
        if (measured := value_of_pair(items)) is not None:
            self._leaves.take(measured, place)
            return True
        if not isinstance(items[0], list):
            return False
        objects = titled_rows(items)
        if objects:
            self._list(objects, place)
            return True
        rows = named_rows(items)
        for title, value, unit in rows:
            named = place.at(title)
            named.units = {**place.units, "": completed(unit)} if unit else place.units
            self._walk(value, named)
        moments = [] if rows else timed_rows(items, self._context)
        for time, title, rest in moments:
            moment = place.at(title) if title else place.here()
            moment.time = time
            self._walk(rest, moment)
        return bool(rows or moments)

    def _record_in(self, item: object) -> Record | None:
        return find_record(item, self._told) if isinstance(item, dict) and has_names(item) else None

    def _record(self, item: dict[str, object], record: Record, place: Place) -> None:
        name = record.name
        is_told = name is None or f":{place.key}".endswith(f":{name}") or bare(place.key) == bare(name)
        named = place.here() if is_told or name is None else place.at(name)
        named.is_counted = place.is_counted and record.name is None
        if record.unit is not None:
            named.units = {**named.units, "": completed(record.unit)}
        bad = why_gap(item, record, self._context)
        before = len(self._leaves.samples)
        if bad or record.value is None:
            self._context.note(f"{bad}: a gap")
            inner = item.get(record.value or "")
            named.time = (find_stamp(inner, self._context)[1] if isinstance(inner, dict) else None) or named.time
            self._leaves.add(named, math.nan, None)
        else:
            self._value(scaled(item, record.value, self._context), named)
        if self._context.is_doubted:
            self._context.doubted += self._leaves.samples[before:]
            self._context.is_doubted = False
        self._rest(item, record, named)

    def _rest(self, item: dict[str, object], record: Record, named: Place) -> None:
        """Walk what stands beside the value of a record."""
        beside = named.here()
        beside.units = {name: unit for name, unit in named.units.items() if name}
        for key in record.rest:
            raw = item[key]
            if isinstance(raw, str) and isinstance(item.get(record.value or ""), dict) and not has_stamp({key: raw}):
                self._walk(raw, beside.at(key))
            elif isinstance(raw, str):
                self._leaves.take_beside(raw, beside.at(key))
            elif type(raw) in (int, float, bool) and not has_stamp({key: raw}):
                self._walk(raw, beside.at(key))
            elif isinstance(raw, dict | list) and not (key in LABEL_KEYS and labels_of(item)):
                self._context.note(f"left out beside the value: {key!r:.40}")
        if left_out := values_about(item):
            self._context.note(f"left out beside the value: {left_out!r:.40}")

    def _value(self, raw: object, place: Place) -> None:
        """Walk what stands under the key of a record's value."""
        if isinstance(raw, str):
            opened = open_text(raw, place, self._context)
            if opened is not None:
                raw, place = opened, place.here()
                place.is_opened = True
        if isinstance(raw, list) and len(raw) == 1 and type(raw[0]) in SCALARS:
            (raw,) = raw
        if type(raw) in SCALARS:
            self._leaves.take_value(raw, place)
        elif raw == []:
            self._leaves.add(place, math.nan, None)
        elif isinstance(raw, list) and have_rows(raw) and not timed_rows(raw, self._context):
            error = PayloadError("no_value", f"expected a number in 'value', got {shown(raw)}")
            self._context.reject(self._leaves.position, error)
        elif isinstance(raw, list):
            self._list(raw, place)
        else:
            self._walk(raw, place)


def _tell_more(item: dict[str, object], key: str, below: Place, moments: Mapping[str, float]) -> None:
    """Complete the place of a field with what stands beside it of its time and its units."""
    below.time = moments.get(key, below.time)
    if isinstance(item[key], dict) and (units := units_of_part(item, key)):
        below.units = {**below.units, **units}
