"""Waiting for a condition with a deadline; the only place in the tests that lets time pass."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeVar

_PAUSE_SECONDS = 0.02

T = TypeVar("T")


def wait_until(ask: Callable[[], T], what: str, seconds: float = 15.0) -> T:
    """Ask again and again until the answer is true, and return it; TimeoutError names `what` and the last answer."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(_late(what, seconds, answer))
        pause.wait(_PAUSE_SECONDS)
    return answer


async def until(ask: Callable[[], T], what: str, seconds: float = 15.0) -> T:
    """As `wait_until`, for a test that runs in the event loop: the loop goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(_late(what, seconds, answer))
        await asyncio.sleep(_PAUSE_SECONDS)
    return answer


def _late(what: str, seconds: float, answer: object) -> str:
    return f"waited {seconds:g} s for {what}; the last answer was {answer!r:.400}"
