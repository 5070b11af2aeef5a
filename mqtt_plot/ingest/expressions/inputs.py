"""What the tags of an expression hold: numbers and words. Reads no clock."""

import math

from mqtt_plot.store.series import Series


def read_value(series: Series, value: float) -> tuple[float, str | None]:
    """Return the number and the word that a stored value is to an expression.

    A state is a word, and a number only where the device has named its numbers; true and false are 1 and 0, and words too.
    """
    if series.kind == "number" or math.isnan(value):
        return value, None
    is_number = series.kind != "state" or series.has_declared_states
    return (value if is_number else math.nan), series.name_of(value)
