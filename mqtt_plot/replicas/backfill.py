"""Fills this bridge's window from another bridge that has run for longer: from the first peer that answers.

Bounded: seconds per request and in all, points per tag, and tags. Failures are counted (`backfill_failed`) and logged; the bridge goes on
without those points.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from mqtt_plot.errors import PayloadError, PeerError, ProtocolError, StoreFullError
from mqtt_plot.metrics import Counters
from mqtt_plot.replicas.history import adopt, parse_history
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
    async def series(self, tag: str, start: float | None) -> object: ...


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
        self._started = clock()  # earlier points come from a state file
        self._slots = asyncio.Semaphore(_TOGETHER)

    def expect(self) -> None:
        """Announce a call of `fill_all`: until it is done, `progress` says so."""
        self.progress = "looking for another bridge to fill the window from"

    async def fill_all(self) -> None:
        """Fetch all tags and their points. Returns when that is done, or has failed; never raises because of a peer."""
        before = self._counters.get("samples_backfilled")
        try:
            async with asyncio.timeout(FILL_SECONDS):
                peer, entries = await self._choose()
                if peer is None:
                    log.warning("no other bridge answers (--backfill-from); the window begins empty")
                    return
                await self.fill([str(entry["tag"]) for entry in entries], peer, _spans(entries), self._started)
                points = self._counters.get("samples_backfilled") - before
                log.info("filled %d tags with %d points from %s", len(entries), points, peer.address)
        except TimeoutError:
            self._counters.add("backfill_failed", "too_slow")
            log.warning("filling the window took longer than %.0f s; the rest is left out", FILL_SECONDS)
        finally:
            self.progress = ""

    async def fill_gap(
        self, since: float, newest: Mapping[str, float], is_wanted: Callable[[str], bool] = lambda _: True
    ) -> None:
        """Fetch what a peer received from `since` (POSIX seconds) on, while this bridge received nothing. Never raises because of a peer.

        `newest` has the newest time of each tag at that moment: a device's clock may be behind ours. Other tags are fetched whole.
        """
        before = self._counters.get("samples_backfilled")
        try:
            async with asyncio.timeout(FILL_SECONDS):
                peer, entries = await self._choose()
                tags = [tag for entry in entries if is_wanted(tag := str(entry["tag"]))]
                if peer is None or not tags:
                    return
                spans = _spans(entries) | {tag: min(since, time) - OVERLAP_SECONDS for tag, time in newest.items()}
                await self.fill(tags, peer, spans, since)
                points = self._counters.get("samples_backfilled") - before
                log.info("filled the gap of %.0f s with %d points from %s", self._clock() - since, points, peer.address)
        except TimeoutError:
            self._counters.add("backfill_failed", "too_slow")
            log.warning("filling the gap took longer than %.0f s; the rest is left out", FILL_SECONDS)

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
        since: float = -math.inf,
    ) -> None:
        """Fetch the points of some tags, from `peer` or the first that answers. Never raises because of a peer.

        `spans` says since when to request a tag; this bridge received nothing from `since` on (see `adopt`).
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
                found = await self._fetch(peer, tag, (spans or {}).get(tag))
            if found is not None:
                await asyncio.sleep(SETTLE_SECONDS)
                self._adopt(tag, found, since)
            done += 1
            self.progress = self.progress and f"filling the window from {peer.address}: {done} of {len(names)} tags"

        async with asyncio.TaskGroup() as group:
            for tag in names:
                group.create_task(fill_one(tag), name=f"fill {tag:.40}")

    async def _choose(self, *, with_tags: bool = True) -> tuple[HistorySource | None, list[dict[str, object]]]:
        """Return the first peer that answers and is not this bridge itself, and as many of its tags as fit."""
        for peer in self._peers:
            try:
                if await peer.epoch() == self._epoch:
                    continue
                entries = await peer.tags() if with_tags else []
            except PeerError as error:
                log.info("%s", error)
            else:
                return peer, entries[: self._store.limits.max_tags]
        return None, []

    async def _fetch(self, peer: HistorySource, tag: str, start: float | None) -> object:
        max_age = self._store.limits.max_age
        if max_age is not None:
            start = max(start or 0.0, self._clock() - max_age)
        try:
            return await peer.series(tag, start)
        except PeerError as error:
            self._counters.add("backfill_failed", "no_answer")
            log.info("%s", error)
            return None

    def _adopt(self, tag: str, found: object, since: float) -> None:
        try:
            history = parse_history(found)
            if len(history.times):
                self._counters.add(
                    "samples_backfilled", n=adopt(self._store, self._store.open(check_tag(tag)), history, since)
                )
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


def _spans(entries: Iterable[dict[str, object]]) -> dict[str, float]:
    """Return since when to request tags with more than MAX_POINTS, as if their points were evenly spaced."""
    spans = {}
    for entry in entries:
        points, first, last = entry.get("points"), entry.get("first"), entry.get("last")
        if isinstance(points, int) and isinstance(first, float) and isinstance(last, float) and points > MAX_POINTS:
            spans[str(entry["tag"])] = last - (last - first) * MAX_POINTS / points
    return spans
