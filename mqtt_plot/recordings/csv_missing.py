"""Numbers that stand for "no value", such as -999: told, and never taken for a gap, as only who made a file knows. Knows no files.

Weather services, loggers and converters write them. One is told where it lies far from all else in its column.
"""

import math
from collections.abc import Iterable, Iterator

# As they may stand in a text; where none of these is, no value needs to be looked at.
_TRACES = (b"999", b"888", b"777", b"-99", b"99.9", b"-200", b"32768", b"+37", b"e37", b"+30")
_NEGATIVE = (
    -99.0,
    -99.9,
    -99.99,
    -200.0,
    -999.0,
    -999.9,
    -999.99,
    -9999.0,
    -9999.9,
    -99999.0,
    -6999.0,
    -7999.0,
    -32768.0,
)
_POSITIVE = (
    99.9,
    999.0,
    999.9,
    999.99,
    6999.0,
    7999.0,
    9999.0,
    9999.9,
    99999.0,
    9.9e37,
    9.91e37,
    9.99999e37,
    9.96921e36,
    1e30,
)
# -888.88 of a logger, 7777 of a weather service: one digit, three times or more before the point.
_REPEATED = [
    float(f"{sign}{digit * whole}.{digit * fraction}0")
    for digit in "789"
    for whole in (3, 4, 5)
    for fraction in (0, 1, 2)
    for sign in ("", "-")
]
_MARKS = frozenset((*_NEGATIVE, *_POSITIVE, *_REPEATED))
_FAR = 2.0  # times the range of the other values
_MOST_TAGS = 1_000


class MissingMarks:
    """Counts by tag how often such a number came, and between what the other values were."""

    def __init__(self) -> None:
        self._found: dict[str, dict[float, int]] = {}
        self._range: dict[str, tuple[float, float]] = {}

    @staticmethod
    def may_hold(piece: bytes) -> bool:
        """Tell whether a text can hold such a number."""
        return any(trace in piece for trace in _TRACES)

    def look(self, tag: str, values: Iterable[object]) -> None:
        """Count what `values` of a tag hold."""
        numbers = [value for value in values if isinstance(value, float) and not math.isnan(value)]
        marks = _MARKS.intersection(numbers)
        if not marks or (tag not in self._found and len(self._found) >= _MOST_TAGS):
            return
        found = self._found.setdefault(tag, {})
        for mark in marks:
            found[mark] = found.get(mark, 0) + numbers.count(mark)
        others = [number for number in numbers if number not in marks]
        if others:
            least, most = self._range.get(tag, (math.inf, -math.inf))
            self._range[tag] = (min(least, *others), max(most, *others))

    def notes(self) -> Iterator[str]:
        """Yield words on each tag that holds a number which may mean that there is none."""
        for tag, found in self._found.items():
            told = [mark for mark in sorted(found) if self._is_far(tag, mark, found)]
            if told:
                listed = " and ".join(f"{mark:g} ({found[mark]} times)" for mark in told)
                yield f"{tag!r:.60} holds {listed}, far from its other values; it is drawn, as only you know if it means 'no value'"

    def _is_far(self, tag: str, mark: float, found: dict[float, int]) -> bool:
        least, most = self._range.get(tag, (math.inf, -math.inf))
        if least > most:
            return found[mark] > 1
        distance = max(least - mark, mark - most)
        return distance > _FAR * (most - least) and distance > abs(mark) / 2
