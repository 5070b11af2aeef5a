"""Replays: recordings played as if they were live. Several run at once, each in a task of its own."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from mqtt_plot.errors import PayloadError, RecordingError, ReplayError, SourceError, StoreFullError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.recordings.csv_column import Column, unused
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.playback import drive, nothing
from mqtt_plot.recordings.player import FAST, ORIGINAL, Plan, Player
from mqtt_plot.recordings.replay_tags import ReplayTags
from mqtt_plot.recordings.sinks import BrokerSink, IngestSink, Publish, Sink
from mqtt_plot.store.series import Series
from mqtt_plot.tags import to_topic

if TYPE_CHECKING:
    from mqtt_plot.recordings.open_file import OpenFile

log = logging.getLogger(__name__)

# Replays that run at once, and ended ones that are remembered.
MAX_RUNNING, MAX_RUNNING_PER_OWNER = 8, 4
MAX_ENDED = 32
# Faults in rows that are told one by one; further ones are counted.
MAX_TOLD = 20

RUNNING, FINISHED, STOPPED, FAILED = "running", "finished", "stopped", "failed"
BRIDGE, BROKER = "bridge", "broker"

Connect = Callable[[], AbstractAsyncContextManager[Publish]]
Announce = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True)
class ReplayRequest:
    """What is to be played, and how. `columns` empty means all that can be drawn; `prefix` None the file's name."""

    file: str
    columns: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)
    prefix: str | None = None
    target: str = BRIDGE
    skips_empty: bool = False

    @property
    def tag_prefix(self) -> str:
        """What comes before each column's name in its tag."""
        return self.file.rpartition(".")[0] + "/" if self.prefix is None else self.prefix

    def is_like(self, other: "ReplayRequest") -> bool:
        """Tell whether both play the same file into the same tags."""
        return (self.file, self.tag_prefix) == (other.file, other.tag_prefix)


class Replay:
    """One replay. `state` is running, finished, stopped or failed; `text` says why it failed, or what is not kept or doubtful."""

    def __init__(
        self,
        replay_id: str,
        request: ReplayRequest,
        tags: ReplayTags,
        player: Player,
        started: float,
    ) -> None:
        self.id = replay_id
        self.request = request
        self.tags = tags
        self.player = player
        self.state = RUNNING
        self.text = ""
        self.errors = 0
        self.started = started
        self.left_out: Sequence[Column] = ()  # they cannot be drawn
        self.owner = ""  # the address that it was asked for from
        self.ended: float | None = None
        self.task: asyncio.Task[None] | None = None

    def progress(self, now: float) -> dict[str, object]:
        """Return what changes while it runs; `now` is the steady clock's."""
        left = self.player.seconds_left(now) if self.state == RUNNING else 0.0
        return {
            "id": self.id,
            "file": self.request.file,
            "state": self.state,
            "text": self.text,
            "rows": self.player.rows_played,
            "passes": self.player.passes,
            "errors": self.errors,
            "progress": round(self.player.progress, 4),
            "seconds_left": None if left is None else round(left, 1),
        }

    def describe(self, now: float) -> dict[str, object]:
        """Return all that is known of it."""
        request = self.request
        return {
            **self.progress(now),
            "columns": list(request.columns),
            "left_out": [{"name": column.name, "reason": column.reason} for column in self.left_out],
            "tags": self.tags.names,
            "speed": request.plan.speed,
            "factor": request.plan.factor,
            "loop": request.plan.is_looped,
            "stamps": request.plan.stamps,
            "prefix": request.tag_prefix,
            "target": request.target,
            "empty": "skip" if request.skips_empty else "gap",
            "started": self.started,
            "ended": self.ended,
        }


