"""Computed tags: which there are, what they are made of and in which order they are evaluated. A computed tag may be an input of another."""

import math
from collections.abc import Callable, Iterable, Iterator

from mqtt_plot.errors import ExpressionError, WatchError, shown
from mqtt_plot.ingest.evaluation import Evaluation, play
from mqtt_plot.ingest.feeds import Feed
from mqtt_plot.ingest.metadata import MetaBook
from mqtt_plot.ingest.routing import Routing
from mqtt_plot.ingest.signals import (
    MAX_MEMORIES,
    MAX_SIGNALS,
    ComputedTag,
    Definition,
    parse_definition,
    parse_expression,
)
from mqtt_plot.metrics import Counters
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store


class SignalList(Ledger[ComputedTag]):
    """All computed tags, at most MAX_SIGNALS. Call `flush` after each batch of messages, and `look` about once per second."""

    def __init__(self, store: Store, routing: Routing, book: MetaBook, counters: Counters) -> None:
        super().__init__()
        self.on_change: Callable[[Iterable[str]], None] = lambda _: None  # of the feeds of these tags
        self._store = store
        self._routing = routing
        self._book = book
        self._by_tag: dict[str, ComputedTag] = {}
        self.evaluation = Evaluation(store, routing, counters, self.put)
        self.flush = self.evaluation.flush
        self.look = self.evaluation.look
        routing.computed = self._by_tag

    def feed_of(self, series: Series) -> Feed | None:
        """Return the feed of a series that is an input, None for any other."""
        is_input = any(series.tag in signal.program.tags for signal in self)
        return self.evaluation.feeds.open(series) if is_input else None

    def of(self, tag: str) -> ComputedTag | None:
        """Return the signal that computes a tag."""
        return self._by_tag.get(tag)

    def inputs(self) -> Iterator[str]:
        """Yield the tags that signals are made of, some more than once; also where nobody watches, their values are wanted."""
        for signal in self:
            yield from signal.program.tags

    def add(self, definition: Definition, *, is_fixed: bool = False) -> ComputedTag:
        """Add a computed tag. Raises WatchError, and StoreFullError where there is no room for its tag."""
        if len(self) >= MAX_SIGNALS:
            raise WatchError("signals_full", f"expected at most {MAX_SIGNALS} computed tags; delete one first")
        signal = ComputedTag(self.next_id(), definition, is_fixed=is_fixed)
        self._set(signal)
        self.evaluation.warm(signal)
        return signal

    def change(self, signal: ComputedTag, definition: Definition) -> ComputedTag:
        """Replace a computed tag; it begins anew. Raises as `add`."""
        if signal.is_fixed:
            raise WatchError("fixed_signal", f"{signal.tag!r:.80} is defined in the file of --signals; change it there")
        changed = ComputedTag(signal.id, definition)
        self._set(changed, instead_of=signal)
        self.evaluation.warm(changed)
        return changed

    def delete(self, signal: ComputedTag) -> None:
        """Forget a computed tag; its points stay until somebody deletes the tag. Raises WatchError."""
        if signal.is_fixed:
            raise WatchError("fixed_signal", f"{signal.tag!r:.80} is defined in the file of --signals; delete it there")
        self.remove(signal)
        del self._by_tag[signal.tag]
        self._book.suggest(signal.tag, {})
        self._rewire([*signal.program.tags], signal.tag)

    def fix(self, definitions: Iterable[Definition]) -> None:
        """Add those of the file of --signals; they take the place of others of the same name. Raises as `add`."""
        for definition in definitions:
            other = self._by_tag.get(definition.tag)
            if other is not None and not other.is_fixed:
                self.delete(other)
            self.add(definition, is_fixed=True)

    def _set(self, signal: ComputedTag, instead_of: ComputedTag | None = None, *, is_kept: bool = False) -> None:
        self.evaluation.flush()
        tag, other = signal.tag, self._by_tag.get(signal.tag)
        if other is not None and other is not instead_of:
            raise WatchError("bad_signal", f"expected a tag of its own, got {tag!r:.80}, which is computed already")
        series = self._store.get(tag)
        if series is not None and series.messages and other is None and not is_kept:
            raise WatchError(
                "bad_signal", f"expected a tag that nobody sends, got {tag!r:.80}, which has samples; delete it first"
            )
        others = [one for one in self if one is not instead_of]
        self._check_memories([*others, signal])
        order = _ordered([*others, signal])
        self._routing.open(tag)
        self._book.suggest(tag, signal.definition.meta())
        if instead_of is not None:
            del self._by_tag[instead_of.tag]
        self._by_tag[tag] = signal
        self.put(signal)
        self.evaluation.order = order
        self._rewire([*signal.program.tags, *(instead_of.program.tags if instead_of is not None else ())], tag)
        if instead_of is not None and instead_of.tag != tag:
            self._book.suggest(instead_of.tag, {})
            self._routing.described(instead_of.tag)

    @staticmethod
    def _check_memories(signals: Iterable[ComputedTag]) -> None:
        memories = sum(signal.program.memories for signal in signals)
        if memories > MAX_MEMORIES:
            raise WatchError(
                "signals_full",
                f"expected at most {MAX_MEMORIES} functions over time in all computed tags, got {memories}; delete some first",
            )

    def _rewire(self, inputs: Iterable[str], tag: str) -> None:
        """Update what depends on which inputs there are."""
        self.evaluation.order = _ordered(self)
        self.evaluation.feeds.keep_only({input_tag for signal in self for input_tag in signal.program.tags})
        self.on_change(inputs)
        self._routing.described(tag)

    def preview(self, fields: object) -> dict[str, object]:
        """Return what would come of an expression: times, values, None for gaps, and why there are none. Raises WatchError.

        An expression that cannot be read is no error: somebody is typing it.
        """
        if not isinstance(fields, dict) or set(fields) - {"expression"}:
            raise WatchError(
                "bad_signal", f'expected an object such as {{"expression": "{{a}} * 2"}}, got {shown(fields)}'
            )
        text = parse_expression(fields)
        try:
            trial = ComputedTag(0, Definition("", text))
        except ExpressionError as error:
            return {
                "readable": False, "inputs": [], "unknown": [], "boolean": False, "time": [], "value": [], "why": str(error),
                "position": error.position,
            }  # fmt: skip
        program = trial.program
        times, values = play(program, self._store)
        trial.is_gap = not values or math.isnan(values[-1])
        why, position = self.evaluation.state_of(trial, [])
        unknown = [tag for tag in program.tags if tag not in self._store]
        return {
            "readable": True, "inputs": list(program.tags), "unknown": unknown, "boolean": program.is_boolean, "time": list(times),
            "value": [None if math.isnan(value) else value for value in values], "why": why, "position": position,
        }  # fmt: skip

    def dump(self) -> object:
        """Return the computed tags for JSON, without those of the file."""
        return [
            {"id": signal.id, "totals": signal.totals, **signal.definition.to_json()}
            for signal in self
            if not signal.is_fixed
        ]

    def restore(self, kept: object) -> None:
        """Restore what `dump` returned. Raises KeyError, TypeError, ValueError or WatchError for anything else."""
        if not isinstance(kept, list):
            raise TypeError(f"expected a list, got {kept!r:.40}")
        for item in kept[:MAX_SIGNALS]:
            fields = dict(item)
            signal_id, totals = int(fields.pop("id")), [float(total) for total in fields.pop("totals")]
            signal = ComputedTag(signal_id, parse_definition(fields))
            self._set(signal, is_kept=True)
            self.evaluation.warm(signal, stores=False)
            signal.program.pause()
            signal.totals = totals


def _ordered(signals: Iterable[ComputedTag]) -> list[ComputedTag]:
    """Return the signals, inputs first. Raises WatchError("bad_signal") where they go round in a circle."""
    by_tag = {signal.tag: signal for signal in signals}
    found: dict[str, ComputedTag] = {}

    def visit(tag: str, path: tuple[str, ...]) -> None:
        if tag in path:
            circle = " → ".join((*path[path.index(tag) :], tag))
            raise WatchError("bad_signal", f"expected no circle, got {circle:.200}")
        if tag in by_tag and tag not in found:
            for other in by_tag[tag].program.tags:
                visit(other, (*path, tag))
            found[tag] = by_tag[tag]

    for tag in by_tag:
        visit(tag, ())
    return list(found.values())
