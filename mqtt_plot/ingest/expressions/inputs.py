"""What an expression works on, and the way to it: the language itself is loaded when the first expression is read."""

import math
from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from mqtt_plot.store.series import Series

if TYPE_CHECKING:
    from mqtt_plot.ingest.expressions.program import Program


def read_value(series: Series, value: float) -> tuple[float, str | None]:
    """Return the number and the word that a stored value is to an expression.

    A state is a word, and a number only where the device has named its numbers; true and false are 1 and 0, and words too.
    """
    if series.kind == "number" or math.isnan(value):
        return value, None
    is_number = series.kind != "state" or series.has_declared_states
    return (value if is_number else math.nan), series.name_of(value)


@cache
def _language() -> "type[Program]":
    language: type[Program] = resolve_name("mqtt_plot.ingest.expressions.program:Program")
    return language


def read_expression(text: str) -> "Program":
    """Return a program ready to run. Raises ExpressionError."""
    return _language()(text)
