"""The only way into the store: parses, checks and stores messages, and counts every refusal. Knows nothing of transports."""

import logging
import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.ingest.delivery import Delivery
from mqtt_plot.ingest.events import EventLog
from mqtt_plot.ingest.metadata import DISCOVERY_FORMAT, META_FORMAT, MetaBook, Metadata, described_tag
from mqtt_plot.ingest.notes import NOTE_FORMAT, NOTE_TAG, NoteList
from mqtt_plot.ingest.routing import Route, Routing, TagState
from mqtt_plot.ingest.signal_list import SignalList
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.ingest.time_policy import TimePolicy
from mqtt_plot.ingest.verdicts import TOPIC_SECONDS, Refusals, Reports
from mqtt_plot.ingest.watcher import Watcher
from mqtt_plot.ingest.writer import SampleWriter
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.devices.families import family_of
from mqtt_plot.parsers.devices.family import read as read_family
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.parsers.samples_json import field_of, name_fields
from mqtt_plot.parsers.sparkplug import PREFIX, Nodes
from mqtt_plot.parsers.tag_metadata import UNIT_SUFFIX
from mqtt_plot.samples import Columns, Message, Parsed, Receipt, Sample, series_tag
from mqtt_plot.store.store import Store
from mqtt_plot.tags import DISCOVERY, TopicMap, check_tag

# The topic that verdicts give for a body posted over HTTP.
HTTP = "(http)"
IGNORED = "no values"  # what verdicts call messages that a device family has beside its values
NO_GUARD = Rate.of(0)
# Samples of a body or a message that are stored at a stretch: a few milliseconds.
STEP_SAMPLES = 1_000

Steps = Generator[None, None, Receipt]

log = logging.getLogger(__name__)


