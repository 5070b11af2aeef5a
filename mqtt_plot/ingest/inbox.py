"""The queue between threads: a network thread puts messages in, the event loop pops them in batches.

Bounded by `limit` messages and `limit_bytes`. When it is full, the network thread waits up to `timeout` seconds for room. Meanwhile it
reads nothing, TCP holds the broker back, and the broker queues the rest within its own limits. After that, messages are dropped and
counted (`messages_dropped.inbox_full`).
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from mqtt_plot.samples import Message

LIMIT = 10_000
# 10,000 messages of the largest size would be gigabytes, and a machine may have 256 MB in all.
LIMIT_BYTES = 8 * 1024 * 1024
TIMEOUT_SECONDS = 5.0


class Inbox:
    """A bounded deque. The network thread calls `wake` when it puts a message into an empty one."""

    def __init__(
        self,
        wake: Callable[[], None],
        limit: int = LIMIT,
        timeout: float = TIMEOUT_SECONDS,
        limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        self.limit = limit
        self.limit_bytes = limit_bytes
        self.dropped = 0  # written by the network thread only, read by the loop
        self._wake = wake
        self._timeout = timeout
        self._messages: deque[Message] = deque()
        # Each thread writes one of the two, so neither needs a lock. The difference is what the inbox holds.
        self._bytes_put = 0
        self._bytes_popped = 0
        self._has_room = threading.Event()
        self._is_asleep = True

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, messages: Sequence[Message]) -> None:
        """Queue the messages of one read for the loop, in order. For one network thread."""
        start = 0
        while start < len(messages):
            if self._room() <= 0 and not self._wait_for_room():
                self.dropped += len(messages) - start
                return
            part = messages[start : start + max(1, self._room())]
            self._bytes_put += sum(len(message.payload) for message in part)
            self._messages.extend(part)
            start += len(part)
            if self._is_asleep:
                self._is_asleep = False
                self._wake()

    def _room(self) -> int:
        """Return how many more messages fit. While any bytes are free, the last read may exceed `limit_bytes`."""
        if self._bytes_put - self._bytes_popped >= self.limit_bytes:
            return 0
        return self.limit - len(self._messages)

    def _wait_for_room(self) -> bool:
        self._has_room.clear()
        if self._room() > 0:  # the loop may have emptied the inbox just before the flag was cleared
            return True
        return self._has_room.wait(self._timeout)

    def pop(self, limit: int, limit_bytes: int = LIMIT_BYTES) -> list[Message]:
        """Remove and return up to `limit` messages, oldest first; stop once they have `limit_bytes`. For the loop only."""
        messages = self._messages
        batch: list[Message] = []
        size = 0
        while messages and len(batch) < limit and size < limit_bytes:
            message = messages.popleft()
            batch.append(message)
            size += len(message.payload)
        self._bytes_popped += size
        self._has_room.set()
        return batch

    def rest(self) -> bool:
        """Let the network thread wake the loop again. Return False if there are still messages, and the loop must go on."""
        self._is_asleep = True
        if not self._messages:
            return True
        self._is_asleep = False
        return False
