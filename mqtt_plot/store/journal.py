"""The store as segments of the state file, and back: all of it, or what is new since the last time, as much as may be written.

Of each tag the finest is told that fits into its share of what may be written: every point, else its outline in buckets of the narrowest
width, else of the next one. Of states and booleans it is every point, else every change. The newest point always comes along. What is
told of a tag at once lies in one segment, so that what its values mean is never read without them.
"""

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.store.buckets import bounds
from mqtt_plot.store.entries import (
    TagEntry,
    content_of,
    cost_of,
    entries_of,
    facts_in,
    facts_of,
    moment,
    take_outline,
    whole_of,
)
from mqtt_plot.store.rows import ROW_BYTES, rows_of
from mqtt_plot.store.segments import AGAIN, DamagedStateError, Pending
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import held_points, outline, step_for
from mqtt_plot.store.store import Store

TAGS, GONE = 1, 2
_WORDS = ("boolean", "state")
# Entries of so many bytes share a segment: many compress better.
_TOGETHER = 64 * 1024


class _Mark(NamedTuple):
    """How far the file tells of a series: to the seq `next` in the numbering from `origin`, and to the time `until`."""

    id: int
    revision: int
    kind: str
    origin: int
    next: int
    until: float
    width: int  # of the buckets told last
    late_from: float = math.inf  # what has come late since, and is not told yet


