"""A row of a recording. It stands alone: whoever plays rows needs none of the readers."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One row: `time` as in the file (None: it has none), a value per chosen column; NaN is a gap.

    In a long file `values` has one element, and `tag` and `unit` say whose.
    """

    line: int
    time: float | None
    values: Sequence[float | str]
    tag: str | None = None
    unit: str | None = None
