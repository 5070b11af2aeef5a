"""Timestamps of every form that devices send."""

import math
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.samples import EARLIEST, LATEST

# 2022-04-13T14:25:09Z, the stamp of the older server's description.
MOMENT = 1_649_859_909


@pytest.mark.parametrize(
    "stamp",
    [
        MOMENT,
        float(MOMENT),
        MOMENT * 1000,
        MOMENT * 10**6,
        MOMENT * 10**9,
        str(MOMENT),
        f" {MOMENT}.0 ",
        str(MOMENT * 1000),
    ],
)
def test_seconds_to_nanoseconds_are_told_apart_by_size(stamp: object) -> None:
    """The same moment in s, ms, µs and ns, as number or text, is the same time."""
    assert to_seconds(stamp) == MOMENT


@pytest.mark.parametrize(
    ("stamp", "fraction"),
    [(MOMENT + 0.25, 0.25), (MOMENT * 1000 + 1, 0.001), (MOMENT * 10**6 + 125_000, 0.125), (f"{MOMENT}.5", 0.5)],
)
def test_fractions_of_a_second_are_kept(stamp: object, fraction: float) -> None:
    """A stamp's fraction of a second survives, to the precision of float64."""
    assert to_seconds(stamp) == MOMENT + fraction


@pytest.mark.parametrize(
    "text",
    [
        "2022-04-13T14:25:09Z",
        "2022-04-13T14:25:09",
        "2022-04-13 14:25:09",
        "2022-04-13T14:25:09+00:00",
        "2022-04-13T16:25:09+02:00",
        "2022-04-13T14:25:09.000Z",
        "20220413T142509Z",
        "2022-W15-3T14:25:09Z",
        "  2022-04-13T14:25:09Z ",
    ],
)
def test_iso_8601_in_its_usual_forms(text: str) -> None:
    """Extended, basic and week forms, with and without zone, mean the same moment; no zone is UTC."""
    assert to_seconds(text) == MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "14:25:09 13-Apr-2022",
        "2022年4月13日 14:25:09",
        "13 avril 2022 14h25m09s",
        "2022-04-13T16:25:09+02:00[Europe/Berlin]",
        "UTC 2022-04-13 14:25:09",
        "13.04.2022 14.25.09",
        "2022_04_13 14:25:09",
        "Wed, 13 Apr 2022 at 14:25:09",
    ],
)
def test_what_a_file_may_have_as_a_date_a_message_may_have_too(text: str) -> None:
    """One rule reads both."""
    assert to_seconds(text) == MOMENT


def test_a_stamp_without_zone_is_read_in_the_set_zone() -> None:
    """--time-zone says what a stamp without a zone means; a stamp with one is not touched."""
    east = timezone(timedelta(hours=2))
    assert to_seconds("2022-04-13T16:25:09", east) == MOMENT
    assert to_seconds("2022-04-13T14:25:09Z", east) == MOMENT


def test_midnight_may_be_called_24() -> None:
    """24:00 is the next day's 00:00 (ISO 8601-1:2019/Amd 1)."""
    assert to_seconds("2022-04-13T24:00:00Z") == to_seconds("2022-04-14T00:00:00Z")


@pytest.mark.parametrize("stamp", [0, 1, -MOMENT, EARLIEST - 1, EARLIEST, LATEST, LATEST + 1])
def test_a_time_out_of_this_world_is_a_time(stamp: float) -> None:
    """What becomes of the sample of a device whose clock was never set is for the time policy to say."""
    assert to_seconds(stamp) == stamp
    assert to_seconds(str(stamp)) == stamp


@pytest.mark.parametrize(
    "stamp",
    [
        10**30, 10**4000, 1e308, float("inf"), float("-inf"), float("nan"),
        "1e400", "nan", "inf", "1_649_859_909", "yesterday", "", " ", "13/13/2022", "04/05/2022", "14:25:09", "2022-13-01", "2022-02-30",
        "2022-04-13T14:25:09Z" * 20, "\ud800", "\x00",
        True, False, [], {}, [MOMENT], None,
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_refused(stamp: object) -> None:
    """Text that is no time and other types are refused with what was expected and what came."""
    with pytest.raises(PayloadError) as caught:
        to_seconds(stamp)
    assert caught.value.code == "bad_time"
    assert str(caught.value).startswith("expected ")
    assert len(str(caught.value)) <= 250
    assert str(caught.value).isprintable()


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.datetimes().map(str), st.times().map(str)))
def test_any_stamp_is_a_finite_time_or_refused(stamp: object) -> None:
    """Whatever comes as a stamp, the answer is a finite time or PayloadError."""
    try:
        seconds = to_seconds(stamp)
    except PayloadError as error:
        assert error.code == "bad_time"  # noqa: PT017 - both outcomes are right, each on its terms
    else:
        assert math.isfinite(seconds)


@given(st.integers(int(EARLIEST) * 1000, int(LATEST) * 1000))
def test_milliseconds_are_exact(milliseconds: int) -> None:
    """A stamp in ms gives the float64 nearest to it, so that equal stamps stay equal."""
    assert to_seconds(milliseconds) == milliseconds / 1000