class StoreJournal:
    """Tells of `store`. Call `settle` once what was told is on the disk; without it the same is told again."""

    kinds = (TAGS, GONE)

    def __init__(self, store: Store) -> None:
        self.left_out = 0  # tags for which, or for what came late of which, there was no room the last time
        self._store = store
        self._marks: dict[Series, _Mark] = {}
        self._told: dict[Series, _Mark] = {}
        self._lost: list[Series] = []
        self._is_all = False
        self._anew: set[int] = set()  # ids of the tags of which the present file tells all
        self._told_anew: set[int] = set()
        self._has_orphans = False  # while a file is read whose forerunner may be gone
        self._by_id: dict[int, Series | None] = {}  # while a file is read; None for a tag that finds no room any more
        self._last_id = 0
        self._widest = store.limits.history[-1].seconds if store.limits.history else 1

    # To the file.

    def everything(self) -> Iterator[Pending]:
        """Yield all there is, for an empty file; each series is as it is when its turn comes."""
        self._told, self._told_anew, self._lost, self._is_all, self.left_out = {}, set(), [], True, 0
        yield from _segments(self._whole(series) for series in list(self._store) if self._is_there(series))

    def news(self, room: float, again: float = 0.0) -> Iterator[Pending]:
        """Yield which tags are gone; all of some that only an older file tells wholly, in about `again` bytes; what is new in `room`."""
        self._told, self._told_anew, self._is_all, self.left_out = {}, set(), False, 0
        self._lost = [series for series in self._marks if not self._is_there(series)]
        if self._lost:
            yield GONE, partial(_json, [self._marks[series].id for series in self._lost])
        yield from _segments(self._retold(again), TAGS | AGAIN)
        if room > 0:
            wishes = sorted(
                (self._missing(one).bit_length(), one.id, one.tag)
                for one in self._store
                if one not in self._told and self._is_news(one)
            )
            yield from _segments(self._chosen([tag for *_, tag in wishes], room))

    def settle(self) -> None:
        """Note that what was told is on the disk, and count what has to wait."""
        if self.left_out:
            self._store.counters.add("state_left_out", n=self.left_out)
        if self._is_all:
            self._marks = {}
        for series in self._lost:
            self._marks.pop(series, None)
        self._marks.update(self._told)
        self._anew = (self._anew | self._told_anew) & {mark.id for mark in self._marks.values()}
        self._told, self._told_anew, self._lost = {}, set(), []

    def turn(self) -> None:
        """Note that a new file begins here, and that the one before it may go when all is told anew."""
        self._anew, self._told_anew, self._has_orphans = set(), set(), True

    @property
    def is_retold(self) -> bool:
        """True if the present file tells all, without those before it."""
        return all(mark.id in self._anew for mark in self._marks.values())

    def _retold(self, room: float) -> Iterator[list[TagEntry]]:
        for series, mark in list(self._marks.items()):
            if room <= 0:
                return
            if mark.id not in self._anew and self._is_there(series):
                entries = self._whole(series)
                room -= sum(entry.cost for entry in entries)
                yield entries

    def _is_there(self, series: Series) -> bool:
        return self._store.get(series.tag) is series

    def _is_news(self, series: Series) -> bool:
        mark, ring = self._marks.get(series), series.ring
        return mark is None or (mark.next, mark.origin, mark.revision) != (ring.next, ring.origin, series.revision)

    def _missing(self, series: Series) -> int:
        """Return about how many points are not told of yet."""
        mark, ring = self._marks.get(series), series.ring
        return ring.next - (mark.next if mark is not None and mark.origin == ring.origin else ring.origin)

    def _chosen(self, tags: Sequence[str], room: float) -> Iterator[list[TagEntry]]:
        """Yield of each series the finest that fits; what the first ones leave over is for the others."""
        for place, tag in enumerate(tags):
            series = self._store.get(tag)
            if series is not None:
                entries = self._finest(series, room / (len(tags) - place), room)
                self.left_out += not entries
                room -= sum(entry.cost for entry in entries)
                yield entries

    def _finest(self, series: Series, fair: float, room: float) -> list[TagEntry]:
        """Return the finest that can be told of a series in `fair` bytes, or else the coarsest if that fits into `room`, or else []."""
        mark, ring = self._marks.get(series), series.ring
        is_followed = (
            mark is not None and (mark.kind, mark.origin) == (series.kind, ring.origin) and mark.next >= ring.first
        )
        if mark is not None and is_followed and cost_of(ring.next - mark.next, 0) <= fair:
            series.late_from = math.inf  # it is among these
            return TagEntry(
                self._note(series, mark.width, None, mark.late_from), *ring.read(mark.next, ring.next)
            ).split()
        if mark is not None:
            self._marks[series] = mark = mark._replace(late_from=min(mark.late_from, series.late_from))
        series.late_from = math.inf
        is_turned = mark is not None and mark.kind != series.kind  # what was told would mean something else
        if not is_followed and _whole_cost(series) <= (room if is_turned else fair):
            return self._whole(series)
        if is_turned:
            return []
        if not self._store.limits.history:
            return self._tail(series, fair)
        return self._changed(series, room) if series.kind in _WORDS else self._outlined(series, fair, room)

    def _note(
        self, series: Series, width: int, since: float | None = None, late_from: float = math.inf
    ) -> dict[str, Any]:
        """Note how far the file tells of a series with what is told now, in place of what was told from `since` on; return its fields."""
        mark, ring = self._marks.get(series), series.ring
        if mark is None:
            self._last_id += 1
        number = self._last_id if mark is None else mark.id
        self._told[series] = _Mark(
            number, series.revision, series.kind, ring.origin, ring.next, series.newest, width, late_from
        )
        fields: dict[str, Any] = {"id": number}
        if since is not None:
            fields["since"] = None if since == -math.inf else since
        if since == -math.inf:
            self._told_anew.add(number)
        if since == -math.inf or mark is None or mark.revision != series.revision:
            fields["facts"] = facts_of(series)
        elif not math.isnan(series.arrival):
            fields["heard"] = round(series.arrival)
        return fields

    def _whole(self, series: Series) -> list[TagEntry]:
        """Return all that is known of a series: its outline, and the points that this does not know."""
        series.late_from = math.inf
        entry = whole_of(series)
        return entry._replace(fields=self._note(series, self._widest, -math.inf) | entry.fields).split()

    def _outlined(self, series: Series, fair: float, room: float) -> list[TagEntry]:
        """Return what came of a number since the last time, in buckets as narrow as there is room for, and its newest point."""
        mark, newest = self._marks.get(series), series.newest
        known = series.since if mark is None or mark.until == -math.inf else mark.until
        step, cost = 0, math.inf
        for width in self._store.limits.history:
            if not cost <= fair:
                step, cost = _step_and_cost(series, known, width.seconds)
        if not cost <= max(fair, room):  # nor without points
            return []
        since, late_from = -math.inf, math.inf
        if mark is not None:
            since, late_from = bounds(known, max(step, mark.width))[0], mark.late_from
            oldest = bounds(min(late_from, known), self._widest)[0]
            late_step, cost = _step_and_cost(series, oldest, step)
            if late_from < known and cost <= room:
                since, step, late_from = oldest, late_step, math.inf
        self.left_out += late_from < math.inf  # it waits until all is told
        rows = rows_of(outline(series, since, math.nextafter(newest, -math.inf), step), step)
        fields = self._note(series, step, since, late_from)
        fields["tiers"] = {"end": newest, "rows": [[step, len(rows)]]}
        return TagEntry(fields, *_newest(series), rows).split()

    def _changed(self, series: Series, room: float) -> list[TagEntry]:
        """Return every change of a state since the last time, and its newest point."""
        mark, newest = self._marks.get(series), series.newest
        since = -math.inf if mark is None else min(mark.until, mark.late_from)
        times, values = held_points(series, since, math.inf)
        changed = [
            (time, value)
            for before, time, value in zip(chain([math.inf], values), times, values, strict=False)
            if since <= time < newest and not (value == before or (math.isnan(value) and math.isnan(before)))
        ]
        last = _newest(series)
        entry = TagEntry(
            {}, array("d", [time for time, _ in changed]) + last[0], array("d", [value for _, value in changed]) + last[1]
        )  # fmt: skip
        if entry.cost > room or not len(times):
            return []
        fields = self._note(series, self._widest, since)
        fields["changes"] = {"end": newest, "width": self._widest, "rows": 0, "changes": len(changed)}
        return entry._replace(fields=fields).split()

    def _tail(self, series: Series, fair: float) -> list[TagEntry]:
        """Return the newest points, in place of all that was told before: without an outline a line would be drawn over the hole."""
        ring = series.ring
        count = int((fair - cost_of(0, 0)) // (cost_of(1, 0) - cost_of(0, 0)))
        if count < 1:
            return []
        return TagEntry(self._note(series, 1, -math.inf), *ring.read(ring.next - count, ring.next)).split()

    # From the file.

    def apply(self, kind: int, content: bytes) -> None:
        """Take in one segment. Raises DamagedStateError for what makes no sense, which takes intent."""
        try:
            if kind == GONE:
                for number in json.loads(content):
                    self._delete(number)
            else:
                for entry in entries_of(content):
                    self._take(entry)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, PayloadError):
            raise DamagedStateError("what it tells of a tag makes no sense") from None

    def finish(self, *, is_whole: bool) -> None:
        """Note that all is read; if the file is as it was written, it is gone on with, else `everything` comes next."""
        for number, series in self._by_id.items():
            if series is not None:
                series.late_from = math.inf
                ring = series.ring
                self._told[series] = _Mark(
                    number, series.revision, series.kind, ring.origin, ring.next, series.newest, self._widest
                )
        self._last_id = max(self._by_id, default=0)
        self._by_id, self._has_orphans = {}, False
        if is_whole:
            self.settle()
        self._told, self._told_anew = {}, set()

    def _delete(self, number: int) -> None:
        series = self._by_id.pop(number, None) if self._has_orphans else self._by_id.pop(number)
        self._told_anew.discard(number)
        if series is not None:
            self._store.delete(series.tag)

    def _take(self, entry: TagEntry) -> None:
        fields = entry.fields
        if self._has_orphans and fields["id"] not in self._by_id and "facts" not in fields:
            return  # all of it is told anew further on
        series = self._series(fields)
        if "since" in fields and fields["since"] is None:
            self._told_anew.add(fields["id"])
        if series is None:
            return
        if "heard" in fields:
            series.arrival = moment(fields["heard"])
        count = entry.changed
        self._store.amend_outline(series, partial(self._amend, series, entry))
        if len(entry.times) > count:
            self._store.restore(series, entry.times[count:], entry.values[count:])

    def _series(self, fields: dict[str, Any]) -> Series | None:
        """Return the series of an entry with what is known of it; None if it finds no room."""
        number, facts = fields["id"], facts_in(fields)
        if type(number) is not int or not 0 < number < 2**53:
            raise ValueError("a number makes no sense")
        if number not in self._by_id:
            if facts is None or facts.tag in self._store:
                raise ValueError("a tag without facts, or with two numbers")
            try:
                self._by_id[number] = self._store.open(facts.tag)
            except StoreFullError:
                self._by_id[number] = None  # --max-tags is smaller now; the store has counted it
        series = self._by_id[number]
        if series is not None and facts is not None:
            if facts.tag != series.tag:
                raise ValueError("two tags with one number")
            _, series.unit, series.kind, series.states, series.meta, series.arrival, series.interval = facts
            self._store.describe(series)
        return series

    def _amend(self, series: Series, entry: TagEntry) -> None:
        """Let go of what an entry tells anew, and take its outline.

        What was before is known in outline only, as what comes next may not follow the points.
        """
        history, fields = self._store.limits.history, entry.fields
        if "since" in fields:
            series.rewind(-math.inf if fields["since"] is None else moment(fields["since"]), history)
        if history:
            take_outline(series, entry, history)