class Ingest:
    """Turns messages into stored samples. Call `settle` a few times per second: it stores what throttles hold back."""

    def __init__(
        self,
        store: Store,
        topics: TopicMap,
        rules: Rules,
        counters: Counters,
        *,
        times: TimePolicy = TimePolicy(),  # noqa: B008 - it is frozen
        rate: Rate = NO_GUARD,
        ask_rebirth: Callable[[str, bytes], None] | None = None,
    ) -> None:
        self.store = store
        self.rules = rules
        self.counters = counters
        self._reports = Reports(counters)
        self.verdicts = self._reports.verdicts
        book = MetaBook(store.limits.max_tags)
        self._topics = topics
        self._wants_verdicts = True  # on accepted messages of this batch
        self._nodes = Nodes(ask_rebirth)
        self._writer = SampleWriter(store, times, rate, counters)
        self.watcher = Watcher(store, EventLog(counters))
        self._routing = Routing(store, book, times.rules, self._writer.forget, self.watcher.described)
        self.notes = NoteList(lambda: self.rules.zone)
        self.signals = SignalList(store, self._routing, book, counters)
        self.watcher.feed_of = self.signals.feed_of
        self.signals.on_change = self.watcher.others_changed
        self.descriptions = Metadata(book, topics, self._routing.described)

    def accept_messages(self, messages: Sequence[Message]) -> None:
        """Store what a broker delivered. Never raises because of a message's content."""
        for _ in self.accept_in_steps(messages):
            pass

    def accept_in_steps(self, messages: Sequence[Message]) -> Iterator[None]:
        """Do the same, in steps of a few milliseconds where a message has thousands of samples."""
        if not messages:
            return
        self._routing.refresh(messages[-1].time)
        self._wants_verdicts = self.verdicts.has_room(messages[-1].time)
        plain, rules = self._routing.plain, self.rules
        for message in messages:
            try:
                state = plain.get(message.topic)
                if state is None or message.is_retained or message.excess:
                    yield from self._accept_message(message)
                    continue
                parsed = parse(message.payload, rules, message.time)
                if _is_plain(parsed):
                    self._accept_sample(state, message, parsed)
                elif (route := self._route(message.topic)).read is None:
                    yield from self._accept_parts(route, message, parsed)
                else:  # the device family's own reader may know better
                    yield from self._accept_message(message)
            except (PayloadError, StoreFullError) as error:
                self._writer.notes.clear()
                self._reports.refused(message.topic, message.payload, message.time, error, size=message.excess)
            except Exception:
                # Outermost frame of a message: a fault of ours costs this message, not those that follow.
                log.exception("fault of ours with a message on %r", message.topic[:120])
                self.counters.add("messages_rejected", "fault")
        self.counters.add("messages_received", n=len(messages))
        self._writer.count_stored()
        self.signals.flush(messages[-1].time)

    def _route(self, topic: str) -> Route:
        return self._routing.routes.get(topic) or self._find_route(topic)

    def _find_route(self, topic: str) -> Route:
        tag = self._topics.tag(topic)
        if tag == DISCOVERY:
            return self._routing.keep(topic, Route(DISCOVERY_FORMAT, self.descriptions.discover))
        if tag == NOTE_TAG:
            return self._routing.keep(topic, Route(NOTE_FORMAT, lambda _tag, _payload: "notes a text"))
        described = described_tag(tag)
        if described is not None:
            told = self.descriptions
            return self._routing.keep(
                topic, Route(described, told.name_unit if tag.endswith(UNIT_SUFFIX) else told.declare)
            )
        name = self._topics.reader(topic)
        if not name:
            return self._routing.keep(topic, Route(tag, is_sparkplug=topic.startswith(PREFIX)))
        return self._routing.keep(topic, self._route_of_family(name, topic, tag))

    def _route_of_family(self, name: str, topic: str, tag: str) -> Route:
        family, levels = family_of(name), topic.split("/")
        tell = family.describe(levels) if family.describe is not None else None
        if tell is not None:
            return Route(DISCOVERY_FORMAT, lambda _tag, payload: self.descriptions.add_said(tell, payload))
        why = family.why_ignored(levels) if family.why_ignored is not None else ""
        if why:
            return Route(IGNORED, lambda _tag, _payload: f"{name}: {why}, not plotted")
        return Route(tag, read=partial(read_family, name, family), may_be_plain=family.pick_text is None)

    def _accept_message(self, message: Message) -> Iterable[None]:
        """Store a message, or return the steps that do it."""
        topic, payload, now = message.topic, message.payload, message.time
        route = self._route(topic)
        if message.excess:
            raise PayloadError("too_large", f"expected at most {self.rules.max_payload} bytes, got {message.excess}")
        if route.describe is not None:
            self._accept_description(route, message)
            return ()
        if route.is_sparkplug:
            return self._accept_parts(route, message, self._nodes.parse(topic, payload, self.rules, now))
        read = route.read
        parsed = parse(payload, self.rules, now) if read is None else read(topic, payload, Context(self.rules, now))
        if not message.is_retained and _is_plain(parsed):
            state = route.states.get(None)
            if state is None:
                state = route.states[None] = self._routing.open(route.tag)
            if route.may_be_plain and self._routing.keep_plain(topic, state):
                self._accept_sample(state, message, parsed)
                return ()
        return self._accept_parts(route, message, parsed)

    def _accept_sample(self, state: TagState, message: Message, parsed: Parsed) -> None:
        """Store the one sample of a message."""
        payload, now = message.payload, message.time
        state.series.heard(now, len(payload))
        stored = self._writer.write(state, parsed.samples[0], now)
        if (self._wants_verdicts and now >= state.verdict_due) or self._writer.notes:
            state.verdict_due = now + TOPIC_SECONDS
            notes = self._writer.pop_notes()
            self._reports.read(message.topic, payload, now, parsed, stored=stored, notes=notes)

    def _accept_parts(self, route: Route, message: Message, parsed: Parsed) -> Iterator[None]:
        """Store a message that has several samples, or fields, or is a retained copy."""
        topic, payload, now, is_retained = message.topic, message.payload, message.time, message.is_retained
        writer, samples = self._writer, parsed.samples
        refused = Refusals(self.counters, parsed)
        route.senders.judge(parsed)
        delivery = Delivery(self._routing, writer, now, len(payload), len(samples))
        accepted = 0
        notes: tuple[str, ...] = ()
        if not is_retained:
            accepted = delivery.write_rows(samples, lambda tag: route.states.get(field_of(tag, route.tag)))
        if not accepted:
            name_fields(parsed, route.tag, topic)
        for index, sample in enumerate(() if accepted else samples):
            if not index % STEP_SAMPLES and len(samples) > STEP_SAMPLES:
                notes += writer.pop_notes()  # they are of this message, and not of what comes in between
                yield
                self._routing.refresh(now)
                route = self._route(topic)  # with the states of its tags as they are now
            try:
                state = None if parsed.is_named else route.states.get(sample.field)
                if state is None:
                    state = self._find_state(route, sample, parsed)
                if is_retained:
                    shaped = sample if state.shaping is None else state.shaping.shape(sample)
                    accepted += writer.write_retained(state, shaped, now)
                else:
                    accepted += delivery.write(state, sample)
            except (PayloadError, StoreFullError) as error:
                refused.add(index, error)
        for tag in parsed.stale:
            self._end(tag, now)
        notes += writer.pop_notes() + route.senders.doubts(parsed.apart)
        if (self._wants_verdicts and now >= route.verdict_due) or refused.listed or notes:
            route.verdict_due = now + TOPIC_SECONDS
            notes = tuple(dict.fromkeys(notes))
            self._reports.read(
                topic,
                payload,
                now,
                parsed,
                stored=accepted,
                errors=refused.listed,
                notes=notes,
                is_retained=is_retained,
            )

    def _end(self, tag: str, now: float) -> None:
        """Note that the device of `tag` has said goodbye: the line ends in a gap, and the tag is stale until its next message."""
        series = self.store.get(tag)
        if series is not None and not series.is_gone:
            self.store.append(series, max(now, series.newest), math.nan)
            series.is_gone = True

    def _find_state(self, route: Route, sample: Sample | Columns, parsed: Parsed) -> TagState:
        if parsed.is_named:
            return self._state_named_by(sample)
        tag = series_tag(route.tag, sample.field)
        state = route.states[sample.field] = self._routing.open(check_tag(tag))
        return state

    def _state_named_by(self, sample: Sample | Columns) -> TagState:
        tag = series_tag(sample.tag, sample.field)
        state = self._routing.get(tag)
        return state if state is not None else self._routing.open(check_tag(tag))

    def _accept_description(self, route: Route, message: Message) -> None:
        assert route.describe is not None  # noqa: S101 - the caller has checked
        if route.tag == NOTE_FORMAT:
            self.notes.publish(message)
        note = route.describe(route.tag, message.payload)
        kind = route.tag if route.tag in (DISCOVERY_FORMAT, IGNORED, NOTE_FORMAT) else META_FORMAT
        self._reports.described(message.topic, message.payload, message.time, kind, note)

    def accept_parsed(self, parsed: Parsed, body: bytes, now: float, *, is_recording: bool = False) -> Steps:
        """Store what was read from a POST body, in steps of a few milliseconds between which other messages may come.

        Samples of a recording are no sign of life: they arrive when somebody uploads them, not when the device sends.
        """
        self.counters.add("messages_received")
        for sample in parsed.samples if parsed.speakers else ():
            sample.tag = sample.tag or "/".join(filter(None, (parsed.speakers[0], parsed.sensor)))
        if len(parsed.samples) > STEP_SAMPLES:
            yield
        receipt = yield from self._accept_named(parsed, now, len(body), is_recording=is_recording)
        accepted, rejected, notes = receipt
        self._reports.read(HTTP, body, now, parsed, stored=accepted, errors=rejected, notes=notes)
        return Receipt(accepted, rejected, (*parsed.notes, *notes)) if parsed.notes else receipt

    def refuse_body(self, body: bytes, now: float, error: PayloadError) -> None:
        """Count a POST body of which nothing can be used, and give it a verdict."""
        self.counters.add("messages_received")
        self._reports.refused(HTTP, body, now, error)

    def accept_samples(self, samples: Sequence[Sample | Columns], now: float) -> Receipt:
        """Store samples that came without a message, such as the rows of a replay, as they are; each names its tag."""
        return finished(self._accept_named(Parsed("", samples), now, is_shaped=True))

    def _accept_named(
        self, parsed: Parsed, now: float, size: int = 0, *, is_recording: bool = False, is_shaped: bool = False
    ) -> Steps:
        self._routing.refresh(now)
        writer, samples = self._writer, parsed.samples
        refused = Refusals(self.counters, parsed)
        delivery = Delivery(self._routing, writer, now, size, len(samples))
        accepted = 0
        notes: tuple[str, ...] = ()
        if not is_recording:
            accepted = delivery.write_rows(samples, self._routing.get)
        for index, sample in enumerate(() if accepted else samples):
            if index and not index % STEP_SAMPLES:
                notes += writer.pop_notes()  # they are of this body, and not of what comes in between
                yield
                self._routing.refresh(now)
            try:
                state = self._state_named_by(sample)
                if is_recording:
                    accepted += writer.write_recorded(state, sample, now)
                else:
                    accepted += delivery.write(state, sample, is_shaped=is_shaped)
            except (PayloadError, StoreFullError) as error:
                refused.add(index, error)
        writer.count_stored()
        self.signals.flush(now)
        return Receipt(accepted, refused.listed, tuple(dict.fromkeys(notes + writer.pop_notes())))

    def settle(self, now: float) -> None:
        """Store what throttles hold back, as far as tokens allow; with an infinite `now`, all of it."""
        self._writer.settle(now)
        self.signals.flush(now)


def finished(steps: Steps) -> Receipt:
    """Do all steps at a stretch."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            receipt: Receipt = ended.value
            return receipt


def _is_plain(parsed: Parsed) -> bool:
    """Return True if a payload gave exactly one sample, or one column, of its topic's own tag."""
    if len(parsed.samples) != 1:
        return False
    (sample,) = parsed.samples
    return (
        sample.field is None
        and sample.tag is None
        and not (parsed.rejected or parsed.is_named or parsed.apart or parsed.doubted or parsed.is_classic)
    )
