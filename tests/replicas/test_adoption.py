"""Fitting another bridge's history to what has come here since: no point missed, none held twice."""

import json
import math
from array import array
from base64 import b64encode
from struct import pack

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_plot.errors import ProtocolError
from mqtt_plot.metrics import Counters
from mqtt_plot.replicas.adoption import Gap, adopt, take_back
from mqtt_plot.replicas.history import parse_history
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import shares, statistics
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width
from mqtt_plot.web.api.series import description, whole

T = 1_700_000_000.0
EVER = (-math.inf, math.inf)


def store(max_points: int = 1_000) -> Store:
    return Store(Limits(max_points=max_points), Counters())


def answer(times: list[float], values: list[float | None], **fields: object) -> dict[str, object]:
    return {"tag": "t", "unit": None, "kind": "number", "decimated": False, "time": times, "value": values, **fields}


def held(series: Series) -> list[tuple[float, float]]:
    return list(zip(*series.ring.read(series.ring.first, series.ring.next), strict=True))


def test_two_words_come_with_the_history() -> None:
    """What the other bridge heard as STOPPED and RUNNING is named so here."""
    here = store()
    series = here.open("t")
    history = parse_history(answer([1.0, 2.0, 3.0], [0.0, None, 1.0], kind="boolean", states=["STOPPED", "RUNNING"]))
    assert adopt(here, series, history).points == 3
    assert (series.kind, series.states) == ("boolean", ["STOPPED", "RUNNING"])
    assert [value for _, value in held(series)][::2] == [0.0, 1.0]


def test_history_comes_before_what_came_live() -> None:
    """In order, so that the window is one line."""
    house = store()
    series = house.open("t")
    house.append(series, 3.0, 30.0)
    assert adopt(house, series, parse_history(answer([1.0, 2.0, 3.0], [10.0, None, 30.0], unit="bar"))).points == 2
    assert held(series)[0] == (1.0, 10.0)
    assert math.isnan(held(series)[1][1])
    assert held(series)[2] == (3.0, 30.0)
    assert (series.unit, series.is_ordered, series.newest) == ("bar", True, 3.0)


def test_the_newest_of_a_history_that_is_too_long_are_kept() -> None:
    """The limit on points holds; live points are never pushed out by older ones."""
    house = store(max_points=4)
    series = house.open("t")
    house.append(series, 9.0, 9.0)
    adopt(house, series, parse_history(answer([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0, 5.0])))
    assert held(series) == [(3.0, 3.0), (4.0, 4.0), (5.0, 5.0), (9.0, 9.0)]
    assert house.counters.total("overwritten") == 0


def test_states_keep_their_words_though_they_came_in_another_order() -> None:
    """STOP is 0 there and 1 here."""
    house = store()
    series = house.open("t")
    house.append(series, 9.0, "RUN")
    adopt(house, series, parse_history(answer([1.0, 2.0], [0.0, 1.0], kind="state", states=["STOP", "RUN"])))
    assert [series.states[int(value)] for _, value in held(series)] == ["STOP", "RUN", "RUN"]


def test_a_tag_whose_times_step_back_is_merged_point_by_point() -> None:
    """There is no seam then; equal points are the same point."""
    house = store()
    series = house.open("t")
    for time in (5.0, 4.0):
        house.append(series, time, time)
    adopt(house, series, parse_history(answer([3.0, 4.0, 5.0], [3.0, 4.0, 5.0])))
    assert sorted(held(series)) == [(3.0, 3.0), (4.0, 4.0), (5.0, 5.0)]


@pytest.mark.parametrize(
    "decoded",
    [
        None,
        [],
        {},
        answer([1.0], []),
        answer([2.0, 1.0], [1.0, 1.0]),
        answer([None], [1.0]),  # type: ignore[list-item]  # what a stranger may send
        answer([1.0], ["x"]),  # type: ignore[list-item]
        answer([1.0], [1.0], kind="colour"),
        answer([1.0], [1.0], kind="state", states=[1]),
    ],
)
def test_an_answer_that_is_no_history_is_refused(decoded: object) -> None:
    """Whatever listens at that address."""
    with pytest.raises(ProtocolError, match="expected"):
        parse_history(decoded)


