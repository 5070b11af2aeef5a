"""Computed tags: what somebody has defined, and how it goes. Reads no clock."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mqtt_plot.errors import PayloadError, WatchError, shown
from mqtt_plot.ingest.expressions.inputs import read_expression
from mqtt_plot.parsers.tag_metadata import MAX_LABEL_LENGTH
from mqtt_plot.parsers.values import check_text, to_unit
from mqtt_plot.tags import check_tag

MAX_SIGNALS = 100
MAX_MEMORIES = 200  # functions over time in all signals; each holds some ten kilobytes at most
_FIELDS = ("tag", "expression", "unit", "label")
# So many values in a row before the newest mean that the clock of the device was set back.
STRAYS = 20


@dataclass(frozen=True)
class Definition:
    """A computed tag as somebody has defined it."""

    tag: str
    expression: str
    unit: str = ""
    label: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST (docs/signals.md)."""
        return {"tag": self.tag, "expression": self.expression, "unit": self.unit, "label": self.label}

    def meta(self) -> dict[str, object]:
        """Return what it says of its tag."""
        return {name: text for name, text in (("unit", self.unit), ("label", self.label)) if text}


def parse_definition(fields: object) -> Definition:
    """Return the computed tag that a client describes. Raises WatchError, or ExpressionError with the place."""
    if not isinstance(fields, dict):
        raise WatchError(
            "bad_signal",
            f'expected an object such as {{"tag": "power", "expression": "{{u}} * {{i}}"}}, got {shown(fields)}',
        )
    if unknown := sorted(set(fields) - set(_FIELDS)):
        raise WatchError("bad_signal", f"expected some of {', '.join(_FIELDS)}, got {shown(unknown[0])}")
    try:
        tag = check_tag(fields.get("tag"))
        unit = to_unit(fields.get("unit") or None, "unit") or ""
        label = check_text(_text(fields, "label", MAX_LABEL_LENGTH), "text in 'label'")
    except PayloadError as error:
        raise WatchError("bad_signal", str(error)) from None
    expression = parse_expression(fields)
    read_expression(expression)
    return Definition(tag, expression, unit, label)


def parse_expression(fields: Mapping[str, object]) -> str:
    """Return the text of an expression, not read yet. Raises WatchError."""
    raw = fields.get("expression")
    if not isinstance(raw, str):
        raise WatchError("bad_signal", f"expected a text in 'expression', got {shown(raw)}")
    return raw


def _text(fields: Mapping[str, object], name: str, limit: int) -> str:
    raw = fields.get(name) or ""
    if not isinstance(raw, str) or len(raw) > limit:
        raise WatchError("bad_signal", f"expected a text of at most {limit} characters in {name!r}, got {shown(raw)}")
    return raw.strip()


class ComputedTag:
    """A computed tag in the list.

    `clock` is the time of its last value; `late` values of inputs are from before, and count only as what is held. `skipped` ones came
    faster than all signals together may compute. `waiting` are values of inputs whose neighbours in time are still on their way. `why` says
    what is wrong, "" for nothing, and `position` the character of the expression, or None.
    """

    __slots__ = (
        "clock", "definition", "id", "is_fixed", "is_gap", "late", "newest", "position", "program", "revision", "skipped", "strays", "waiting",
        "why",
    )  # fmt: skip

    def __init__(self, signal_id: int, definition: Definition, *, is_fixed: bool = False) -> None:
        self.id = signal_id
        self.revision = 0
        self.definition = definition
        self.program = read_expression(definition.expression)
        self.is_fixed = is_fixed  # by the file of --signals
        self.clock = -math.inf
        self.newest = [-math.inf] * len(self.program.tags)  # the latest time of each input
        self.is_gap = True
        self.strays = [0] * len(self.newest)  # values in a row of each input from before its own latest
        self.late = self.skipped = 0
        self.waiting: list[tuple[float, int, float]] = []
        self.why = ""
        self.position: int | None = None

    @property
    def tag(self) -> str:
        return self.definition.tag

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `signals` frames."""
        return {
            "id": self.id, **self.definition.to_json(), "inputs": list(self.program.tags), "fixed": self.is_fixed,
            "why": self.why, "position": self.position, "late": self.late, "skipped": self.skipped,
        }  # fmt: skip

    def hold(self, time: float, number: int, held: tuple[float, str | None]) -> None:
        """Take in what an input is from `time` on. Many values in a row from before mean that its clock was set back."""
        if time < self.newest[number]:
            self.strays[number] += 1
            if self.strays[number] < STRAYS:
                return
        self.newest[number] = time
        self.strays[number] = 0
        frame = self.program.frame
        frame.numbers[number], frame.words[number] = held
        if max(self.newest) < self.clock:
            self._restart()

    def _restart(self) -> None:
        """Begin anew at an earlier time; what was added up stays."""
        totals, held = self.totals, self.program.frame
        self.program = read_expression(self.definition.expression)
        self.program.frame.numbers[:], self.program.frame.words[:] = held.numbers, held.words
        self.totals = totals
        self.clock = -math.inf

    @property
    def totals(self) -> list[float]:
        """What its functions have added up, in their order."""
        return [step.total for step in self.program.totals]

    @totals.setter
    def totals(self, totals: list[float]) -> None:
        if len(totals) == len(self.program.totals):
            for step, total in zip(self.program.totals, totals, strict=True):
                step.total = total
