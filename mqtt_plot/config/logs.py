"""The log: one line per event, and a limit on repeats, so that neither a fault nor a stranger can fill the disk."""

import logging
import time
from collections.abc import Callable

# Of lines made from the same words so many pass at once, and then one in so many seconds, which tells how many did not.
BURST = 20
LINE_SECONDS = 10.0
# Sources of lines told apart; beyond that the oldest is forgotten.
MAX_KINDS = 500
_LONGEST_KIND = 120


class RepeatFilter(logging.Filter):
    """Lets BURST lines of each kind pass, and one more for every LINE_SECONDS.

    A kind is a logger, a level and the words before their arguments.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self.held_back = 0
        self._kinds: dict[tuple[str, int, str], tuple[float, int]] = {}  # kind: (when BURST may pass again, held back)

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        kind = (record.name, record.levelno, str(record.msg)[:_LONGEST_KIND])
        if kind not in self._kinds and len(self._kinds) >= MAX_KINDS:
            del self._kinds[next(iter(self._kinds))]
        full, held = self._kinds.get(kind, (now, 0))
        full = max(full, now) + LINE_SECONDS
        if full > now + BURST * LINE_SECONDS:
            self._kinds[kind] = full - LINE_SECONDS, held + 1
            self.held_back += 1
            return False
        if held:
            record.msg = f"{record.msg} (and {held} more such lines, held back)"
        self._kinds[kind] = full, 0
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
