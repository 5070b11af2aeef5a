"""A column of a CSV file: its name, what it can be drawn as, and if it cannot, why. Knows nothing of how that is found out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NUMBER, WORDS, TEXT, EMPTY, TIME = "number", "words", "text", "empty", "time"
DRAWN = frozenset({NUMBER, WORDS})


@dataclass(frozen=True)
class Column:
    """A column by its name. `kind` is number, words (few, repeated: drawn as states), text, empty or time; `example` one cell.

    `reason` says why it is not drawn, or of the time why it is that; "" for what is drawn.
    """

    name: str
    kind: str
    example: str = ""
    unit: str = ""
    reason: str = ""


def unused(columns: Iterable[Column]) -> Iterator[Column]:
    """Yield those that are neither drawn nor the time."""
    return (column for column in columns if column.kind not in DRAWN and column.kind != TIME)
