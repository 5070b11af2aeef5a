"""The log: one line per event, and a limit on repeats, so that no fault and no stranger can fill a disk. Knows nothing of events."""

import logging
import time
from collections.abc import Callable

# Of lines made from the same words so many pass within so many seconds; the next that passes tells how many did not.
BURST = 20
WINDOW_SECONDS = 10.0
# Sources of lines told apart; beyond that the oldest is forgotten.
MAX_KINDS = 500
_LONGEST_KIND = 120


class RepeatFilter(logging.Filter):
    """Lets BURST lines of each kind pass per WINDOW_SECONDS. A kind is a logger, a level and the words before their arguments."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self.held_back = 0
        self._kinds: dict[tuple[str, int, str], list[float]] = {}  # kind: [window's end, passed, held back]

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        kind = (record.name, record.levelno, str(record.msg)[:_LONGEST_KIND])
        state = self._kinds.get(kind)
        if state is None:
            if len(self._kinds) >= MAX_KINDS:
                del self._kinds[next(iter(self._kinds))]
            state = self._kinds[kind] = [now + WINDOW_SECONDS, 0, 0]
        if now >= state[0]:
            if state[2]:
                record.msg = f"{record.msg} (and {state[2]:.0f} more such lines, held back)"
            state[:] = [now + WINDOW_SECONDS, 0, 0]
        if state[1] >= BURST:
            state[2] += 1
            self.held_back += 1
            return False
        state[1] += 1
        return True


def held_back() -> int:
    """Return how many lines were held back so far."""
    filters = [known for handler in logging.getLogger().handlers for known in handler.filters]
    return sum(known.held_back for known in filters if isinstance(known, RepeatFilter))


def start_logging() -> None:
    """Log to standard error, with a limit on repeats."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    for handler in logging.getLogger().handlers:
        handler.addFilter(RepeatFilter())
