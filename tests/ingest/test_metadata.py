"""What a device says of its tags: checked, bounded, kept until the tag speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.ingest.metadata import MetaBook, apply
from mqtt_plot.parsers.tag_metadata import parse_meta
from mqtt_plot.store.series import Series

FULL = {
    "unit": "°C", "label": "Flow temperature", "lolo": 0, "lo": 5, "hi": 80, "hihi": 95.5,
    "states": ["STOP", "RUN"], "decimals": 1, "interval": 0.5,
}  # fmt: skip


def test_all_known_fields_are_kept_and_others_passed_over() -> None:
    """A device may say more than this version knows; null is as good as absent."""
    assert parse_meta({**FULL, "colour": "red", "hi": None}) == {
        key: value for key, value in FULL.items() if key != "hi"
    }


def test_states_may_be_numbered() -> None:
    """PLC enumerations have holes."""
    assert parse_meta({"states": {"0": "STOP", "2": "RUN"}}) == {"states": ["STOP", "1", "RUN"]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (5, "expected an object"),
        ({"hi": "80"}, "expected a number in 'hi', got '80'"),
        ({"lo": float("nan")}, "expected a number in 'lo'"),
        ({"lo": 10**400}, "expected a number in 'lo'"),
        ({"hi": True}, "expected a number in 'hi', got True"),
        ({"lo": 5, "hi": 4}, "expected lo <= hi, got 5.0 and 4.0"),
        ({"lolo": 5, "hihi": 4}, "expected lolo <= hihi"),
        ({"unit": "x" * 33}, "at most 32 characters in 'unit'"),
        ({"label": ""}, "1 to 128 characters in 'label'"),
        ({"label": "a\x00b"}, "without control characters"),
        ({"states": []}, "1 to 64 words in 'states'"),
        ({"states": ["x"] * 65}, "1 to 64 words in 'states'"),
        ({"states": [1]}, "words of 1 to 64 characters"),
        ({"states": {"64": "x"}}, "numbers from 0 to 63 as keys"),
        ({"states": {"a": "x"}}, "numbers from 0 to 63 as keys"),
        ({"states": {"9" * 30: "x"}}, "numbers from 0 to 63 as keys"),
        ({"decimals": 1.5}, "0 to 12 in 'decimals'"),
        ({"decimals": 13}, "0 to 12 in 'decimals'"),
        ({"interval": 0}, "seconds above 0"),
    ],
)
def test_a_wrong_field_is_refused_in_words(fields: object, words: str) -> None:
    """Nothing of a wrong description is used: half of it would be worse."""
    with pytest.raises(PayloadError) as caught:
        parse_meta(fields)
    assert words in str(caught.value)


@given(
    st.dictionaries(
        st.sampled_from([*FULL, "other"]),
        st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()),
    )
)  # fmt: skip
def test_any_description_is_taken_or_refused(fields: dict[str, object]) -> None:
    """Nothing but PayloadError comes out, and what is taken is safe to show."""
    try:
        meta = parse_meta(fields)
    except PayloadError:
        return
    assert set(meta) <= set(FULL)


def test_what_the_device_declares_wins_over_suggestions() -> None:
    """Discovery fills in what the device itself leaves out."""
    book = MetaBook(10)
    book.suggest("a", {"unit": "F", "label": "Room"})
    book.declare("a", {"unit": "°C"})
    assert (book.get("a"), book.has_unit("a")) == ({"unit": "°C", "label": "Room"}, True)
    book.declare("a", {})
    assert (book.get("a"), book.has_unit("a")) == ({"unit": "F", "label": "Room"}, False)


def test_the_book_is_bounded() -> None:
    """Further tags are refused; those in it may still change."""
    book = MetaBook(2)
    for tag in ("a", "b", "a"):
        book.declare(tag, {"unit": "m"})
    with pytest.raises(StoreFullError, match="--max-tags"):
        book.declare("c", {"unit": "m"})
    assert len(book) == 2


def test_meta_reaches_the_series() -> None:
    """Unit and states have places of their own; the rest is for the page."""
    series = Series(1, "a", 10)
    apply(series, parse_meta(FULL))
    assert (series.unit, series.states) == ("°C", ["STOP", "RUN"])
    assert series.meta == {key: value for key, value in FULL.items() if key not in {"unit", "states"}}
