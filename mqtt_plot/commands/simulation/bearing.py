"""The vibration of a pump's bearing, as an accelerometer sends it: batches at 3.2 kHz with three tones and noise. Reads no clock.

The shaft turns 25 times a second at full speed; five vanes pass at five times that. The balls knock at a fault in the outer race 3.58 times a
turn (a bearing of 9 balls), softly while it is new and hard when it is worn.
"""

import math
from random import Random
from typing import NamedTuple

SAMPLES_PER_SECOND = 3_200
SHAFT_HERTZ = 25.0
VANES = 5
KNOCKS_PER_TURN = 3.58
_NOISE = 0.02


class Wave(NamedTuple):
    """Accelerations in g at SAMPLES_PER_SECOND, oldest first."""

    values: list[float]


class Bearing:
    """Goes on from batch to batch without a jump."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._turns = 0.0

    def step(self, dt: float, speed: float, wear: float) -> Wave:
        """Return what happens in `dt` seconds at a speed from 0 to 1 and a wear from 0 to 1."""
        n = round(dt * SAMPLES_PER_SECOND)
        turn = 2 * math.pi * SHAFT_HERTZ * speed / SAMPLES_PER_SECOND
        shaft, vanes, knocks = 0.30 * speed**2, 0.12 * speed**2, (0.05 + 0.75 * wear) * speed
        start, noise, sin = self._turns, self._random.gauss, math.sin
        angles = [start + turn * place for place in range(1, n + 1)]
        self._turns = (start + turn * n) % (2 * math.pi * 50)  # 50 turns are whole numbers of vanes and knocks
        return Wave(
            [
                round(shaft * sin(a) + vanes * sin(VANES * a) + knocks * sin(KNOCKS_PER_TURN * a) + noise(0, _NOISE), 4)
                for a in angles
            ]
        )
