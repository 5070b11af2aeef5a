"""What parsers make of a payload: samples and columns of samples. Knows nothing of where they came from.

What is made for every message is a dataclass with slots: a NamedTuple takes more than twice as long to make, and five times as long to
look into. Freezing takes longer still. Whoever makes one may complete it; then nobody changes it.
"""

import dataclasses
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple, Self, final

# A number of seconds is below this; larger stamps are milliseconds and finer.
FARTHEST = 1e11

# The world in which a stamp can be true. A device whose clock was never set says 1970; nothing plotted here is from after 2100.
EARLIEST = 315_532_800.0  # 1980-01-01
LATEST = 4_102_444_800.0  # 2100-01-01

# Words in the table of a state series.
MAX_STATES = 64
# Characters of a word and of a unit.
MAX_WORD_LENGTH = 64
MAX_UNIT_LENGTH = 32


class TwoState(int):
    """A bool that came as one of two words: 1 for ON, 0 for OFF; the series keeps the words. `names` are those of 0 and 1."""

    names: tuple[str, str]

    def __new__(cls, value: bool, names: tuple[str, str]) -> Self:  # noqa: FBT001 - as bool() takes it
        self = super().__new__(cls, value)
        self.names = names
        return self

    def __repr__(self) -> str:
        return repr(bool(self))

    @property
    def word(self) -> str:
        """The word itself."""
        return self.names[self]


@final
@dataclass(slots=True)
class Sample:
    """One (time, value) of a tag.

    `value` is a float (NaN is a gap), a bool (a TwoState where it came as a word), or a word (a *state*). `time` is POSIX seconds, or
    None for the time of arrival.
    `tag` is None when the message's own tag is meant; `unit` is None when the payload says nothing of it. `field` is the place
    inside the payload where the value was found (`ENERGY/Power`); the series is then `tag/field`, see `series_tag`.
    """

    value: float | str
    time: float | None = None
    tag: str | None = None
    unit: str | None = None
    field: str | None = None


@final
@dataclass(slots=True)
class Columns:
    """Many samples of one tag as two columns of equal length; `times` None means the time of arrival for all.

    With `are_booleans` all values were true or false, and are 1 or 0 here. `ascends` is True where times are known not to step back.
    """

    values: "array[float]"
    times: "array[float] | None" = None
    tag: str | None = None
    unit: str | None = None
    field: str | None = None
    are_booleans: bool = False
    ascends: bool = dataclasses.field(default=False, compare=False)

    def ends(self) -> tuple[float, float]:
        """Return the oldest and the newest of `times`, which there are."""
        times = self.times or array("d")
        return (times[0], times[-1]) if self.ascends else ends_of(times.tolist())


class SampleRows(Sequence[Sample]):
    """Samples of finite numbers, each with a tag or all without, each with a time or all without, of one unit: as columns of equal length.

    `ascends` is as in Columns. To whoever looks at one of them they are Samples, made when the first is asked for.
    """

    __slots__ = ("_made", "_tags", "_times", "_values", "ascends", "unit")

    def __init__(
        self,
        values: "array[float]",
        times: "array[float] | None",
        tags: list[str] | None,
        unit: str | None,
        *,
        ascends: bool = False,
    ) -> None:
        self.unit = unit
        self.ascends = ascends
        self._values = values
        self._times = times
        self._tags = tags
        self._made: list[Sample] = []

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody asks for slices
        return self._samples()[index]

    def __iter__(self) -> Iterator[Sample]:
        return iter(self._samples())

    def _samples(self) -> list[Sample]:
        if not self._made:
            rows = zip(self._values, self._times or repeat(None), self._tags or repeat(None), strict=False)
            self._made = [Sample(value, time, tag, self.unit) for value, time, tag in rows]
        return self._made

    def columns(self) -> "dict[str | None, Columns]":
        """Return the samples of each tag, in the order in which the tags are met."""
        tags, values, times, ascends = self._tags, self._values, self._times, self.ascends
        if tags is None:
            return {None: Columns(values, times, unit=self.unit, ascends=ascends)}
        step = _round_of(tags)
        if step:
            return {
                tag: Columns(
                    values[at::step], None if times is None else times[at::step], tag, self.unit, ascends=ascends
                )
                for at, tag in enumerate(tags[:step])
            }
        found: dict[str | None, tuple[list[float], list[float]]] = {}
        for tag, value, time in zip(tags, values, times or repeat(0.0), strict=False):
            columns = found.get(tag)
            if columns is None:
                columns = found[tag] = ([], [])
            columns[0].append(value)
            columns[1].append(time)
        return {
            tag: Columns(
                array("d", numbers), None if times is None else array("d", stamps), tag, self.unit, ascends=ascends
            )
            for tag, (numbers, stamps) in found.items()
        }


