"""How long the event loop works at a stretch, in seconds of its own thread's processor time: other programs do not count."""

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stretches:
    """The longest turn of the loop so far: all that is done between two looks at sockets and timers."""

    longest = 0.0


@contextmanager
def measured() -> Iterator[Stretches]:
    """Measure all loops of this process until the block ends."""
    stretches = Stretches()
    gc.freeze()  # what the test program holds itself would take the collector a long time to look through
    run_once = asyncio.BaseEventLoop._run_once  # type: ignore[attr-defined]  # asyncio has no name for it

    def timed(loop: asyncio.BaseEventLoop) -> None:
        begun = time.thread_time()
        run_once(loop)
        stretches.longest = max(stretches.longest, time.thread_time() - begun)

    asyncio.BaseEventLoop._run_once = timed  # type: ignore[attr-defined]
    try:
        yield stretches
    finally:
        gc.unfreeze()
        asyncio.BaseEventLoop._run_once = run_once  # type: ignore[attr-defined]
