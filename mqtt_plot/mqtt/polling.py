"""`select` for descriptors of any number: the system's own ends at 1,024, and a busy bridge has more connections than that.

It also stands where paho looks for `select.select`, see `take_over`. Knows nothing of MQTT.
"""

import select as system
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

_READABLE = system.POLLIN | system.POLLPRI | system.POLLHUP | system.POLLERR
_WRITABLE = system.POLLOUT | system.POLLERR


def select(
    reading: Sequence[Any], writing: Sequence[Any], _failing: Iterable[Any] = (), timeout: float | None = None
) -> tuple[list[Any], list[Any], list[Any]]:
    """Wait at most `timeout` seconds; return what can be read and what can be written. Raises ValueError for a closed descriptor."""
    wanted: dict[int, int] = {}
    for mask, files in ((system.POLLIN | system.POLLPRI, reading), (system.POLLOUT, writing)):
        for file in files:
            number = file if isinstance(file, int) else file.fileno()
            wanted[number] = wanted.get(number, 0) | mask
    poll = system.poll()
    for number, mask in wanted.items():
        poll.register(number, mask)
    found = dict(poll.poll(None if timeout is None else max(0.0, timeout * 1000)))
    if any(event & system.POLLNVAL for event in found.values()):
        raise ValueError("a descriptor is closed")  # as select.select does, and as paho expects
    return _having(reading, found, _READABLE), _having(writing, found, _WRITABLE), []


def _having(files: Sequence[Any], found: dict[int, int], mask: int) -> list[Any]:
    return [file for file in files if found.get(file if isinstance(file, int) else file.fileno(), 0) & mask]


def take_over(module: ModuleType) -> None:
    """Make a module that says `select.select` use this one: paho has no setting for it."""
    module.select = _Polling  # type: ignore[attr-defined]


class _Polling:
    select = staticmethod(select)
