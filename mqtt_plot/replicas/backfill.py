"""Fills this bridge's window from another bridge that has run for longer: from the first peer that answers.

Bounded: seconds per request and in all, points per tag, and tags. Failures are counted (`backfill_failed`) and logged; the bridge goes on
without those points.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from mqtt_plot.errors import PayloadError, PeerError, ProtocolError, StoreFullError
from mqtt_plot.metrics import Counters
from mqtt_plot.replicas.adoption import Adopted, Gap, adopt, take_back
from mqtt_plot.replicas.history import parse_history
from mqtt_plot.replicas.outline import known_before
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store
from mqtt_plot.tags import check_tag

log = logging.getLogger(__name__)

# After this time, all points that a peer had when it answered have reached this bridge too. So history and live points overlap, without
# a gap between them.
SETTLE_SECONDS = 0.5
# Live points come for this long before the peer is asked: the overlap in which the seam is found.
LEAD_SECONDS = 0.5
# After this the bridge is ready, filled or not.
FILL_SECONDS = 120.0
# At most this many points of one tag are requested: about 40 bytes each, in one answer.
MAX_POINTS = 100_000
# The request begins this long before a gap, so that both bridges hold some of the same points.
OVERLAP_SECONDS = 5.0
_TOGETHER = 2


class HistorySource(Protocol):
    """Another bridge, see replicas.peer. All methods raise PeerError."""

    address: str

    async def epoch(self) -> str: ...
    async def tags(self) -> list[dict[str, object]]: ...
    async def series(self, tag: str, start: float | None, *, outline: bool = False) -> object: ...


class Backfill:
    """Call `fill_all` once at the start, `fill` for single tags. `progress` says how far it is, "" when it is done."""

    def __init__(
        self,
        peers: Sequence[HistorySource],
        epoch: str,
        store: Store,
        counters: Counters,
        *,
        clock: Callable[[], float],
    ) -> None:
        self.progress = ""
        self._peers = peers
        self._epoch = epoch
        self._store = store
        self._counters = counters
        self._clock = clock
        self.started = clock()  # earlier points come from a state file
        self._slots = asyncio.Semaphore(_TOGETHER)
        # What may come live yet, until `settle`: by tag, and since when this bridge received nothing.
        self._adopted: dict[tuple[str, float], tuple[Series, Adopted]] = {}

    def expect(self) -> None:
        """Announce a call of `fill_all`: until it is done, `progress` says so."""
        self.progress = "looking for another bridge to fill the window from"

    async def fill_all(self, until: float = math.inf) -> HistorySource | None:
        """Fetch all tags and their points; return from whom. Returns when that is done, or has failed; never raises because of a peer."""
        peer = None
        before = self._counters.get("samples_backfilled")
        try:
            async with asyncio.timeout(FILL_SECONDS):
                peer, entries = await self._choose()
                if peer is None:
                    log.warning("no other bridge answers (--backfill-from); the window begins empty")
                    return None
                await self.fill(
                    [str(entry["tag"]) for entry in entries], peer, _spans(entries), Gap(self.started, until)
                )
                points = self._counters.get("samples_backfilled") - before
                log.info(
                    "filled %d tags from %s: %d points, and what was before in outline",
                    *(len(entries), peer.address, points),
                )
        except TimeoutError:
            self._counters.add("backfill_failed", "too_slow")
            log.warning("filling the window took longer than %.0f s; the rest is left out", FILL_SECONDS)
        finally:
            self.progress = ""
        return peer

    async def fill_gap(
        self,
        gap: Gap,
        newest: Mapping[str, float],
        is_wanted: Callable[[str], bool] = lambda _: True,
        peer: HistorySource | None = None,
    ) -> HistorySource | None:
        """Fetch what `peer`, or the one that holds most, received in a `gap` of this bridge; return it. Never raises because of a peer.

        Two peers have stamped the same message at different times, so a gap that is filled in pieces is filled from one.

        `newest` has the newest time of each tag at that moment: a device's clock may be behind ours. Other tags are fetched whole.
        """
        before, is_first = self._counters.get("samples_backfilled"), peer is None
        try:
            async with asyncio.timeout(FILL_SECONDS):
                peer, entries = await self._choose(peer)
                tags = [tag for entry in entries if is_wanted(tag := str(entry["tag"]))]
                if peer is None or not tags:
                    return peer
                spans = _spans(entries) | {tag: min(gap.since, time) - OVERLAP_SECONDS for tag, time in newest.items()}
                await self.fill(tags, peer, spans, gap)
                points = self._counters.get("samples_backfilled") - before
                if points or is_first:
                    seconds = gap.until - gap.since
                    log.info("filled the gap of %.0f s with %d points from %s", seconds, points, peer.address)
        except TimeoutError:
            self._counters.add("backfill_failed", "too_slow")
            log.warning("filling the gap took longer than %.0f s; the rest is left out", FILL_SECONDS)
        return peer

    def settle(self, gap: Gap) -> None:
        """Note that no further pass over a gap follows: what was adopted stays, but for what has come live since the last one."""
        for key in [key for key in self._adopted if key[1] == gap.since]:
            series, adopted = self._adopted.pop(key)
            if self._store.get(series.tag) is series:
                take_back(self._store, series, adopted)

    async def describe(self) -> None:
        """Fetch names and units of all tags, without points: what a viewer may follow."""
        peer, entries = await self._choose()
        if peer is not None:
            for entry in entries:
                self._open(str(entry["tag"]), str(entry.get("unit") or ""))

    async def fill(
        self,
        tags: Iterable[str],
        peer: HistorySource | None = None,
        spans: Mapping[str, float] | None = None,
        gap: Gap = Gap(),  # noqa: B008 - it is frozen
    ) -> None:
        """Fetch the points of some tags, from `peer` or the first that answers. Never raises because of a peer.

        `spans` says since when to request a tag, `gap` when this bridge received nothing.
        """
        if peer is None:
            peer, _ = await self._choose(with_tags=False)
        if peer is None:
            return
        await asyncio.sleep(LEAD_SECONDS)
        names = list(tags)
        done = 0

        async def fill_one(tag: str) -> None:
            nonlocal done
            async with self._slots:
                found = await self._fetch(peer, tag, (spans or {}).get(tag), gap)
            if found is not None:
                await asyncio.sleep(SETTLE_SECONDS)
                self._adopt(tag, found, gap)
            done += 1
            self.progress = self.progress and f"filling the window from {peer.address}: {done} of {len(names)} tags"

        async with asyncio.TaskGroup() as group:
            for tag in names:
                group.create_task(fill_one(tag), name=f"fill {tag:.40}")

    async def _choose(
        self, only: HistorySource | None = None, *, with_tags: bool = True
    ) -> tuple[HistorySource | None, list[dict[str, object]]]:
        """Return the peer that holds most, of those that answer and are not this bridge itself, and its tags, as many as fit.

        Without tags it is the first: none of them is known to be whole, one may itself wait for what its broker kept for it.
        """
        peers = self._peers if only is None else [only]
        answers = await asyncio.gather(*(self._ask(peer, with_tags=with_tags) for peer in peers))
        found = [(peer, entries) for peer, entries in zip(peers, answers, strict=True) if entries is not None]
        if not found:
            return None, []
        peer, entries = max(found, key=lambda item: _points(item[1]))
        return peer, entries[: self._store.limits.max_tags]

    async def _ask(self, peer: HistorySource, *, with_tags: bool) -> list[dict[str, object]] | None:
        """Return the tags of a peer, None where it cannot help."""
        try:
            if await peer.epoch() == self._epoch:
                return None
            return await peer.tags() if with_tags else []
        except PeerError as error:
            log.info("%s", error)
            return None

    async def _fetch(self, peer: HistorySource, tag: str, start: float | None, gap: Gap) -> object:
        max_age = self._store.limits.max_age
        if max_age is not None:
            start = max(start or 0.0, self._clock() - max_age)
        series = self._store.get(tag)
        known = -math.inf if series is None else known_before(series, gap.since)
        try:
            answer = None if known == -math.inf else await peer.series(tag, start)
            if self._store.limits.history and (tag, gap.since) not in self._adopted and _begins_after(answer, known):
                with suppress(PeerError):  # one of an older version tells no outline
                    return await peer.series(tag, start, outline=True)
            return await peer.series(tag, start) if answer is None else answer
        except PeerError as error:
            self._counters.add("backfill_failed", "no_answer")
            log.info("%s", error)
            return None

    def _adopt(self, tag: str, found: object, gap: Gap) -> None:
        try:
            history = parse_history(found)
            if len(history.times):
                series = self._store.open(check_tag(tag))
                known, earlier = self._adopted.get((tag, gap.since), (series, None))
                adopted = adopt(self._store, series, history, gap, earlier if known is series else None)
                self._adopted[tag, gap.since] = series, adopted
                self._counters.add("samples_backfilled", n=adopted.points)
        except (PayloadError, ProtocolError) as error:
            self._counters.add("backfill_failed", "unusable")
            log.warning("history of %r: %s", tag[:120], error)
        except StoreFullError:
            self._counters.add("backfill_failed", "tags_full")

    def _open(self, tag: str, unit: str) -> None:
        try:
            series = self._store.open(check_tag(tag))
        except (PayloadError, StoreFullError):
            self._counters.add("backfill_failed", "tag_refused")
            return
        if unit and not series.unit:
            series.unit = unit
            self._store.describe(series)


def _begins_after(answer: object, known: float) -> bool:
    """Return True if an answer does not have every point after `known`, so that an outline is to tell of the rest; also for none."""
    since = answer.get("points_since") if isinstance(answer, dict) else None
    return answer is None or (isinstance(since, float) and since > known)


def _points(entries: Iterable[dict[str, object]]) -> int:
    return sum(points for entry in entries if isinstance(points := entry.get("points"), int))


def _spans(entries: Iterable[dict[str, object]]) -> dict[str, float]:
    """Return since when to request tags with more than MAX_POINTS, as if their points were evenly spaced."""
    spans = {}
    for entry in entries:
        points, last = entry.get("points"), entry.get("last")
        first = entry.get("points_since") or entry.get("first")  # in outline a peer holds far more
        if isinstance(points, int) and isinstance(first, float) and isinstance(last, float) and points > MAX_POINTS:
            spans[str(entry["tag"])] = last - (last - first) * MAX_POINTS / points
    return spans
