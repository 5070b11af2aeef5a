"""A list whose readers get what has changed since their last call: events, notes, captures. Knows nothing of its entries."""

from collections import deque
from collections.abc import Iterator
from typing import Generic, NamedTuple, Protocol, TypeVar

MAX_GONE = 1_000


class Entry(Protocol):
    """An entry of a ledger; `id` counts up and is never used again, the ledger sets `revision`."""

    id: int
    revision: int

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and frames (docs/protocol.md)."""


E = TypeVar("E", bound=Entry)


class LedgerChanges(NamedTuple):
    """The changes for one reader; with `is_full` they replace all that it has."""

    is_full: bool
    entries: list[dict[str, object]]
    gone: list[int]


class Ledger(Generic[E]):
    """Entries by id, oldest first, each with the revision of its last change. Subclasses keep it bounded."""

    def __init__(self) -> None:
        self.revision = 1  # readers begin with 0
        self._entries: dict[int, E] = {}
        self._gone: deque[tuple[int, int]] = deque(maxlen=MAX_GONE)
        self._last_id = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._entries

    def get(self, entry_id: int) -> E | None:
        return self._entries.get(entry_id)

    def next_id(self) -> int:
        """Return an id that no entry had before."""
        self._last_id += 1
        return self._last_id

    def put(self, entry: E) -> None:
        """Add an entry, or note that it has changed."""
        self.revision += 1
        entry.revision = self.revision
        self._entries[entry.id] = entry
        self._last_id = max(self._last_id, entry.id)

    def remove(self, entry: E) -> None:
        """Forget an entry that is listed."""
        del self._entries[entry.id]
        self.revision += 1
        self._gone.append((self.revision, entry.id))

    def delete(self, entry: E) -> None:
        """Forget an entry, and whatever comes of it."""
        self.remove(entry)

    def since(self, revision: int, newest: int) -> LedgerChanges:
        """Return what changed since `revision`; if that is not known any more (or 0), the `newest` entries."""
        gone = self._gone
        is_full = revision == 0 or (len(gone) == gone.maxlen and gone[0][0] > revision)
        changed = list(self)[-newest:] if is_full else [entry for entry in self if entry.revision > revision]
        return LedgerChanges(
            is_full,
            [entry.to_json() for entry in changed],
            [] if is_full else [entry_id for at, entry_id in gone if at > revision],
        )
