"""The same table in another dress, as programs and people write it, gives the same series."""

import pytest

from mqtt_plot.errors import PayloadError
from tests.support.tables import NOW, read

MARCH = 1_709_287_200.0  # 2024-03-01T10:00Z


def test_dates_whose_first_is_the_same_in_any_order_are_open_where_others_differ() -> None:
    """4 April is 04/04 for everybody, the day after it is not."""
    with pytest.raises(PayloadError, match="--date-order"):
        read("time,temp\n" + "".join(f"04/0{4 + n // 3}/2024 0{n % 3}:00,{n}\n" for n in range(4)))


def test_names_that_come_again_are_no_data() -> None:
    """Of eight rows one is a ninth, which is more than a tenth."""
    data = [f"2024-03-01 10:0{n}:00,2{n},RUN\n" for n in range(8)]
    table, points, rejected = read("time,temp,mode\n" + "".join([*data[:4], "time,temp,mode\n", *data[4:]]))
    assert [value for _, value in points["temp"]] == [20.0 + n for n in range(8)]
    assert "line 6" in rejected[0].reason
    assert not table.notes


@pytest.mark.parametrize("text", ["Mar 01, 2024 10:0{n}:00|1,{n}\n", "2024-03-01 10:0{n}:00|a, b|1,{n}\n"])
def test_bars_that_split_the_names_too_are_delimiters(text: str) -> None:
    """Though commas split the rows into as many cells or more."""
    names = "time|note|temp\n" if "a, b" in text else "time|temp\n"
    _, points, _ = read(names + "".join(text.format(n=n) for n in range(8)))
    assert points["temp"][:2] == [(MARCH, 1.0), (MARCH + 60, 1.1)]


def test_a_short_file_has_states_though_few_words_come_again() -> None:
    """Of three rows two may have words of their own."""
    _, points, _ = read(
        "time,mode\n" + "".join(f"2024-03-01 10:0{n}:00,{word}\n" for n, word in enumerate(("auto", "manual", "off")))
    )
    assert [value for _, value in points["mode"]] == ["auto", "manual", "off"]


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("count", [40, 10_000])
def test_clocks_go_on_over_midnights(way: int, count: int) -> None:
    """Also where the newest row is first, and in a file that is too long to be looked at twice; the last one is now."""
    data = [f"{n % 24:02}:00:00,{n}.25\n" for n in range(count)][::way]
    _, points, rejected = read("time,temp\n" + "".join(data))
    assert sorted(points["temp"]) == [(NOW - 3600 * (count - 1 - n), n + 0.25) for n in range(count)]
    assert not rejected


def test_groups_of_three_behind_points_and_behind_commas_are_told() -> None:
    """One of them is the decimal mark, nothing else tells which."""
    table, _, _ = read("time;a;b\n" + "".join(f"2024-03-01 10:0{n}:00;4.11{n};21,42{n}\n" for n in range(5)))
    assert any("nothing tells what the mark" in note for note in table.notes)