def _step_and_cost(series: Series, start: float, width: int) -> tuple[int, float]:
    """Return the width of buckets, `width` or more, in which what came from `start` on can be told, and about the bytes that these take."""
    step = int(step_for(series, start, series.newest, width))
    return step, cost_of(1, (series.newest - start) / step + 2)


def _newest(series: Series) -> "tuple[array[float], array[float]]":
    """Return the newest point; or points, where several have one time and the outline knows none of them yet."""
    if series.digested < series.newest:
        return series.window(series.newest, None)
    ring = series.ring
    times, values = ring.read(ring.next - ring.pending, ring.next)
    last = [place for place, time in enumerate(times) if time >= series.newest]
    return array("d", [times[place] for place in last]), array("d", [values[place] for place in last])


def _whole_cost(series: Series) -> float:
    points = series.ring.pending if series.outlines else len(series.ring)
    return cost_of(points, series.outline_bytes / ROW_BYTES)


def _segments(groups: Iterable[list[TagEntry]], kind: int = TAGS) -> Iterator[Pending]:
    """Yield segments with the entries of several tags, and a moment for others after each tag."""
    together: list[TagEntry] = []
    for entries in groups:
        for entry in entries:
            together.append(entry)
            if sum(one.size for one in together) >= _TOGETHER:
                yield kind, partial(content_of, together)
                together = []
        yield None
    if together:
        yield kind, partial(content_of, together)


def _json(value: object) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