@example(before=0, gap=0, after=1, skew=-0.03, is_stamped=False)
@example(before=1, gap=3, after=0, skew=-0.03, is_stamped=False)
@given(
    before=st.integers(0, 30),
    gap=st.integers(0, 30),
    after=st.integers(0, 30),
    skew=st.floats(-0.04, 0.04),
    is_stamped=st.booleans(),
)
def test_a_gap_is_filled_without_hole_and_without_double(
    *, before: int, gap: int, after: int, skew: float, is_stamped: bool
) -> None:
    """Whatever was held before and came behind it; the other bridge's stamps differ by the clocks' skew, or are the devices' own."""
    times = [100.0 + 0.1 * n for n in range(before + gap + after)]
    values: list[float | None] = [float(n) for n in range(len(times))]
    house = store()
    series = house.open("t")
    for n in (*range(before), *range(before + gap, len(times))):
        house.append(series, times[n] + (0.0 if is_stamped else skew), float(n))
    lost_at = 100.0 + 0.1 * (before - 1) + 0.05
    filled = adopt(house, series, parse_history(answer(times, values)), Gap(lost_at)).points
    assert filled == gap
    assert [value for _, value in held(series)] == values


def test_what_both_bridges_have_filled_from_each_other_is_not_filled_again() -> None:
    """Its stamps are this bridge's own in the middle and the other's around it."""
    house = store()
    series = house.open("t")
    for n in range(60):
        house.append(series, n + 0.3, float(n))
    theirs = [n + 0.3 if 20 <= n < 30 else float(n) for n in range(60)]
    assert adopt(house, series, parse_history(answer(theirs, [float(n) for n in range(60)])), Gap(40.2)).points == 0


def test_a_bridge_that_restored_its_points_takes_only_what_came_since() -> None:
    """The points from its state file stay in front; those that came live stay behind."""
    house = store(max_points=50)
    series = house.open("t")
    for n in (*range(20), *range(40, 45)):
        house.append(series, float(n), float(n))
    adopt(house, series, parse_history(answer([float(n) for n in range(45)], [float(n) for n in range(45)])), Gap(30.0))
    assert [value for _, value in held(series)] == [float(n) for n in range(45)]


def test_of_a_gap_that_is_too_long_the_newest_points_are_filled() -> None:
    """The limit on points holds: the oldest go first."""
    house = store(max_points=10)
    series = house.open("t")
    for n in (*range(5), *range(40, 45)):
        house.append(series, float(n), float(n))
    adopt(house, series, parse_history(answer([float(n) for n in range(45)], [float(n) for n in range(45)])), Gap(30.0))
    assert [value for _, value in held(series)] == [float(n) for n in range(35, 45)]


def test_what_was_under_way_when_this_bridge_stalled_is_known_again() -> None:
    """It woke after three seconds, stamped what lay in its socket, and found the connection gone."""
    house = store()
    series = house.open("t")
    stamps = [*(0.1 * n for n in range(20)), *(5.0 for _ in range(20, 25)), *(0.1 * n for n in range(52, 60))]
    for stamp, n in zip(stamps, (*range(25), *range(52, 60)), strict=True):
        house.append(series, stamp, float(n))
    history = parse_history(answer([0.1 * n + 0.001 for n in range(60)], [float(n) for n in range(60)]))
    assert adopt(house, series, history, Gap(5.1)).points == 27
    assert [value for _, value in held(series)] == [float(n) for n in range(60)]
    assert series.is_ordered


def test_what_came_after_the_subscription_is_not_taken_from_a_peer() -> None:
    """A cluster that has lost a node may deliver it half a minute later, but it does: it must not be there twice."""
    house = store()
    series = house.open("t")
    for n in range(10):
        house.append(series, float(n), float(n))
    history = parse_history(answer([float(n) for n in range(30)], [float(n) for n in range(30)]))
    assert adopt(house, series, history, Gap(9.5, 19.5)).points == 10
    for n in range(20, 30):
        house.append(series, float(n), float(n))
    assert adopt(house, series, history, Gap(9.5, 19.5)).points == 0
    assert [value for _, value in held(series)] == [float(n) for n in range(30)]


HISTORY = (Width(10, 20), Width(60, 1_000))
fed = st.lists(
    st.tuples(st.sampled_from([0.1, 1.0, 9.0, 61.0, -5.0]), st.sampled_from([0.0, 1.5, 7.0])), min_size=1, max_size=300
)


def outlining(max_points: int = 30) -> Store:
    return Store(Limits(max_points=max_points, history=HISTORY), Counters())


def asked(there: Store) -> dict[str, object]:
    """Return what the other bridge answers to outline=1, as it arrives."""
    series = there.find("t")
    packed, times, values = whole(series, -math.inf, math.inf)
    numbers = [None if math.isnan(value) else value for value in values]
    return {**description(series), "outline": packed, "time": list(times), "value": numbers}


