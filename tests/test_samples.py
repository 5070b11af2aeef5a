"""What samples share: columns that mostly ascend."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.samples import are_ascending, ends_of

numbers = st.lists(st.floats(allow_nan=False), min_size=1, max_size=80)


@given(st.one_of(numbers, numbers.map(sorted)))
def test_a_column_ascends_when_no_number_is_less_than_the_one_before(column: list[float]) -> None:
    """Equal ones are in order too; the ends are the least and the greatest, in order or not."""
    expected = all(one <= following for one, following in pairwise(column))
    assert are_ascending(column) is expected
    assert ends_of(column) == (min(column), max(column))
