"""Makes the frames for followers, equal frames only once. Knows nothing of sockets and clocks.

A follower is a set of cursors: per series, the seq that it needs next. `collect` compares each with the ring. Points that are still there
become a delta; if some are overwritten, a snapshot replaces all. There is no queue, so a slow client slows nobody else.

Followers with the same tags and cursors share one cursor table, which is never changed in place, and so one frame.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mqtt_plot.live.protocol import (
    FLAG_DECIMATED,
    FLAG_LOST,
    FLAG_OUTLINE,
    FLAG_SNAPSHOT,
    FLAG_UNORDERED,
    KIND_DATA,
    KIND_RANGE,
    MAX_RANGE_POINTS,
    Block,
    Follow,
    Range,
    encode_block,
    encode_frame,
)
from mqtt_plot.store.drawing import Drawing, drawn, with_neighbours
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# A frame has about this size, so that making and writing it stays short; the rest follows at once.
FRAME_BYTES = 256 * 1024
BLOCK_POINTS = 16 * 1024
# Decimating costs about 0.1 µs per raw point: 50,000 are 5 ms on the loop.
FRAME_RAW_POINTS = 50_000

_NEEDS_SNAPSHOT = -1

Cursors = Mapping[Series, int]


class _Made(NamedTuple):
    frame: bytes | None
    cursors: Cursors
    before: Cursors  # kept alive, so that its id() stays unique


class Follower:
    """One subscriber: its tags, the shape of its snapshots, and its cursors."""

    __slots__ = ("cursors", "points", "tags", "window")

    def __init__(self) -> None:
        self.tags: Sequence[str] = ()
        self.cursors: Cursors = {}  # of those of the tags that exist
        self.window: float | None = None
        self.points: int | None = None

    @property
    def waiting(self) -> frozenset[str]:
        """Its tags that do not exist, yet or any more."""
        return frozenset(self.tags).difference(series.tag for series in self.cursors)


class Hub:
    """Makes frames for followers from the store."""

    def __init__(self, store: Store, epoch: str) -> None:
        self.epoch = epoch
        self._store = store
        self._frames: dict[tuple[int, float | None, int | None], _Made] = {}
        self._blocks: dict[tuple[Series, int, int], bytes] = {}
        self._shared: dict[tuple[tuple[Series, int], ...], Cursors] = {}

    def follow(self, follower: Follower, request: Follow) -> None:
        """Make `follower` follow exactly the tags of `request`; it keeps the cursors of tags that it follows already."""
        follower.window, follower.points, follower.tags = request.window, request.points, request.tags
        cursors: dict[Series, int] = {}
        for series in self._existing(follower):
            resumed = request.next.get(series.tag) if request.epoch == self.epoch else None
            if resumed is not None and series.ring.first <= resumed <= series.ring.next:
                cursors[series] = resumed
            else:
                cursors[series] = follower.cursors.get(series, _NEEDS_SNAPSHOT)
        follower.cursors = cursors

    def _existing(self, follower: Follower) -> list[Series]:
        return [series for tag in follower.tags if (series := self._store.get(tag)) is not None]

    def settle(self, follower: Follower) -> bool:
        """Update a follower for series that were made or deleted; return True if there was one."""
        existing = self._existing(follower)
        if follower.cursors.keys() == set(existing):
            return False
        follower.cursors = {series: follower.cursors.get(series, _NEEDS_SNAPSHOT) for series in existing}
        return True

    def tick(self) -> None:
        """Begin a new round; the frames of the round before are shared no longer."""
        self._frames.clear()
        self._blocks.clear()
        self._shared.clear()

    def collect(self, follower: Follower, now: float) -> bytes | None:
        """Return the next frame for `follower` and move its cursors past it, or None if there is nothing new.

        A frame is bounded in size and work; call again until None to get all points.
        """
        key = _key(follower)
        made = self._frames.get(key)
        if made is None:
            made = self._make(follower, now)
            if made.frame is not None:  # None is not kept: points may come within the round
                self._frames[key] = made
        follower.cursors = made.cursors
        return made.frame

    def read_by_frame(self, follower: Follower) -> Iterator[Series]:
        """Yield the series of which the next frame may hold snapshots, made of points in order of time."""
        raw = 0
        is_made = _key(follower) in self._frames
        for series, seq in follower.cursors.items():
            if seq < series.ring.first and follower.points is not None and raw < FRAME_RAW_POINTS and not is_made:
                yield series
                raw += len(series.ring)

    def _make(self, follower: Follower, now: float) -> _Made:
        before = follower.cursors
        moved: dict[Series, int] = {}
        parts: list[bytes] = []
        size = raw = 0
        for series, seq in before.items():
            if seq == series.ring.next:
                continue
            block, following, cost = self._block(series, seq, follower)
            parts.append(block)
            moved[series] = following
            size += len(block)
            raw += cost
            if size >= FRAME_BYTES or raw >= FRAME_RAW_POINTS:
                break
        if not parts:
            return _Made(None, before, before)
        cursors = {**before, **moved}
        cursors_shared = self._shared.setdefault(tuple(cursors.items()), cursors)
        return _Made(encode_frame(KIND_DATA, parts, now), cursors_shared, before)

    def _block(self, series: Series, seq: int, follower: Follower) -> tuple[bytes, int, int]:
        """Return (bytes, next seq, raw points read) for one series from `seq` on."""
        ring = series.ring
        if seq < ring.first:
            flags = FLAG_SNAPSHOT if seq < ring.origin else FLAG_SNAPSHOT | FLAG_LOST
            block = snapshot(series, flags, follower.window, follower.points)
            return encode_block(block), block.next, block.raw
        stop = min(ring.next, seq + BLOCK_POINTS)
        key = (series, seq, stop)
        encoded = self._blocks.get(key)
        if encoded is None:
            encoded = encode_block(Block(series.id, _order_flag(series), stop - seq, seq, stop, *ring.read(seq, stop)))
            self._blocks[key] = encoded
        return encoded, stop, stop - seq


def _key(follower: Follower) -> tuple[int, float | None, int | None]:
    """Return what followers who get the same frame share."""
    return id(follower.cursors), follower.window, follower.points


def snapshot(series: Series, flags: int, window: float | None, points: int | None) -> Block:
    """Return a block that replaces what a client holds: the last `window` seconds, in at most about `points` points, and the point before.

    Without `points` the block is raw and may stop early (BLOCK_POINTS); what is left follows as deltas.
    """
    ring = series.ring
    flags |= _order_flag(series)
    start = series.newest - window if window is not None and series.is_ordered and len(ring) else -math.inf
    if points is not None and (found := drawn(series, start, math.inf, points)):
        found = with_neighbours(series, start, math.inf, found)
        flags |= FLAG_DECIMATED if found.means is None else FLAG_DECIMATED | FLAG_OUTLINE
        return Block(series.id, flags, found.raw, ring.first, ring.next, found.times, found.values, found.means)
    first = ring.first if start == -math.inf else ring.find(start)
    if points is None or ring.next - first <= points:
        first -= first > ring.first and ring.time_at(first) > start
        stop = min(ring.next, first + BLOCK_POINTS)
        return Block(series.id, flags, stop - first, first, stop, *ring.read(first, stop))
    found = with_neighbours(series, start, math.inf, Drawing(*series.picture(start, None, points)))
    return Block(series.id, flags | FLAG_DECIMATED, found.raw, first, ring.next, found.times, found.values)


def answer_range(series: Series, request: Range, now: float) -> bytes:
    """Return the range frame that answers `request` for `series`: the points asked for, and one more on either side."""
    points = MAX_RANGE_POINTS if request.points is None else request.points
    start = -math.inf if request.start is None else request.start
    end = math.inf if request.end is None else request.end
    found = drawn(series, start, end, points) or Drawing(*series.picture(request.start, request.end, points))
    found = with_neighbours(series, start, end, found)
    flags = FLAG_SNAPSHOT | (FLAG_DECIMATED if len(found.times) < found.raw else 0)
    flags |= 0 if found.means is None else FLAG_DECIMATED | FLAG_OUTLINE
    # A range is cut by time, not by seq: it says which points the ring holds, and leaves cursors alone.
    ring = series.ring
    block = Block(series.id, flags, found.raw, ring.first, ring.next, found.times, found.values, found.means)
    return encode_frame(KIND_RANGE, [encode_block(block)], now, request.request)


def _order_flag(series: Series) -> int:
    """Return the flag of a series of which points have come late; clients may hold them longer than the ring."""
    return 0 if series.late is None else FLAG_UNORDERED
