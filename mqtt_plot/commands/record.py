"""`mqtt-plot record FILE.csv`: writes what arrives for chosen tags as CSV. Knows nothing of the bridge and its store."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from mqtt_plot.assembly import brokers_of, rules_of
from mqtt_plot.config.loading import load_with, option_parser
from mqtt_plot.config.presets import AUTO
from mqtt_plot.config.values import parse_count, parse_size
from mqtt_plot.errors import PayloadError, SettingsError
from mqtt_plot.ingest.inbox import Inbox
from mqtt_plot.ingest.message_reader import MessageReader
from mqtt_plot.mqtt.broker import log_state
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.recordings.csv_writer import Logbook
from mqtt_plot.samples import Columns, Message, Sample, series_tag
from mqtt_plot.tags import TopicMap, check_filter, check_tag

log = logging.getLogger(__name__)

_BATCH = 1_000
# What has arrived is in the file after at most so long.
_FLUSH_SECONDS = 1.0
_ABOUT = "Write what arrives for the chosen tags to a CSV file that mqtt-plot replay reads. Nothing is written without --tag."
_OPTIONS = frozenset(
    {"broker", "broker_password_file", "broker_ca", "broker_cert", "broker_key", "topic", "client_id", "time_zone"}
    | {"preset", "keepalive", "max_payload", "max_batch", "strict", "max_fields", "include_fields", "exclude_fields"}
)

T = TypeVar("T")
Row = tuple[float, str, float | str, str | None]


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Record until SIGINT or SIGTERM. Raises SettingsError and SourceError."""
    parser = option_parser("record", _ABOUT, _OPTIONS)
    parser.add_argument("file", metavar="FILE.csv", help="the file to write")
    parser.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="a tag, or tags as line1/# or +/temp; may repeat"
    )
    parser.add_argument("--append", action="store_true", help="write on where the file exists already")
    parser.add_argument(
        "--rotate", metavar="SIZE", help="begin a new file at this size, such as 100MiB (default: never)"
    )
    parser.add_argument("--keep", default="9", metavar="COUNT", help="full files to keep with --rotate (default: 9)")
    settings, given = load_with(arguments, environment, parser)
    tags = _checked("--tag", lambda: [check_filter(text) for text in given.tag])
    if not tags:
        raise SettingsError("expected --tag TAG, or --tag '#' for all tags, got none; nothing is recorded by default")
    rotate = _checked("--rotate", lambda: None if given.rotate is None else parse_size(given.rotate))
    keep = _checked("--keep", lambda: parse_count(given.keep))
    if AUTO in settings.preset:
        raise SettingsError("--preset auto: record expects the name of a preset; serve --preset auto says which fit")
    path = Path(given.file)
    brokers = brokers_of(settings, f"mqtt-plot-record-{socket.gethostname()}-{path.stem}")
    with Logbook(path, rotate, keep, appends=given.append) as book:
        recorder = MessageRecorder(book, TopicMap(settings.topic), tags, rules_of(settings))
        wake = threading.Event()
        inbox = Inbox(wake.set)
        source = Subscriber(brokers, inbox.put, log_state)
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        source.start()
        try:
            while not stopping.is_set():
                wake.wait(_FLUSH_SECONDS)
                wake.clear()
                recorder.drain(inbox)
        finally:
            source.stop()
            recorder.drain(inbox)
        log.info("%d samples written to %s, %d messages rejected", book.rows, path, recorder.rejected)


class MessageRecorder:
    """Writes the samples of chosen tags to a book. `tags` are filters as MQTT has them, matched against tags."""

    def __init__(self, book: Logbook, topics: TopicMap, tags: Sequence[str], rules: Rules) -> None:
        self.rejected = 0
        self._book = book
        self._chosen = TopicMap(tags)
        self._reader = MessageReader(topics, rules)

    def drain(self, inbox: Inbox) -> None:
        """Write all that lies in the inbox."""
        while True:
            for message in inbox.pop(_BATCH):
                self.write(message)
            self._book.flush()
            if inbox.rest():
                return

    def write(self, message: Message) -> None:
        """Write the samples of one message. What cannot be read is counted and logged."""
        try:
            for time, tag, value, unit in rows_of(message, self._reader):
                if self._is_chosen(tag):
                    self._book.write(time, tag, value, unit)
        except PayloadError as error:
            self.rejected += 1
            log.warning("rejected %r: %s", message.topic[:120], error)

    def _is_chosen(self, tag: str) -> bool:
        try:
            self._chosen.tag(tag)
        except PayloadError:
            return False
        return True


def rows_of(message: Message, reader: MessageReader) -> Iterator[Row]:
    """Yield (time, tag, value, unit) of each sample. A retained copy that has no time of its own is no fresh sample and yields nothing.

    Raises PayloadError.
    """
    found = reader.read(message)
    if found is None:
        return
    base, parsed = found
    for sample in parsed.samples:
        tag = check_tag(series_tag(base, sample.field))
        for time, value in _points(sample):
            if time is not None:
                yield time, tag, value, sample.unit
            elif not message.is_retained:
                yield message.time, tag, value, sample.unit


def _points(sample: Sample | Columns) -> Iterator[tuple[float | None, float | str]]:
    if isinstance(sample, Sample):
        yield sample.time, sample.value
    elif sample.times is None:
        yield from ((None, value) for value in sample.values)
    else:
        yield from zip(sample.times, sample.values, strict=True)


def _checked(option: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise SettingsError(f"{option}: {error}") from None
