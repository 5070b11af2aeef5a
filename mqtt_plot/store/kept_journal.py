"""Small things as segments of the state file: events, limits, triggers, notes. Knows nothing of what is in them.

What the sections dump is told leaf by leaf: a leaf is an entry of a list of objects with an `id`, or what lies three levels deep. Only the
leaves that have changed are told again.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from mqtt_plot.errors import MqttPlotError
from mqtt_plot.store.kept_file import Kept
from mqtt_plot.store.segments import AGAIN, DamagedStateError, Pending

log = logging.getLogger(__name__)

KEPT = 3
_DEPTH = 3
# Far more than all lists together may have.
_MAX_LEAVES = 50_000
Path = tuple[str | int, ...]
Leaves = dict[Path, object]


class KeptJournal:
    """Tells of `sections`; `load_old` fills them where a file tells nothing of them."""

    kinds = (KEPT,)

    def __init__(self, sections: Mapping[str, Kept], load_old: Callable[[], None] = lambda: None) -> None:
        self._was_read = False
        self._load_old = load_old
        self._sections = sections
        self._told: Leaves = {}
        self._leaves: Leaves = {}
        self._told_revisions: list[int] = []
        self._revisions: list[int] = []
        self.is_retold = True  # the present file tells all, without those before it
        self._tells_all = False

    def everything(self) -> Iterator[Pending]:
        """Yield all there is."""
        self._tells_all = True
        yield from self._changes({})

    def news(self, room: float, again: float = 0.0) -> Iterator[Pending]:
        """Yield what has changed, soon after it has, if there is `room` at all; or all that an older file tells, if there is `again`."""
        self._tells_all = again > 0 and not self.is_retold
        if self._tells_all:
            yield from self._changes({}, KEPT | AGAIN)
        elif room > 0 and self._now() != self._told_revisions:
            yield from self._changes(self._told)

    def settle(self) -> None:
        """Note that what was told is on the disk."""
        self._told, self._told_revisions = self._leaves, self._revisions
        self.is_retold = self.is_retold or self._tells_all

    def turn(self) -> None:
        """Note that a new file begins here, and that the one before it may go when all is told anew."""
        self.is_retold = False

    def _changes(self, told: Leaves, kind: int = KEPT) -> Iterator[Pending]:
        self._revisions = self._now()
        leaves = self._leaves = dict(_leaves({name: section.dump() for name, section in self._sections.items()}))
        changed = [[path, leaf] for path, leaf in leaves.items() if path not in told or told[path] != leaf]
        gone = [path for path in told if path not in leaves]
        yield kind, partial(_json, {"set": changed, "gone": gone})

    def _now(self) -> list[int]:
        return [section.revision for section in self._sections.values()]

    def apply(self, kind: int, content: bytes) -> None:
        """Take in one segment. Raises DamagedStateError."""
        try:
            said = json.loads(content)
            gone = [_path(path) for path in said["gone"]]
            changed = {_path(path): leaf for path, leaf in said["set"]}
        except (KeyError, TypeError, ValueError, RecursionError):
            raise DamagedStateError("what it tells of events, limits and notes makes no sense") from None
        self._was_read = True
        self.is_retold = self.is_retold or bool(kind & AGAIN)
        for path in gone:
            self._told.pop(path, None)
        self._told |= changed
        if len(self._told) > _MAX_LEAVES:
            raise DamagedStateError("it tells of too many events, limits and notes")

    def finish(self, *, is_whole: bool) -> None:
        """Fill the sections. One that makes no sense stays empty, and that is said."""
        if not self._was_read:
            self._load_old()
        kept = _tree(self._told)
        for name, section in self._sections.items():
            try:
                if isinstance(kept, dict) and name in kept:
                    section.restore(kept[name])
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError, MqttPlotError) as error:
                log.warning("%s of the state not taken up: %.200r", name, error)
        if is_whole:
            self._told_revisions = self._now()


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, object]]:  # noqa: ANN401 - for JSON
    match value:
        case dict() if value and len(path) < _DEPTH:
            for name, below in value.items():
                yield from _leaves(below, (*path, str(name)))
        case [{"id": int()}, *_]:
            yield from (((*path, int(item["id"])), item) for item in value)
        case _:
            yield path, value


def _tree(leaves: Leaves) -> object:
    """Return what `_leaves` has taken apart."""
    root: dict[Any, Any] = {}
    for path, leaf in leaves.items():
        at = root
        for step in path[:-1]:
            below = at.get(step)
            at[step] = at = below if isinstance(below, dict) else {}
        at[path[-1]] = leaf
    return _listed(root, 0)


def _listed(value: Any, depth: int) -> object:  # noqa: ANN401 - decoded JSON
    if not isinstance(value, dict) or depth > _DEPTH:
        return value
    if value and all(isinstance(name, int) for name in value):
        return [value[number] for number in sorted(value)]
    return {name: _listed(below, depth + 1) for name, below in value.items()}


def _path(path: object) -> Path:
    if not isinstance(path, list) or not 0 < len(path) <= _DEPTH + 1:
        raise ValueError("a path makes no sense")
    return tuple(step if isinstance(step, int) else str(step) for step in path)


def _json(value: object) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