@given(fed, st.integers(0, 20), st.integers(16, 60))
def test_the_outline_of_another_bridge_counts_no_sample_twice_and_none_is_missing(
    samples: list[tuple[float, float]], live: int, size: int
) -> None:
    """Whatever its ring has let go, in whatever order the samples came, and however many of the newest have come here live.

    Of samples that are the same there is one: a second one is taken for delivered again.
    """
    there, here = outlining(8), outlining(size)
    time, points = 1_700_000_000.0, list[tuple[float, float]]()
    for step, value in samples:
        time += step
        if (time, value) in points:
            continue
        points.append((time, value))
        there.append(there.open("t"), time, value)
    for at, value in sorted(points)[len(points) - min(live, len(points) - 1) :]:
        here.append(here.open("t"), at, value)
    series = here.open("t")
    adopt(here, series, parse_history(asked(there)))
    mine, theirs = statistics(series, *EVER), statistics(there.find("t"), *EVER)
    assert (mine.samples, mine.low, mine.high) == (theirs.samples, theirs.low, theirs.high)
    assert here.nbytes == sum(one.nbytes for one in here)


@given(fed, st.integers(1, 150), st.integers(1, 150), st.integers(3, 40), st.integers(3, 60))
def test_a_night_that_this_bridge_missed_comes_in_outline(
    samples: list[tuple[float, float]], missed_from: int, missed: int, theirs: int, mine: int
) -> None:
    """It has an outline of its own from before, and of what the other one has no points any more it takes that one's. None counts twice."""
    live = max(0, len(samples) - missed_from - missed)
    there, here = outlining(theirs), outlining(max(mine, live + 2))  # what has come live is held when the peer answers
    time, points = 1_700_000_000.0, list[tuple[float, float]]()
    for step, value in samples:
        time += abs(step)
        points.append((time, value))
    heard = points[:missed_from] + points[missed_from + missed :]
    for store, fed_with in ((there, points), (here, heard)):
        for at, value in fed_with:
            store.append(store.open("t"), at, value)
    before, after = heard[:missed_from][-1], points[missed_from + missed :]
    series, gap = here.find("t"), Gap(before[0] + 0.05, after[0][0] - 0.05 if after else math.inf)
    adopted = adopt(here, series, parse_history(asked(there)), gap)
    adopt(here, series, parse_history(asked(there) | {"outline": None}), gap, adopted)
    of_here, of_there = statistics(series, *EVER), statistics(there.find("t"), *EVER)
    assert (of_here.samples, of_here.low, of_here.high) == (of_there.samples, of_there.low, of_there.high)
    assert here.nbytes == sum(one.nbytes for one in here)


