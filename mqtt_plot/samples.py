"""What parsers make of a payload: samples and columns of samples; refuses to know where they came from."""

from array import array
from typing import NamedTuple


class Sample(NamedTuple):
    """One (time, value) of a tag.

    `value` is a float (NaN is a gap), a bool, or a word (a *state*). `time` is POSIX seconds, or None for the time of arrival.
    `tag` is None when the message's own tag is meant; `unit` is None when the payload says nothing of it.
    """

    value: float | str
    time: float | None = None
    tag: str | None = None
    unit: str | None = None


class Columns(NamedTuple):
    """Many samples of one tag as two columns of equal length; `times` None means the time of arrival for all."""

    values: "array[float]"
    times: "array[float] | None" = None
    tag: str | None = None
    unit: str | None = None


class Rejected(NamedTuple):
    """The sample at `position` of a batch that was refused, with the counter label and the words for a person."""

    position: int
    code: str
    reason: str
