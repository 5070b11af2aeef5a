"""Entries of a state file: what it says of each tag, as bytes and back. Knows nothing of when something is written.

An entry is about one tag. `id` is its number in the file, `facts` is what is known of it beside its points, `heard` is when it was last
heard. `since` is the time from which on the entry replaces what was written before (null: all of it). `tiers`, `changes` and `points` say
how much of each follows. Only `id` is always there.

A segment, little-endian: the length of the entries as u32; the entries as JSON; then for all of them the times and the values as float64,
the rows of tiers (tiers.py), and the rows of changes (changes.py), each as columns of bytes.
"""

import json
import math
from array import array
from collections.abc import Iterator, Sequence
from operator import le
from struct import Struct
from typing import Any, NamedTuple

from mqtt_plot.samples import FARTHEST
from mqtt_plot.store.changes import ROW_BYTES as CHANGE_BYTES
from mqtt_plot.store.changes import Changes
from mqtt_plot.store.facts import Facts
from mqtt_plot.store.rows import ROW_BYTES as TIER_BYTES
from mqtt_plot.store.segments import column_bytes, column_of, turned, turned_back
from mqtt_plot.store.series import Series
from mqtt_plot.store.tiers import Tiers, Width

_LENGTH = Struct("<I")
# A description has a tag, a unit, 64 states and the device's meta: some thousand bytes at most.
_MAX_DESCRIPTION = 256 * 1024
# Of one entry; the points beyond have entries of their own.
_MAX_POINTS = 50_000
# About the bytes that are left of each when it is compressed; measured 3 to 6.5, and 17 to 26.
_POINT_COST, _ROW_COST, _TAG_COST = 7, 26, 40