def test_states_that_this_bridge_missed_come_with_their_words() -> None:
    there, here = outlining(), outlining()
    for i in range(900):
        word = ("RUN", "STOP", "ALARM")[i // 50 % 3]
        there.append(there.open("t"), T + i, word)
        if not 120 <= i < 850:
            here.append(here.open("t"), T + i, word)
    series = here.find("t")
    adopt(here, series, parse_history(asked(there)), Gap(T + 119.5))
    assert {word: share.seconds for word, share in shares(series, T, T + 899).items()} == {
        word: share.seconds for word, share in shares(there.find("t"), T, T + 899).items()
    }


def test_changes_of_another_bridge_come_with_their_words() -> None:
    """Though this one has met the words in another order."""
    there, here = outlining(), outlining()
    for i in range(500):
        there.append(there.open("t"), T + i, ("RUN", "STOP", "ALARM")[i // 50 % 3])
    for i, word in enumerate(("ALARM", "RUN")):
        here.append(here.open("t"), T + 500 + i, word)
    series = here.find("t")
    adopt(here, series, parse_history(asked(there)))
    assert {word: share.seconds for word, share in shares(series, T, T + 500).items()} == {
        word: share.seconds for word, share in shares(there.find("t"), T, T + 500).items()
    }


def test_what_the_outline_knows_does_not_come_again() -> None:
    """A second answer, with points that are in outline only here, adds nothing."""
    there, here = outlining(1_000), outlining()
    for i in range(400):
        for one in (there, here):
            one.append(one.open("t"), T + i, float(i % 7))
    adopt(here, here.find("t"), parse_history(answer([T + i for i in range(400)], [float(i % 7) for i in range(400)])))
    assert statistics(here.find("t"), *EVER).samples == 400


@pytest.mark.parametrize("text", ["", "!", "AAAA", 5, [], "////", b64encode(pack("<I", 2) + b"[]").decode()])
def test_an_outline_that_is_none_is_refused(text: object) -> None:
    with pytest.raises(ProtocolError):
        parse_history(answer([1.0], [1.0], outline=text))


@pytest.mark.parametrize(
    "fields",
    [
        {"tiers": {"end": math.inf, "rows": [[10, 40]]}},
        {"tiers": {"end": T, "rows": [[0, 40]]}},
        {"tiers": {"end": T, "rows": [[10, 40]], "more": 1}, "changes": {"end": T, "width": 0, "rows": 0, "changes": 0}},
        {"tiers": {"rows": [[10, 40]]}},
    ],
)  # fmt: skip
def test_an_outline_that_makes_no_sense_leaves_nothing(fields: dict[str, object]) -> None:
    """Not even a part of it."""
    here = outlining()
    here.append(here.open("t"), T, 1.0)
    row = pack("<IIfddffHH", 100_000_000, 4, 10.0, 1.0, 2.0, 0.5, 0.1, 0, 0)
    head = json.dumps([fields]).encode()
    content = pack("<I", len(head)) + head + row
    with pytest.raises(ProtocolError):
        adopt(here, here.find("t"), parse_history(answer([T], [1.0], outline=b64encode(content).decode())))
    assert (here.find("t").outlines, here.nbytes, held(here.find("t"))) == ([], here.find("t").nbytes, [(T, 1.0)])


def counted(first: int, stop: int, *, twice: range = range(0)) -> dict[str, object]:
    """Return an answer with a point each 0.1 s, those with the numbers in `twice` held twice."""
    numbers = sorted([*range(first, stop), *twice])
    return answer([number / 10 for number in numbers], [float(number) for number in numbers])


def hear(here: Store, numbers: range) -> Series:
    """Let samples with times of their own come live."""
    series = here.open("t")
    for number in numbers:
        here.append(series, number / 10, float(number))
    return series


def numbers_of(series: Series) -> list[float]:
    return sorted(value for _, value in held(series))


def test_what_the_other_bridge_holds_twice_is_taken_once() -> None:
    """It has taken it from a third one, and heard it since, and has not looked again yet."""
    here = store(5_000)
    series = hear(here, range(1_000, 1_100))
    first = adopt(here, series, parse_history(counted(0, 1_050, twice=range(700, 797))), Gap(0.0, 100.0))
    hear(here, range(1_100, 1_200))
    adopt(here, series, parse_history(counted(0, 1_150)), Gap(0.0, 100.0), first)
    assert numbers_of(series) == [float(n) for n in range(1_200)]


def test_values_of_one_moment_are_taken_as_they_are() -> None:
    """A column that came without times has one time for all of it: only the same thing all over again is there twice."""
    here = store()
    series = here.open("t")
    adopt(here, series, parse_history(answer([1.0, 2.0, 2.0, 2.0, 3.0], [5.0, 5.0, 6.0, 5.0, 5.0])))
    assert held(series) == [(1.0, 5.0), (2.0, 5.0), (2.0, 6.0), (2.0, 5.0), (3.0, 5.0)]


def test_what_is_delivered_again_after_the_last_look_is_taken_back() -> None:
    """A broker, or a device that connects to another one, sends again what it has no answer for: 97 samples that a peer had given."""
    here = store(5_000)
    series = hear(here, range(1_000))
    hear(here, range(1_100, 1_120))
    adopted = adopt(here, series, parse_history(counted(950, 1_115)), Gap(100.0, 110.0))
    hear(here, range(1_000, 1_097))
    hear(here, range(1_120, 1_130))
    take_back(here, series, adopted)
    assert numbers_of(series) == [float(n) for n in range(1_130)]
    take_back(here, series, adopted)
    assert numbers_of(series) == [float(n) for n in range(1_130)]


def test_a_busy_tag_is_taken_back_as_a_quiet_one() -> None:
    """Ten seconds at 500 samples per second that come live after all."""
    here = store(50_000)
    series = here.open("t")
    times = array("d", [n / 500 for n in range(5_000)])
    history = answer(list(times), [float(n) for n in range(5_000)])
    adopted = adopt(here, series, parse_history(history), Gap(0.0, 10.0))
    here.extend(series, times, array("d", range(5_000)))
    take_back(here, series, adopted)
    assert numbers_of(series) == [float(n) for n in range(5_000)]
