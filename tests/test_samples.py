"""What samples share: columns that mostly ascend."""

from array import array
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.samples import Columns, SampleRows, are_ascending, ends_of

numbers = st.lists(st.floats(allow_nan=False), min_size=1, max_size=80)


@given(st.one_of(numbers, numbers.map(sorted)))
def test_a_column_ascends_when_no_number_is_less_than_the_one_before(column: list[float]) -> None:
    """Equal ones are in order too; the ends are the least and the greatest, in order or not."""
    expected = all(one <= following for one, following in pairwise(column))
    assert are_ascending(column) is expected
    assert ends_of(column) == (min(column), max(column))


@given(st.one_of(st.lists(st.sampled_from("abc"), min_size=1), st.integers(1, 9).map(lambda rounds: [*"abc"] * rounds)))
def test_rows_of_tags_in_turns_give_each_its_samples_in_order(tags: list[str]) -> None:
    """In whatever order tags come, each gets its own values and times, and tags are met in that order."""
    values, times = array("d", range(len(tags))), array("d", range(100, 100 + len(tags)))
    expected = {
        tag: Columns(
            array("d", [at for at, one in enumerate(tags) if one == tag]),
            array("d", [100 + at for at, one in enumerate(tags) if one == tag]),
            tag,
            "bar",
        )
        for tag in dict.fromkeys(tags)
    }
    assert list(SampleRows(values, times, tags, "bar").columns().items()) == list(expected.items())
