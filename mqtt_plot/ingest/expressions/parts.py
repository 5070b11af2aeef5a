"""The parts of an expression as closures: each computes its value from the frame of the moment. Pure.

A gap (NaN) in a value is a gap in what comes of it. Not so with `and` and a false, `or` and a true, and a choice of `if` not taken.
Whatever cannot be computed, such as a division by zero, is a gap with a reason.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence

from mqtt_plot.ingest.expressions.functions import power, remainder

NAN = math.nan
ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: remainder,
    ast.Pow: power,
}
COMPARE: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
OVERFLOW = "overflow: the result is beyond all numbers"
_INFINITE = (math.inf, -math.inf)

Run = Callable[[], float]


class Frame:
    """What the tags have at `time`, by their numbers; `moved` has the bits of those that have just sent something.

    A tag of words has its word in `words`, and NaN in `numbers` unless it also means a number; all others have None in `words`. `fault` is
    the first thing that could not be computed, in words, and the character where.
    """

    __slots__ = ("fault", "moved", "numbers", "time", "words")

    def __init__(self, tags: int) -> None:
        self.numbers = [NAN] * tags
        self.words: list[str | None] = [None] * tags
        self.time = -math.inf
        self.moved = 0
        self.fault: tuple[str, int] | None = None

    def fail(self, why: str, place: int) -> float:
        """Note why something is a gap, and return one."""
        if self.fault is None:
            self.fault = (why, place)
        return NAN


class Part:
    """A part of an expression: how to compute it, whether it is true or false, and the bits of the tags that it speaks of."""

    __slots__ = ("is_boolean", "run", "tags")

    def __init__(self, run: Run, tags: int = 0, *, is_boolean: bool = False) -> None:
        self.run = run
        self.tags = tags
        self.is_boolean = is_boolean


def constant(value: float, *, is_boolean: bool = False) -> Part:
    """Return a number that stays."""
    return Part(lambda: value, is_boolean=is_boolean)


def number_of(frame: Frame, tag: int) -> Part:
    """Return what a tag has."""
    numbers = frame.numbers
    return Part(lambda: numbers[tag], 1 << tag)


def arithmetic(frame: Frame, op: ast.operator, left: Part, right: Part, place: int) -> Part:
    """Return one of + - * / % **."""
    compute, one, other, fail = ARITHMETIC[type(op)], left.run, right.run, frame.fail

    def run() -> float:
        x, y = one(), other()
        try:
            value = compute(x, y)
        except ZeroDivisionError:
            return NAN if x != x else fail("division by zero", place)  # noqa: PLR0124 - NaN
        except (ValueError, OverflowError) as error:
            return NAN if x != x or y != y else fail(_said(error), place)  # noqa: PLR0124
        if value - value == 0:
            return value
        return NAN if x != x or y != y else fail(OVERFLOW, place)  # noqa: PLR0124

    return Part(run, left.tags | right.tags)


def unary(op: ast.unaryop, part: Part) -> Part:
    """Return not, - or +."""
    run = part.run

    def negated() -> float:
        x = run()
        return float(not x) if x == x else x  # noqa: PLR0124 - NaN

    if isinstance(op, ast.Not):
        return Part(negated, part.tags, is_boolean=True)
    return Part((lambda: -run()) if isinstance(op, ast.USub) else run, part.tags)


def logic(parts: Sequence[Part], *, is_and: bool) -> Part:
    """Return `and` or `or`: one value decides, a false or a true, whatever is not known of the others (Kleene)."""
    runs = [part.run for part in parts]
    deciding = not is_and

    def run() -> float:
        found = [one() for one in runs]
        if any(x == x and bool(x) is deciding for x in found):  # noqa: PLR0124 - NaN
            return float(deciding)
        return NAN if any(x != x for x in found) else float(is_and)  # noqa: PLR0124

    return Part(run, tags_of(parts), is_boolean=True)


def comparison(op: ast.cmpop, left: Part, right: Part) -> Part:
    """Return one of < <= > >= == !=, of numbers."""
    one, other, compare = left.run, right.run, COMPARE[type(op)]

    def run() -> float:
        x, y = one(), other()
        return float(compare(x, y)) if x == x and y == y else NAN  # noqa: PLR0124 - NaN

    return Part(run, left.tags | right.tags, is_boolean=True)


def word_is(frame: Frame, tag: int, text: str, name: str, place: int) -> Part:
    """Return whether a tag holds a word."""
    words, numbers, fail = frame.words, frame.numbers, frame.fail

    def run() -> float:
        word = words[tag]
        if word is not None:
            return float(word == text)
        return NAN if math.isnan(numbers[tag]) else fail(f"{name} holds numbers, not words", place)

    return Part(run, 1 << tag, is_boolean=True)


def tags_agree(frame: Frame, one: int, other: int) -> Part:
    """Return whether two tags hold the same word, or the same number."""
    words, numbers = frame.words, frame.numbers

    def run() -> float:
        if words[one] is not None and words[other] is not None:
            return float(words[one] == words[other])
        x, y = numbers[one], numbers[other]
        return float(x == y) if x == x and y == y else NAN  # noqa: PLR0124 - NaN

    return Part(run, 1 << one | 1 << other, is_boolean=True)


def choice(condition: Part, then: Part, other: Part) -> Part:
    """Return `if`. All three are computed, as functions in them may have a memory."""
    asked, one, two = condition.run, then.run, other.run

    def run() -> float:
        x, y, z = asked(), one(), two()
        return x if x != x else y if x else z  # noqa: PLR0124 - NaN

    return Part(run, tags_of((condition, then, other)), is_boolean=then.is_boolean and other.is_boolean)


def computed(frame: Frame, compute: Callable[..., float], parts: Sequence[Part], place: int) -> Part:
    """Return a function of values alone."""
    runs, fail = [part.run for part in parts], frame.fail

    def run() -> float:
        found = [one() for one in runs]
        if any(x != x for x in found):  # noqa: PLR0124 - NaN
            return NAN
        try:
            return compute(*found)
        except (ValueError, OverflowError) as error:
            return fail(_said(error), place)

    return Part(run, tags_of(parts))


def over_time(frame: Frame, remember: Callable[[float, float], float], part: Part, place: int) -> Part:
    """Return a function of a value and all that it was before."""
    inner, fail = part.run, frame.fail

    def run() -> float:
        value = remember(frame.time, inner())
        return fail(OVERFLOW, place) if value in _INFINITE else value

    return Part(run, part.tags)


def over_samples(frame: Frame, remember: Callable[[float, float], float], part: Part, place: int) -> Part:
    """Return a function of a value and the one before: it changes only when one of its tags has sent something."""
    inner, tags, fail = part.run, part.tags, frame.fail
    last = NAN

    def run() -> float:
        nonlocal last
        value = inner()
        if frame.moved & tags:
            last = remember(frame.time, value)
        return fail(OVERFLOW, place) if last in _INFINITE else last

    return Part(run, tags)


def tags_of(parts: Sequence[Part]) -> int:
    """Return the bits of the tags of all parts."""
    tags = 0
    for part in parts:
        tags |= part.tags
    return tags


def _said(error: Exception) -> str:
    return OVERFLOW if isinstance(error, OverflowError) else str(error)