class Replays:
    """All replays of the bridge. `announce` tells every browser; `connect` does so to the broker, None where there is none."""

    def __init__(
        self,
        folder: Folder,
        ingest: Ingest,
        announce: Announce,
        clock: Callable[[], float],
        *,
        steady: Callable[[], float] = time.monotonic,
        connect: Connect | None = None,
        topic_base: str | None = None,
    ) -> None:
        self.folder = folder
        self._ingest = ingest
        self._announce = announce
        self._clock = clock
        self._steady = steady
        self._connect = connect
        self._topic_base = topic_base  # what comes before the tag in a topic that we subscribe to
        self._replays: dict[str, Replay] = {}
        self._owned: dict[str, Series] = {}
        self._ids = count(1)

    @property
    def can_publish(self) -> bool:
        """True where replays can go to the broker."""
        return self._connect is not None and self._topic_base is not None

    def list(self) -> list[dict[str, object]]:
        """Return all replays, the newest first."""
        now = self._steady()
        return [replay.describe(now) for replay in reversed(self._replays.values())]

    def get(self, replay_id: str) -> Replay | None:
        return self._replays.get(replay_id)

    def describe(self, replay: Replay) -> dict[str, object]:
        return replay.describe(self._steady())

    def start(self, request: ReplayRequest, file: "OpenFile", owner: str = "") -> Replay:
        """Begin a replay of `file`, which is closed when it ends. Raises ReplayError for all that does not fit.

        The caller opens the file (`folder.open`), as that takes a while and need not be done on the event loop.
        """
        try:
            self._check_room(request, owner)
            replay = self._prepare(request, file)
        except (PayloadError, StoreFullError) as error:
            file.close()
            raise ReplayError(error.code, str(error)) from None
        except Exception:
            file.close()
            raise
        replay.owner = owner
        self._replays[replay.id] = replay
        self._forget_oldest()
        replay.task = asyncio.create_task(self._run(replay, file), name=f"replay {replay.id}")
        replay.task.add_done_callback(lambda _: file.close())
        log.info("replay %s of %r begins: %s", replay.id, request.file, request.plan)
        self._announce("replay_started", {"replay": self.describe(replay)})
        return replay

    def _check_room(self, request: ReplayRequest, owner: str) -> None:
        running = [replay for replay in self._replays.values() if replay.state == RUNNING]
        if len(running) >= MAX_RUNNING:
            raise ReplayError("too_many_replays", f"expected at most {MAX_RUNNING} replays at once; stop one first")
        if sum(replay.owner == owner for replay in running) >= MAX_RUNNING_PER_OWNER:
            text = f"expected at most {MAX_RUNNING_PER_OWNER} replays at once from one address; stop one first"
            raise ReplayError("too_many_replays", text)
        if any(replay.request.is_like(request) for replay in running):
            raise ReplayError(
                "already_running",
                f"{request.file!r:.80} is being played already; stop it, or give this one another prefix",
            )
        if request.target == BROKER and not self.can_publish:
            raise ReplayError("no_broker", "there is no broker to publish to; play into the bridge instead")
        if request.target not in (BRIDGE, BROKER):
            raise ReplayError("bad_target", f"expected the target bridge or broker, got {request.target!r:.40}")

    def _prepare(self, request: ReplayRequest, file: "OpenFile") -> Replay:
        columns = file.choose(request.columns)
        tags = self._open_tags(request, () if file.layout.is_long else columns)
        player = Player(lambda: file.rows(request.columns), file.facts, request.plan, self._steady(), self._clock())
        unplayed = () if request.columns or file.layout.is_long else tuple(unused(file.layout.columns))[:MAX_TOLD]
        replay = Replay(str(next(self._ids)), request, tags, player, self._clock())
        replay.left_out = unplayed
        return replay

    def _open_tags(self, request: ReplayRequest, columns: Sequence[str]) -> ReplayTags:
        """Return the tags of a replay about to begin, all empty; what an earlier replay of the same file left is deleted."""
        store, owned = self._ingest.store, self._owned
        for tag in [tag for tag, series in owned.items() if store.get(tag) is not series]:
            del owned[tag]  # deleted by somebody since
        replays = self._replays.values()
        running = {tag for replay in replays if replay.state == RUNNING for tag in replay.tags.names}
        for column in columns:
            self._check_free(request.tag_prefix + column, running)
            if request.target == BROKER:
                to_topic("", column)
        earlier = {tag for replay in replays if replay.request.is_like(request) for tag in replay.tags.names}
        for tag in (earlier - running) & owned.keys():
            store.delete(tag)
            del owned[tag]
        tags = ReplayTags(self._ingest, request.tag_prefix, owned)
        for column in columns:
            tags.open(column)
        return tags

    def _check_free(self, tag: str, running: set[str]) -> None:
        if tag in running:
            raise ReplayError("tag_in_use", f"another replay plays the tag {tag!r:.80}; give this one another prefix")
        if tag in self._ingest.store and tag not in self._owned:
            raise ReplayError("tag_in_use", f"the tag {tag!r:.80} has live data; give the replay a prefix of its own")

    def stop(self, replay: Replay) -> None:
        """Stop a replay at once: no row follows. Does nothing to one that is over."""
        if replay.state == RUNNING and replay.task is not None:
            replay.task.cancel()
            self._end(replay, STOPPED)

    def remove(self, replay: Replay) -> None:
        """Stop a replay and forget it; what it has brought stays."""
        self.stop(replay)
        self._replays.pop(replay.id, None)

    async def close(self) -> None:
        """Stop all. Safe to call twice."""
        tasks = [replay.task for replay in self._replays.values() if replay.task is not None]
        for replay in self._replays.values():
            self.stop(replay)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget_oldest(self) -> None:
        ended = [replay for replay in self._replays.values() if replay.state != RUNNING]
        for replay in ended[: max(0, len(ended) - MAX_ENDED)]:
            del self._replays[replay.id]

    def _end(self, replay: Replay, state: str, text: str = "") -> None:
        replay.state, replay.text, replay.ended = state, text, self._clock()
        log.log(
            logging.WARNING if state == FAILED else logging.INFO,
            "replay %s of %r %s after %d rows, %d with faults%s",
            replay.id,
            replay.request.file,
            state,
            replay.player.rows_played,
            replay.errors,
            f": {text}" if text else "",
        )
        kind = "replay_stopped" if state == STOPPED else "replay_finished"
        self._announce(kind, {"replay": self.describe(replay)})

    async def _run(self, replay: Replay, file: "OpenFile") -> None:
        try:
            if replay.request.target == BROKER and self._connect is not None:
                async with self._connect() as publish:
                    replay.player.begin(self._steady(), self._clock())  # the connection has taken its time
                    await self._play(replay, file, self._broker_sink(replay, publish))
            else:
                await self._play(replay, file, self._ingest_sink(replay))
            told = (self._kept(replay), *file.layout.notes, *file.doubts())
            self._end(replay, FINISHED, "; ".join(text for text in told if text))
        except (RecordingError, ReplayError, SourceError) as error:
            self._end(replay, FAILED, str(error))
        except OSError as error:
            self._end(replay, FAILED, f"{replay.request.file}: reading failed: {error.strerror}")
        except Exception:
            log.exception("fault in replay %s", replay.id)
            self._end(replay, FAILED, "a fault of the server; its log says more")

    def _kept(self, replay: Replay) -> str:
        """Return words where the file has more rows than a tag can hold points, "" where it has not."""
        limits, rows = self._ingest.store.limits, replay.player.rows_played
        if replay.request.target == BROKER or replay.request.plan.is_looped or rows <= limits.max_points:
            return ""
        rest = ", those before in outline" if limits.history else ""
        return f"of {rows} rows at most the newest {limits.max_points} are kept of each tag{rest} (--max-points)"

    def _ingest_sink(self, replay: Replay) -> Sink:
        plan = replay.request.plan
        return IngestSink(
            self._ingest,
            replay.tags,
            replay.player.columns,
            self._clock,
            skips_empty=replay.request.skips_empty,
            has_own_spacing=plan.stamps == ORIGINAL or plan.speed == FAST,
        )

    def _broker_sink(self, replay: Replay, publish: Publish) -> Sink:
        base, tags = self._topic_base or "", replay.tags
        return BrokerSink(
            publish,
            lambda column: to_topic(base, tags.open(column)),
            replay.player.columns,
            has_stamps=replay.request.plan.stamps == ORIGINAL,
            skips_empty=replay.request.skips_empty,
        )

    async def _play(self, replay: Replay, file: "OpenFile", sink: Sink) -> None:
        def progressed() -> None:
            self._announce("replay_progress", {"replay": replay.progress(self._steady())})

        await drive(
            replay.player,
            file,
            sink,
            self._steady,
            on_fault=lambda text, line: self._announce_fault(replay, text, line),
            on_pass=replay.tags.clear if replay.player.clears_each_pass else nothing,
            on_progress=progressed,
        )

    def _announce_fault(self, replay: Replay, text: str, line: int | None) -> None:
        """Tell of a fault in a row; past MAX_TOLD only the count grows."""
        replay.errors += 1
        if replay.errors > MAX_TOLD:
            return
        if replay.errors == MAX_TOLD:
            text += "; further ones are counted"
        log.warning("replay %s of %r: %s", replay.id, replay.request.file, text)
        self._announce("replay_error", {"replay": replay.progress(self._steady()), "line": line, "message": text})
