"""A simulated plant: a pump and a mixing tank, with values that depend on each other. Reads no clock and sends nothing.

First-order lags throughout: a quantity x follows its target as dx/dt = (target - x) / tau. Affinity laws for the pump
(flow as speed, pressure as its square); bearing wear shows in the vibration first, then in the temperature, then trips the pump.
"""

import math
from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

from mqtt_plot.commands.simulation.bearing import Bearing, Wave

Value = float | bool | str

AMBIENT = 21.0  # °C


class Signal(NamedTuple):
    """A measured quantity of a machine: how often it is sent, its unit ("" for words and booleans), and its decimals.

    `meta` is what the device says of it, retained, where it sends raw numbers.
    """

    name: str
    hertz: float
    unit: str = ""
    decimals: int = 0
    meta: Mapping[str, object] | None = None


# An analogue input of a controller, a status word, and a counter that begins anew, as controllers send them.
_SUCTION = {"range": [0, 27648, -1, 3], "unit": "bar", "label": "Suction pressure", "decimals": 2}
_STATUS = {"bits": {"0": "ready", "1": "turning", "3": "overload", "4": "hot"}, "label": "Status word"}
_VOLUME = {"wrap": 65536, "gain": 0.1, "unit": "l", "label": "Volume", "decimals": 1}


PUMP_SIGNALS = (
    Signal("vibration", 10, "mm/s", 2),
    Signal("pressure", 5, "bar", 2),
    Signal("flow", 5, "l/min", 1),
    Signal("temperature", 2, "°C", 1),
    Signal("running", 2),
    Signal("state", 2),
    Signal("suction", 2, meta=_SUCTION),
    Signal("status", 2, meta=_STATUS),
    Signal("volume", 2, meta=_VOLUME),
)
TANK_SIGNALS = (
    Signal("level", 2, "%", 1),
    Signal("temperature", 2, "°C", 1),
    Signal("heater", 2),
    Signal("state", 2),
)


def _follow(value: float, target: float, tau: float, dt: float) -> float:
    """Return where a first-order lag with time constant `tau` seconds is after `dt` seconds; exact for any dt."""
    return target + (value - target) * math.exp(-dt / tau)


class Pump:
    """Runs 30 to 60 s, stands 15 to 30 s; every third run or so the bearing wears out over its last 12 s and trips the pump."""

    signals = PUMP_SIGNALS
    WEAR_SECONDS = 12.0
    FAULT_SECONDS = 10.0

    def __init__(self, random: Random) -> None:
        self._random = random
        self.state = "RUN"
        self.left = random.uniform(30, 60)
        self.runs = 1
        self.is_doomed = False
        self.speed = 0.0
        self.wear = 0.0
        self.temperature = AMBIENT
        self.pulses = 65_000.0  # of 0.1 l each; the counter soon begins anew
        self.bearing = Bearing(Random(0))  # noqa: S311 - its own, so that all else stays as it is

    def step(self, dt: float) -> None:
        """Let `dt` seconds go by."""
        self.left -= dt
        if self.left <= 0:
            self._switch()
        runs = self.state == "RUN"
        self.speed = _follow(self.speed, 1.0 if runs else 0.0, 1.5 if runs else 3.0, dt)
        if runs and self.is_doomed:
            self.wear = min(1.0, max(0.0, 1 - self.left / self.WEAR_SECONDS))
        heat = self.speed**2 * (32 + 45 * self.wear)
        self.temperature = _follow(self.temperature, AMBIENT + heat, 25.0 if runs else 40.0, dt)
        self.pulses += self.speed * (118 - 22 * self.wear) / 6 * dt

    def _switch(self) -> None:
        match self.state:
            case "RUN" if self.is_doomed:
                self.state, self.left = "FAULT", self.FAULT_SECONDS
            case "RUN":
                self.state, self.left = "STOP", self._random.uniform(15, 30)
            case _:  # STOP is over, or FAULT is repaired
                self.state, self.left = "RUN", self._random.uniform(30, 60)
                self.runs += 1
                self.wear = 0.0
                self.is_doomed = self.runs == 2 or self._random.random() < 1 / 3  # noqa: PLR2004 - nobody waits long for the first

    def read(self) -> dict[str, Value]:
        """Return what the sensors show now, with their noise."""
        noise = self._random.gauss
        speed = self.speed
        # Passing its critical speed on the way up and down, the shaft shakes.
        critical = 3.0 * math.exp(-(((speed - 0.55) / 0.12) ** 2))
        vibration = 0.08 + 1.4 * speed**2 + critical + 6.5 * self.wear**2 * speed
        return {
            "vibration": abs(vibration * (1 + noise(0, 0.08)) + noise(0, 0.03)),
            "pressure": max(0.0, 0.4 + speed**2 * (5.2 - 0.9 * self.wear) + noise(0, 0.03)),
            "flow": max(0.0, speed * (118 - 22 * self.wear) * (1 + noise(0, 0.01))),
            "temperature": self.temperature + noise(0, 0.06),
            "running": self.state == "RUN",
            "state": self.state,
            "suction": round((0.6 - 0.9 * speed**2 + 1) / 4 * 27_648),
            "status": self._status(),
            "volume": int(self.pulses) % 65_536,
        }

    def _status(self) -> int:
        is_turning, is_hot = self.speed > 0.05, self.temperature > AMBIENT + 40  # noqa: PLR2004
        return (self.state != "FAULT") | is_turning << 1 | (self.wear > 0.5) << 3 | is_hot << 4  # noqa: PLR2004


