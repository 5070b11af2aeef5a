"""`mqtt-plot replay FILE.csv`: publishes a recording's rows to the broker, as the devices did. Knows nothing of the bridge."""

import asyncio
import logging
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mqtt_plot.assembly import broker_for, limits_of
from mqtt_plot.config.loading import load_with, option_parser
from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import RecordingError, ReplayError, SettingsError, SourceError
from mqtt_plot.mqtt.publisher import REPLAY_ANSWER_SECONDS, Publisher
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_column import TIME, unused
from mqtt_plot.recordings.csv_layout import Layout
from mqtt_plot.recordings.open_file import OpenFile
from mqtt_plot.recordings.playback import drive
from mqtt_plot.recordings.player import FAST, NOW, ORIGINAL, PACE, ROWS, Plan, Player
from mqtt_plot.recordings.sinks import BrokerSink
from mqtt_plot.tags import to_topic, topic_base

log = logging.getLogger(__name__)

_PROGRESS_LOG_SECONDS = 10.0
_ABOUT = "Publish the rows of a CSV file to the broker, as if its devices were running: plot/<column> for each column."
_OPTIONS = frozenset(
    {
        "broker",
        "broker_password_file",
        "broker_ca",
        "broker_cert",
        "broker_key",
        "topic",
        "client_id",
        "time_zone",
        "date_order",
    }
)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Play the file that `arguments` name, to its end or to SIGINT or SIGTERM. Raises SettingsError and SourceError."""
    parser = option_parser("replay", _ABOUT, _OPTIONS)
    parser.add_argument("file", metavar="FILE.csv", help="the recording")
    speed = parser.add_mutually_exclusive_group()
    speed.add_argument("--rate", type=float, default=10.0, help="rows per second (default: 10)")
    speed.add_argument("--pace", type=float, metavar="N", help="the recording's own pace, N times faster")
    speed.add_argument("--fast", action="store_true", help="as fast as the broker takes it")
    parser.add_argument("--loop", action="store_true", help="begin again at the end")
    parser.add_argument("--prefix", default="", help="text before each column's name in the topic, such as line1/")
    parser.add_argument(
        "--column", action="append", default=[], metavar="NAME", help="play only this column; may repeat"
    )
    parser.add_argument(
        "--stamps", choices=(NOW, ORIGINAL), default=NOW, help="whose time counts: that of arrival, or the file's own"
    )
    parser.add_argument("--skip-empty", action="store_true", help="send nothing for an empty cell, instead of a gap")
    settings, given = load_with(arguments, environment, parser)
    try:
        if given.fast:
            plan = Plan(FAST, 1.0, is_looped=given.loop, stamps=given.stamps)
        elif given.pace is not None:
            plan = Plan(PACE, given.pace, is_looped=given.loop, stamps=given.stamps)
        else:
            plan = Plan(ROWS, given.rate, is_looped=given.loop, stamps=given.stamps)
        playback = Playback(settings, plan, given.prefix, tuple(given.column), skips_empty=given.skip_empty)
        asyncio.run(playback.play(Path(given.file)))
    except (RecordingError, ReplayError) as error:
        raise SourceError(str(error)) from None


def told(layout: Layout, *, is_all: bool) -> Iterator[str]:
    """Yield words on how a file is read: its time and why, what is doubtful, and if all columns are played those that cannot be."""
    for column in layout.columns:
        if column.kind == TIME and column.name in layout.time_names:
            yield f"column {column.name!r} is {column.reason}"
    if layout.time is None:
        yield "no column is a time"
    yield from layout.notes
    for column in unused(layout.columns) if is_all and not layout.is_long else ():
        yield f"column {column.name!r} is not sent: {column.reason}"


class Playback:
    """One file on its way to the broker."""

    def __init__(
        self, settings: Settings, plan: Plan, prefix: str, columns: tuple[str, ...], *, skips_empty: bool = False
    ) -> None:
        base = topic_base(settings.topic)
        if base is None:
            raise SettingsError("--topic: expected a filter that ends in #, such as plot/#, to know where to publish")
        self.plan = plan
        self.errors = 0
        self._broker = broker_for("replay", settings)
        self._choices = Choices(settings.time_zone, settings.date_order)
        self._base, self._prefix = base, prefix
        self._columns = columns
        self._max_points = limits_of(settings).max_points
        self._skips_empty = skips_empty
        self._next_log = 0.0

    async def play(self, path: Path) -> None:
        """Publish the file. Raises RecordingError, ReplayError, SourceError; a signal ends it early and is no error."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio.run made one
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        file = OpenFile(path, self._choices)
        try:
            columns = file.choose(self._columns)
            for line in told(file.layout, is_all=not self._columns):
                log.info("%s", line)
            player = Player(lambda: file.rows(self._columns), file.facts, self.plan, time.monotonic(), time.time())
            await self._publish(player, file, columns)
            log.info("end of %s: %d rows, %d with faults", path.name, player.rows_played, self.errors)
            for line in file.doubts():
                log.info("%s", line)
            if player.rows_played > self._max_points and not file.layout.is_long:
                text = "a bridge keeps the newest %d points of each tag, so not all of the %d rows (--max-points, as set there)"
                log.info(text, self._max_points, player.rows_played)
        except asyncio.CancelledError:
            log.info("stopped")
        except OSError as error:
            raise SourceError(f"{path.name}: reading failed: {error.strerror}") from None
        finally:
            file.close()

    async def _publish(self, player: Player, file: OpenFile, columns: Sequence[str]) -> None:
        publisher = Publisher(lambda: (self._broker, "3.1.1"))
        try:
            async with publisher.stream(answer_seconds=REPLAY_ANSWER_SECONDS) as publish:
                player.begin(time.monotonic(), time.time())  # the connection has taken its time
                log.info("publishing %s to %s below %s", file.name, self._broker.address, self._base + self._prefix)
                sink = BrokerSink(
                    publish,
                    lambda column: to_topic(self._base, self._prefix + column),
                    columns,
                    has_stamps=self.plan.stamps == ORIGINAL,
                    skips_empty=self._skips_empty,
                )
                await drive(
                    player,
                    file,
                    sink,
                    time.monotonic,
                    on_fault=self._log_fault,
                    on_progress=lambda: self._log_progress(player),
                )
        finally:
            await publisher.stop()

    def _log_fault(self, text: str, _line: int | None) -> None:
        self.errors += 1
        log.warning("%s", text)

    def _log_progress(self, player: Player) -> None:
        now = time.monotonic()
        if now < self._next_log:
            return
        self._next_log = now + _PROGRESS_LOG_SECONDS
        left = player.seconds_left(now)
        log.info(
            "%d rows, %.0f %%%s",
            player.rows_played,
            100 * player.progress,
            "" if left is None else f", {left:.0f} s left",
        )