class TagEntry(NamedTuple):
    """What is told of a tag. Its times and values are those of its changes, then those of its points."""

    fields: dict[str, Any]
    times: "array[float]" = array("d")
    values: "array[float]" = array("d")
    tiers: bytes = b""
    changes: bytes = b""

    @property
    def size(self) -> int:
        return 16 * len(self.times) + len(self.tiers) + len(self.changes)

    @property
    def cost(self) -> float:
        """About the bytes that it takes in the file."""
        return cost_of(len(self.times), len(self.tiers) // TIER_BYTES) + len(self.changes)

    @property
    def changed(self) -> int:
        """How many of its times and values are changes."""
        found = self.fields.get("changes")
        return 0 if found is None else _size(found["changes"])

    def split(self) -> "list[TagEntry]":
        """Return this with the number of its points, in several entries where these are many."""
        changes = self.changed
        first = changes + _MAX_POINTS
        fields = {**self.fields, "points": min(len(self.times) - changes, _MAX_POINTS)}
        found = [self._replace(fields=fields, times=self.times[:first], values=self.values[:first])]
        for start in range(first, len(self.times), _MAX_POINTS):
            times, values = self.times[start : start + _MAX_POINTS], self.values[start : start + _MAX_POINTS]
            found.append(TagEntry({"id": self.fields["id"], "points": len(times)}, times, values))
        return found


def whole_of(series: Series) -> TagEntry:
    """Return all that is known of the values of a series: its outline, and the points that this does not know."""
    ring, tiers, changes = series.ring, series.tiers, series.changes
    fields: dict[str, Any] = {}
    rows, changed = b"", b""
    # What was handed on is known in outline; restored as points it would be there twice.
    times, values = ring.read(ring.kept if series.outlines else ring.first, ring.next)
    if tiers is not None and tiers.end > -math.inf:
        widths = list(tiers.rows())[::-1]
        fields["tiers"] = {"end": tiers.end, "rows": [[width, len(packed)] for width, packed in widths]}
        rows = b"".join(packed for _, packed in widths)
    if changes is not None and changes.end > -math.inf:
        changed, *columns = changes.columns()
        counts = {"rows": len(changed), "changes": len(columns[0])}
        continued = {"continued": True} if changes.is_continued else {}
        fields["changes"] = {"end": changes.end, "width": changes.width, **counts, **continued}
        times, values = columns[0] + times, columns[1] + values
    return TagEntry(fields, times, values, rows, changed)


def take_outline(series: Series, entry: TagEntry, history: Sequence[Width]) -> None:
    """Take what an entry tells in outline, all later than what a series has of that. Raises KeyError, TypeError or ValueError."""
    tiers, changes = entry.fields.get("tiers"), entry.fields.get("changes")
    if tiers is not None:
        if series.tiers is None:
            series.tiers = Tiers(history)
        start, end = 0, moment(tiers["end"])
        for width, size in tiers["rows"]:
            if type(width) is not int or width < 1:
                raise ValueError("a width makes no sense")
            series.tiers.take(width, entry.tiers[start : start + size])
            start += size
        series.tiers.hold_to(end)
        series.newest = max(series.newest, end)
    if changes is not None:
        count = entry.changed
        times, end, width = entry.times[:count], moment(changes["end"]), changes["width"]
        if type(width) is not int or width < 1 or not all(map(le, times, times[1:])):
            raise ValueError("changes make no sense")
        if series.changes is None:
            series.changes = Changes(width)
            series.changes.restore(entry.changes, array("d"), array("d"), -math.inf)
        series.changes.digest(times, entry.values[:count], end)
        series.changes.is_continued |= changes.get("continued") is True and count > 0
        series.changes.end = end
        series.newest = max(series.newest, end)


def cost_of(points: float, rows: float) -> float:
    """Return about the bytes that an entry takes in the file."""
    return _TAG_COST + points * _POINT_COST + rows * _ROW_COST


def facts_of(series: Series) -> dict[str, object]:
    """Return what is known of a series beside its points, for `Facts.checked`; of endless meta nothing."""
    facts: dict[str, object] = {
        "tag": series.tag,
        "unit": series.unit,
        "kind": series.kind,
        "states": series.states,
        "meta": series.meta,
        "arrival": None if math.isnan(series.arrival) else series.arrival,
        "interval": None if math.isnan(series.interval) else series.interval,
    }
    return facts if len(json.dumps(facts)) <= _MAX_DESCRIPTION else {**facts, "meta": {}}


def content_of(entries: Sequence[TagEntry]) -> bytes:
    """Return the content of a segment."""
    head = json.dumps([entry.fields for entry in entries], allow_nan=False, separators=(",", ":")).encode()
    times, values = array("d"), array("d")
    for entry in entries:
        times += entry.times
        values += entry.values
    tiers, changes = b"".join([entry.tiers for entry in entries]), b"".join([entry.changes for entry in entries])
    return b"".join(
        (
            _LENGTH.pack(len(head)),
            head,
            column_bytes(times),
            column_bytes(values),
            turned(tiers, TIER_BYTES),
            turned(changes, CHANGE_BYTES),
        )
    )


def entries_of(content: bytes) -> Iterator[TagEntry]:
    """Yield the entries of a segment. Raises KeyError, TypeError or ValueError for what makes no sense."""
    (length,) = _LENGTH.unpack_from(content) if len(content) >= _LENGTH.size else (0,)
    start = _LENGTH.size + length
    described = [dict(fields) for fields in json.loads(content[_LENGTH.size : start])]
    counts = [_counts(fields) for fields in described]
    points, rows, changes = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    if len(content) != start + 16 * points + rows + changes:
        raise ValueError("a segment is not as long as it says")
    times, values = (column_of(content[start + k * 8 * points :][: 8 * points]) for k in (0, 1))
    start += 16 * points
    tiers = turned_back(content[start : start + rows], TIER_BYTES)
    packed = turned_back(content[start + rows :], CHANGE_BYTES)
    if not all(abs(time) < FARTHEST for time in times):  # false for NaN
        raise ValueError("a time makes no sense")
    at = [0, 0, 0]
    for fields, (count, row, change) in zip(described, counts, strict=True):
        yield TagEntry(
            fields, times[at[0] : at[0] + count], values[at[0] : at[0] + count], tiers[at[1] : at[1] + row], packed[at[2] : at[2] + change]
        )  # fmt: skip
        at = [at[0] + count, at[1] + row, at[2] + change]


def _counts(fields: dict[str, Any]) -> tuple[int, int, int]:
    """Return how many points, bytes of tiers and bytes of changes follow an entry."""
    tiers, changes = fields.get("tiers") or {"rows": []}, fields.get("changes") or {"rows": 0, "changes": 0}
    rows = [size for _, size in tiers["rows"]]
    if any(_size(size) % TIER_BYTES for size in rows) or _size(changes["rows"]) % CHANGE_BYTES:
        raise ValueError("rows of an outline make no sense")
    return _size(fields.get("points", 0)) + _size(changes["changes"]), sum(rows), changes["rows"]


def _size(number: object) -> int:
    if type(number) is not int or not 0 <= number < 2**32:
        raise ValueError(f"expected a count, got {number!r:.40}")
    return number


def moment(number: object) -> float:
    """Return a time in POSIX seconds. Raises ValueError for what is none."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < FARTHEST:
        raise ValueError(f"expected a time, got {number!r:.40}")
    return float(number)


def facts_in(fields: dict[str, Any]) -> Facts | None:
    """Return the facts of an entry, checked; None where it has none. Raises PayloadError."""
    return Facts.checked(fields["facts"]) if "facts" in fields else None