def _round_of(tags: list[str]) -> int:
    """Return after how many tags the same ones come again in the same order, as from who looks at all of them in turns; 0 for any other."""
    step = tags.index(tags[0], 1) if tags[0] in tags[1:] else len(tags)
    one = tags[:step]
    return step if tags == one * (len(tags) // step) and len(set(one)) == step else 0


class Rejected(NamedTuple):
    """The sample at `position` of a batch that was refused, with the counter label and the words for a person."""

    position: int
    code: str
    reason: str


@dataclass(slots=True)
class Parsed:
    """What a payload was read as: the format's name, what came of it, and words about how it was read.

    `notes` are for the verdict ("decimal comma read as point"). `stale` are tags whose device says that it has gone. With
    `is_named` the payload's protocol names its tags whole (Sparkplug): the message's topic is then no part of them. `speakers` are names of
    the device that the payload says it is from, the surest first: where its topic has none of them, one goes before the fields, and
    so does the `sensor` of it, where a payload names both. `apart` are keys and texts that may tell one sender on a topic from another, and
    are in no tag. `doubted` are samples whose quality is bad if the sender counts as OPC DA does, which `is_classic` shows.
    """

    format: str
    samples: "Sequence[Sample | Columns]"
    rejected: Sequence[Rejected] = ()
    notes: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    is_named: bool = False
    speakers: tuple[str, ...] = ()
    sensor: str = ""
    apart: tuple[tuple[str, str], ...] = ()
    doubted: "Sequence[Sample]" = ()
    is_classic: bool = False


def bit_of(sample: Sample | Columns, bit: int) -> Sample | Columns | None:
    """Return one bit of each whole number as true and false, a gap where there is none; None for words."""
    if isinstance(sample, Columns):
        return Columns(array("d", [_bit(value, bit) for value in sample.values]), sample.times, are_booleans=True)
    if not isinstance(sample.value, float):
        return None
    value = _bit(sample.value, bit)
    return Sample(bool(value) if value == value else value, sample.time)  # noqa: PLR0124 - a gap stays one


def _bit(value: float, bit: int) -> float:
    return float(int(value) >> bit & 1) if math.isfinite(value) and value == int(value) else math.nan


def are_ascending(numbers: list[float]) -> bool:
    """Tell whether numbers do not step back: to sort what is in order already takes a quarter of the time of comparing neighbours.

    A few of them are looked at first, as to sort what is not takes long.
    """
    few = numbers[:: max(1, len(numbers) // 16)]
    return few == sorted(few) and numbers == sorted(numbers)


def ends_of(numbers: list[float], *, ascends: bool | None = None) -> tuple[float, float]:
    """Return the least and the greatest of numbers, which mostly ascend; `ascends` is whether they do, where that is known."""
    is_sorted = are_ascending(numbers) if ascends is None else ascends
    return (numbers[0], numbers[-1]) if is_sorted else (min(numbers), max(numbers))


def series_tag(base: str | None, field: str | None) -> str | None:
    """Return the tag of a value found at `field` in a payload whose own tag is `base`; None when there is neither."""
    return base if field is None else field if not base else f"{base}/{field}"


@dataclass(slots=True)
class Message:
    """What a broker delivered: topic, payload, time of arrival (POSIX seconds), and whether it is a retained copy."""

    topic: str
    payload: bytes
    time: float
    is_retained: bool = False
    excess: int = 0  # bytes of a payload over the limit, which was passed by unread


class Receipt(NamedTuple):
    """What became of a batch: points taken, the samples refused, and words on how it was read."""

    accepted: int
    rejected: list[Rejected]
    notes: tuple[str, ...] = ()
