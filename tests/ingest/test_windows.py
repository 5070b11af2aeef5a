"""Functions over time against a brute-force oracle that looks at all samples ever: irregular times, gaps, and other tags in between."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_plot.ingest.expressions.program import Program
from mqtt_plot.ingest.expressions.windows import RESOLUTION

GAP = math.nan
START = 1_700_000_000.0

Samples = Sequence[tuple[float, float]]  # times ascending
Oracle = Callable[[Samples, float], float]

# Steps of time as a device or a person makes them, and values that it sends, gaps among them.
STEPS = st.one_of(st.sampled_from([0.001, 0.1, 0.5, 1.0, 3.0, 10.0, 100.0]), st.floats(0.001, 30.0))
NUMBERS = st.one_of(st.sampled_from([0.0, 1.0, -1.0, GAP]), st.floats(-1e6, 1e6))
# (step, value): a value of the tag, None where only the other tag sends something.
HISTORY = st.lists(st.tuples(STEPS, st.one_of(NUMBERS, st.none())), min_size=1, max_size=60)


def known(value: float) -> bool:
    return not math.isnan(value)


def stretches(samples: Samples, start: float, end: float) -> list[tuple[float, float]]:
    """Return (seconds, value) of all that was held between two times, where it is known."""
    ends = [time for time, _ in samples[1:]] + [math.inf]
    clipped = [
        (min(until, end) - max(since, start), value) for (since, value), until in zip(samples, ends, strict=True)
    ]
    return [(seconds, value) for seconds, value in clipped if seconds > 0 and known(value)]


def held(samples: Samples, time: float) -> float:
    """Return the value at a time."""
    return next((value for since, value in reversed(samples) if since <= time), GAP)


def mean(samples: Samples, time: float, seconds: float, of: Callable[[float], float] = float) -> float:
    """Return the mean over the last seconds, of a function of the value."""
    parts = stretches(samples, time - seconds, time)
    weight = math.fsum(part for part, _ in parts)
    return math.fsum(part * of(value) for part, value in parts) / weight if weight else GAP


def average(seconds: float) -> Oracle:
    def oracle(samples: Samples, time: float) -> float:
        now, found = samples[-1][1], mean(samples, time, seconds)
        return found if known(now) and known(found) else now

    return oracle


def deviation(seconds: float) -> Oracle:
    def oracle(samples: Samples, time: float) -> float:
        centre = mean(samples, time, seconds)
        spread = mean(samples, time, seconds, lambda value: (value - centre) ** 2)
        return samples[-1][1] if not known(samples[-1][1]) else math.sqrt(spread) if known(spread) else 0.0

    return oracle


def root_mean_square(seconds: float) -> Oracle:
    def oracle(samples: Samples, time: float) -> float:
        square = mean(samples, time, seconds, lambda value: value * value)
        return (
            samples[-1][1] if not known(samples[-1][1]) else math.sqrt(square) if known(square) else abs(samples[-1][1])
        )

    return oracle


def extreme(seconds: float, best: Callable[[Sequence[float]], float]) -> Oracle:
    def oracle(samples: Samples, time: float) -> float:
        now = samples[-1][1]
        return best([now, *(value for _, value in stretches(samples, time - seconds, time))]) if known(now) else GAP

    return oracle


def delayed(seconds: float) -> Oracle:
    return lambda samples, time: held(samples, time - seconds)


def rate(samples: Samples, _time: float) -> float:
    """Return the change per second between the last two samples."""
    if len(samples) < 2:
        return GAP
    (before, old), (since, new) = samples[-2:]
    return (new - old) / (since - before)


def delta(samples: Samples, _time: float) -> float:
    return samples[-1][1] - samples[-2][1] if len(samples) > 1 else GAP


def integral(samples: Samples, time: float) -> float:
    if not known(samples[-1][1]):
        return GAP
    return math.fsum(seconds * value for seconds, value in stretches(samples, -math.inf, time))


def on_time(samples: Samples, time: float) -> float:
    if not known(samples[-1][1]):
        return GAP
    return math.fsum(seconds for seconds, value in stretches(samples, -math.inf, time) if value)


def rises(samples: Samples, _time: float) -> float:
    values = [value for _, value in samples if known(value)]
    return sum(old == 0 and new != 0 for old, new in pairwise(values)) if known(samples[-1][1]) else GAP


def hold(samples: Samples, _time: float) -> float:
    return next((value for _, value in reversed(samples) if known(value)), GAP)


def low_pass(seconds: float) -> Oracle:
    def oracle(samples: Samples, time: float) -> float:
        """Solve dy/dt = (x - y) / seconds in closed form over all stretches since the last gap."""
        last_gap = max((i for i, (_, value) in enumerate(samples) if not known(value)), default=-1)
        rest = samples[last_gap + 1 :]
        if not rest:
            return GAP
        lagged = rest[0][1]
        for (since, value), until in zip(rest, [*(t for t, _ in rest[1:]), time], strict=True):
            lagged = value + (lagged - value) * math.exp(-(until - since) / seconds)
        return lagged

    return oracle


ORACLES: dict[str, Oracle] = {
    "avg({a}, 10s)": average(10),
    "avg({a}, 500ms)": average(0.5),
    "std({a}, 10s)": deviation(10),
    "rms({a}, 1min)": root_mean_square(60),
    "minimum({a}, 3s)": extreme(3, min),
    "maximum({a}, 10s)": extreme(10, max),
    "delay({a}, 1s)": delayed(1),
    "delay({a}, 10s)": delayed(10),
    "rate({a})": rate,
    "delta({a})": delta,
    "integral({a})": integral,
    "on_time({a})": on_time,
    "rises({a})": rises,
    "hold({a})": hold,
    "lowpass({a}, 2s)": low_pass(2),
}


def run(text: str, history: Sequence[tuple[float, float | None]], oracle: Oracle) -> list[tuple[float, float, float]]:
    """Return (time, got, wanted) of all evaluations since the first sample of the tag."""
    program = Program(f"if({{b}} < 0, {{b}}, {text})")
    place = program.tags.index("a")
    program.frame.numbers[1 - place] = 1.0
    samples: list[tuple[float, float]] = []
    found = []
    time = START
    for step, value in history:
        time += step
        if value is not None:
            samples.append((time, value))
            program.frame.numbers[place] = value
        got = program.evaluate(time, 1 << place if value is not None else 1 << 1 - place)
        if samples:
            found.append((time, got, oracle(samples, time)))
    return found


@pytest.mark.parametrize("text", ORACLES)
@settings(max_examples=50)
@given(history=HISTORY)
def test_each_function_agrees_with_its_oracle(text: str, history: list[tuple[float, float | None]]) -> None:
    """Whatever comes when: values, gaps, and moments when only another tag has sent something."""
    if text.startswith("delay"):  # which takes values closer than a part of its window for one
        history = [(step + 10 / RESOLUTION, value) for step, value in history]
    for time, got, wanted in run(text, history, ORACLES[text]):
        scale = max((abs(value) for _, value in history if value is not None and known(value)), default=0.0)
        # A millisecond at the edge of a window is known to 2e-7 s, as times are, in POSIX seconds.
        assert got == pytest.approx(wanted, rel=1e-6, abs=1e-3 * scale + 1e-9, nan_ok=True), (text, time - START)


@pytest.mark.parametrize("text", ORACLES)
@settings(max_examples=50)
@given(
    history=st.lists(
        st.tuples(
            st.integers(1, 40).map(lambda n: n / 8), st.one_of(st.integers(-8, 8).map(float), st.just(GAP), st.none())
        ),
        min_size=1,
        max_size=60,
    )
)
def test_with_round_times_each_function_is_exact(text: str, history: list[tuple[float, float | None]]) -> None:
    """Times in eighths of a second and small whole values leave nothing to rounding: the edges of windows are where they should be."""
    for _, got, wanted in run(text, history, ORACLES[text]):
        assert got == pytest.approx(wanted, rel=1e-9, abs=1e-7, nan_ok=True)


@pytest.mark.parametrize(
    "text", ["avg({a}, 1s)", "minimum({a}, 1s)", "maximum({a}, 1s)", "std({a}, 1s)", "delay({a}, 1s)"]
)
def test_fast_signals_share_cells(text: str) -> None:
    """At 10,000 samples per second a window of one keeps at most about RESOLUTION cells, and its edge is known to as much."""
    oracle = {
        "avg": average(1),
        "min": extreme(1, min),
        "max": extreme(1, max),
        "std": deviation(1),
        "del": delayed(1),
    }[text[:3]]
    history = [(0.0001, math.sin(place / 900) + place / 5_000) for place in range(15_000)]
    samples, time = [], START
    for step, value in history:
        time += step
        samples.append((time, value))
    program, got = Program(text), GAP
    for time, value in samples:
        program.frame.numbers[0] = value
        got = program.evaluate(time, 1)
    # In a part in RESOLUTION of a second the signal moves by at most 0.01 or so.
    assert got == pytest.approx(oracle(samples, time), abs=0.03)
    (window,) = [cell for cell in _cells(program) if cell > 0]
    assert window <= 2 * RESOLUTION + 2


def _cells(program: Program) -> list[int]:
    """Return how many cells the windows of a program hold."""
    seen: set[int] = set()
    found = []
    queue: list[object] = [program._run]
    while queue:
        one = queue.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        queue += [cell.cell_contents for cell in getattr(one, "__closure__", None) or ()]
        window = getattr(one, "_window", one)
        if hasattr(window, "_cells"):
            found.append(len(window._cells) + len(getattr(window, "_recent", ())))
    return found


def test_a_giant_leaves_no_trace() -> None:
    """A value of 1e150 that has left the window has left its sums too."""
    program, got = Program("avg({a}, 10s) + std({a}, 10s) * 0"), GAP
    for second in range(40):
        program.frame.numbers[0] = 1e150 if second == 5 else 2.0
        got = program.evaluate(START + second, 1)
    assert got == 2.0


def test_a_window_of_a_function_of_windows() -> None:
    """Functions over time can be put into each other, and remember in a branch that is not taken too."""
    program = Program("if({a} > 100, 0, maximum(avg({a}, 2s), 4s))")
    found = []
    for second, value in enumerate([0, 0, 8, 0, 200, 0, 0]):
        program.frame.numbers[0] = float(value)
        found.append(program.evaluate(START + second, 1))
    assert found == [0, 0, 0, 4, 0, 100, 100]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("minimum({a}, 3s)", 5.0),
        ("minimum({a}, 4s)", 0.0),
        ("avg({a}, 3s)", 5.0),
        ("delay({a}, 3s)", 5.0),
        ("delay({a}, 3.125s)", 0.0),
    ],
)
def test_the_far_edge_of_a_window_is_where_it_should_be(text: str, value: float) -> None:
    """A value that ended exactly at the edge is out; one that began there is in."""
    program, got = Program(text), GAP
    for second, number in ((0, 0.0), (1, 5.0), (4, 5.0)):
        program.frame.numbers[0] = number
        got = program.evaluate(START + second, 1)
    assert got == value
