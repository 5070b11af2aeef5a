import cmath
import math
from itertools import pairwise
from random import Random

import pytest

from mqtt_plot.commands.simulation.bearing import SAMPLES_PER_SECOND, Bearing
from mqtt_plot.commands.simulation.plant import AMBIENT, Plant, Reading, Value

STEP = 0.1


def run(plant: Plant, seconds: float) -> dict[str, list[Value]]:
    """Step a plant and collect each tag's values."""
    seen: dict[str, list[Value]] = {}
    for _ in range(round(seconds / STEP)):
        for tag, reading in plant.step(STEP).items():
            seen.setdefault(tag, []).append(reading.value)
    return seen


def until_pump(plant: Plant, state: str, limit: float = 600) -> list[dict[str, Reading]]:
    """Step a plant until its pump is in `state`; return the readings of each step."""
    steps = []
    for _ in range(round(limit / STEP)):
        steps.append(plant.step(STEP))
        if plant.pump.state == state:
            return steps
    pytest.fail(f"no {state} within {limit} s")


def test_the_same_seed_gives_the_same_readings_and_another_seed_others() -> None:
    """A demo can be repeated."""
    first, again, other = run(Plant(7), 120), run(Plant(7), 120), run(Plant(8), 120)
    assert first == again
    assert first != other


def test_each_sensor_keeps_its_own_rate() -> None:
    """Vibration comes 10 times a second, pressure and flow 5 times, all else twice; no reading is lost to rounding."""
    counts = {tag: len(values) for tag, values in run(Plant(), 60).items()}
    assert counts == {
        "pump1/vibration": 600,
        "pump1/pressure": 300,
        "pump1/flow": 300,
        "pump1/temperature": 120,
        "pump1/running": 120,
        "pump1/state": 120,
        "pump1/suction": 120,
        "pump1/status": 120,
        "pump1/volume": 120,
        "tank1/level": 120,
        "tank1/temperature": 120,
        "tank1/heater": 120,
        "tank1/state": 120,
    }


def test_a_coarse_step_gives_each_tag_once() -> None:
    """A step longer than a sensor's interval yields its newest reading only."""
    readings = Plant().step(1.0)
    assert len(readings) == 13
    assert all(tag == reading.tag for tag, reading in readings.items())


def test_the_pump_runs_and_stands_in_turn() -> None:
    """A run lasts 30 to 60 s, a rest 15 to 30 s, and `running` says the same as the state word."""
    plant = Plant(3)
    assert plant.pump.state == "RUN"
    run_seconds = len(until_pump(plant, "STOP")) * STEP
    stop_seconds = len(until_pump(plant, "RUN")) * STEP
    assert 30 <= run_seconds <= 60 + STEP
    assert 15 <= stop_seconds <= 30 + STEP
    seen = run(plant, 300)
    assert [state == "RUN" for state in seen["pump1/state"]] == seen["pump1/running"]


def test_a_standing_pump_moves_no_liquid_and_cools_slowly() -> None:
    """Flow is gone within 15 s, while the casing is still warm: the temperature has the longest time constant."""
    plant = Plant(3)
    until_pump(plant, "STOP")
    hot = plant.pump.temperature
    run(plant, 14.5)
    assert plant.pump.read()["flow"] == pytest.approx(0, abs=2)
    assert AMBIENT + 5 < plant.pump.temperature < hot - 3


@pytest.mark.parametrize("seed", range(5))
def test_vibration_rises_well_before_the_pump_trips(seed: int) -> None:
    """In the last 3 s before a fault the pump shakes at least twice as hard as it did 20 s before."""
    plant = Plant(seed)
    steps = until_pump(plant, "FAULT")
    vibration = [float(step["pump1/vibration"].value) for step in steps]
    healthy, worn = vibration[-250:-200], vibration[-30:]
    assert sum(worn) / len(worn) > 2 * sum(healthy) / len(healthy)


@pytest.mark.parametrize("seed", range(5))
def test_nobody_waits_long_for_the_first_fault(seed: int) -> None:
    """The second run ends in a fault, which is repaired, and the pump runs again."""
    plant = Plant(seed)
    assert len(until_pump(plant, "FAULT")) * STEP < 160
    until_pump(plant, "RUN")
    assert plant.pump.wear == 0


def test_the_tank_goes_through_whole_batches() -> None:
    """It fills, heats to its set point and holds it, drains, and begins anew; level and temperature stay in their ranges."""
    seen = run(Plant(), 600)
    states = seen["tank1/state"]
    changes = [state for before, state in zip([None, *states], states, strict=False) if state != before]
    assert changes[:4] == ["FILL", "HEAT", "DRAIN", "FILL"]
    assert 5 < min(map(float, seen["tank1/level"])) < max(map(float, seen["tank1/level"])) < 97
    assert 60 < max(map(float, seen["tank1/temperature"])) < 68
    assert set(seen["tank1/heater"]) == {True, False}


def amplitude(values: list[float], hertz: float) -> float:
    """Return the amplitude of one tone, by the Fourier sum itself."""
    turn = -2j * math.pi * hertz / SAMPLES_PER_SECOND
    return 2 * abs(sum(value * cmath.exp(turn * place) for place, value in enumerate(values))) / len(values)


@pytest.mark.parametrize(("wear", "knocks"), [(0.0, 0.05), (1.0, 0.80)])
def test_the_bearing_shows_its_fault_in_the_spectrum(wear: float, knocks: float) -> None:
    """At full speed: the shaft at 25 Hz, the vanes at 125 Hz, the balls at 89.5 Hz, more with wear; between them next to nothing."""
    bearing = Bearing(Random(1))  # noqa: S311 - a simulation
    values = [value for _ in range(20) for value in bearing.step(0.1, 1.0, wear).values]
    found = [amplitude(values, hertz) for hertz in (25, 125, 89.5, 60, 400)]
    assert found == pytest.approx([0.30, 0.12, knocks, 0, 0], abs=0.004)


def test_raw_values_are_those_of_a_controller() -> None:
    """Whole numbers of an analogue input and a status word, and a counter that begins anew and else only goes up."""
    seen = run(Plant(), 120)
    volumes = [int(value) for value in seen["pump1/volume"]]
    turns = sum(after < before for before, after in pairwise(volumes))
    assert all(isinstance(value, int) and 0 <= value <= 27_648 for value in seen["pump1/suction"])
    assert (turns, max(volumes) < 65_536, {int(value) & 1 for value in seen["pump1/status"]} <= {0, 1}) == (
        1,
        True,
        True,
    )
