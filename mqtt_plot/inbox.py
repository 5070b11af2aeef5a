"""The one thread crossing: a network thread puts messages in, the event loop takes them out in batches.

Bounded: beyond `limit` messages a QoS 0 message is dropped and counted (`messages_dropped.inbox_full`); for QoS 1 and 2 the network
thread first waits up to `patience` seconds, because TCP then holds the sender back and the broker keeps the rest for us.
"""

import threading
from collections import deque
from collections.abc import Callable

from mqtt_plot.ingest import Message

LIMIT = 10_000
PATIENCE_SECONDS = 5.0


class Inbox:
    """A bounded deque; `wake` is called (from the network thread) when the first message lies in an empty box."""

    def __init__(self, wake: Callable[[], None], limit: int = LIMIT, patience: float = PATIENCE_SECONDS) -> None:
        self.limit = limit
        self.dropped = 0  # written by the network thread only, read by the loop
        self._wake = wake
        self._patience = patience
        self._messages: deque[Message] = deque()
        self._has_room = threading.Event()
        self._is_asleep = True

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: Message, *, may_wait: bool) -> None:
        """Hand a message to the loop. Called from one network thread."""
        messages = self._messages
        if len(messages) >= self.limit and not (may_wait and self._wait_for_room()):
            self.dropped += 1
            return
        messages.append(message)
        if self._is_asleep:
            self._is_asleep = False
            self._wake()

    def _wait_for_room(self) -> bool:
        self._has_room.clear()
        if len(self._messages) < self.limit:  # the loop may have emptied the box just before the flag was cleared
            return True
        return self._has_room.wait(self._patience)

    def take(self, limit: int) -> list[Message]:
        """Return up to `limit` messages, oldest first. Called from the loop only."""
        messages = self._messages
        batch = [messages.popleft() for _ in range(min(limit, len(messages)))]
        self._has_room.set()
        return batch

    def rest(self) -> bool:
        """Let the network thread wake the loop again; False if messages lie here still, so that the loop must go on."""
        self._is_asleep = True
        if not self._messages:
            return True
        self._is_asleep = False
        return False