class Tank:
    """Fills, heats to 65 °C with a two-point controller, and drains: a batch of about three minutes."""

    signals = TANK_SIGNALS
    SET_POINT, HYSTERESIS, HOLD_SECONDS = 65.0, 1.5, 40.0

    def __init__(self, random: Random) -> None:
        self._random = random
        self.state = "FILL"
        self.level = 10.0
        self.temperature = AMBIENT
        self.is_heating = False
        self.held = 0.0

    def step(self, dt: float) -> None:
        """Let `dt` seconds go by."""
        match self.state:
            case "FILL":
                added = min(2.2 * dt, 95 - self.level)
                self.temperature += (AMBIENT - self.temperature) * added / (self.level + added)  # cold water mixes in
                self.level += added
                self.state = "HEAT" if self.level >= 95 else "FILL"  # noqa: PLR2004 - percent
            case "HEAT":
                self._control(dt)
            case _:
                self.level = max(10.0, self.level - 2.8 * dt)
                self.state = "FILL" if self.level <= 10 else "DRAIN"  # noqa: PLR2004 - percent
        target = 110.0 if self.is_heating else AMBIENT
        self.temperature = _follow(self.temperature, target, 60.0 if self.is_heating else 400.0, dt)

    def _control(self, dt: float) -> None:
        if self.temperature < self.SET_POINT - self.HYSTERESIS:
            self.is_heating = True
        elif self.temperature > self.SET_POINT:
            self.is_heating = False
        if self.held > 0 or not self.is_heating:
            self.held += dt
        if self.held >= self.HOLD_SECONDS:
            self.state, self.held, self.is_heating = "DRAIN", 0.0, False

    def read(self) -> dict[str, Value]:
        """Return what the sensors show now, with their noise."""
        noise = self._random.gauss
        return {
            "level": self.level + noise(0, 0.15),
            "temperature": self.temperature + noise(0, 0.08),
            "heater": self.is_heating,
            "state": self.state,
        }


class Reading(NamedTuple):
    """What one sensor shows: a number in `signal.unit`, a boolean or a word."""

    tag: str
    signal: Signal
    value: Value


class Plant:
    """All machines, stepped together. The same seed and the same steps give the same readings."""

    def __init__(self, seed: int = 1) -> None:
        self.pump = Pump(Random(seed))  # noqa: S311 - a simulation
        self.tank = Tank(Random(seed + 1))  # noqa: S311
        self._seconds = 0.0

    def step(self, dt: float) -> dict[str, Reading]:
        """Let `dt` seconds go by; return the readings that fell due meanwhile, by tag, at most one per tag."""
        before, self._seconds = self._seconds, self._seconds + dt
        for machine in (self.pump, self.tank):
            machine.step(dt)
        return {reading.tag: reading for reading in self._due(before)}

    @property
    def seconds(self) -> float:
        """How long the plant has been there."""
        return self._seconds

    def waves(self, dt: float) -> dict[str, Wave]:
        """Return what the fast sensors saw in the last `dt` seconds, by tag."""
        return {"pump1/bearing": self.pump.bearing.step(dt, self.pump.speed, self.pump.wear)}

    def metas(self) -> dict[str, Mapping[str, object]]:
        """Return what the devices say of their tags, by tag."""
        return {
            f"{name}/{signal.name}": signal.meta
            for name, machine in (("pump1", self.pump), ("tank1", self.tank))
            for signal in machine.signals
            if signal.meta is not None
        }

    def _due(self, before: float) -> Iterator[Reading]:
        for name, machine in (("pump1", self.pump), ("tank1", self.tank)):
            values = machine.read()
            for signal in machine.signals:
                # A touch of a step forgives that 0.1 has no exact binary form.
                if math.floor(self._seconds * signal.hertz + 1e-6) > math.floor(before * signal.hertz + 1e-6):
                    yield Reading(f"{name}/{signal.name}", signal, values[signal.name])
