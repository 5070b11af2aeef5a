"""Captures as segments of the state file, those that are not in a folder of their own; in the same JSON as there. See capture_files.py."""

import json
import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

from mqtt_plot.errors import PayloadError, WatchError
from mqtt_plot.recordings.capture_files import MARK, capture_of, line_of, parts
from mqtt_plot.store.captures import MAX_LINES, Capture, CaptureList, Line
from mqtt_plot.store.segments import AGAIN, DamagedStateError, Pending

log = logging.getLogger(__name__)

CAPTURE, GONE = 4, 5
# About the bytes that a point takes in the file; measured 9 to 13.
_POINT_COST = 14


class CaptureJournal:
    """Tells of `captures`: of a new one all, of one whose name or pin has changed only that."""

    kinds = (CAPTURE, GONE)

    def __init__(self, captures: CaptureList) -> None:
        self._captures = captures
        self._told: dict[int, int] = {}  # by id, which revision
        self._read: dict[int, Capture] = {}
        self._fresh: dict[int, int] = {}
        self._anew: set[int] = set()  # those of which the present file tells all
        self._told_anew: set[int] = set()

    def everything(self) -> Iterator[Pending]:
        """Yield all there are."""
        self._fresh, self._told_anew = {}, set()
        for capture in self._ours():
            yield self._tell(capture)
            yield None

    def news(self, room: float, again: float = 0.0) -> Iterator[Pending]:
        """Yield what has changed, soon after it has: those that are gone, and new ones as long as there is `room`.

        Those that only an older file tells are told anew as long as there is `again`.
        """
        ours = {capture.id: capture for capture in self._ours()}
        self._fresh = {number: revision for number, revision in self._told.items() if number in ours}
        self._told_anew = set()
        gone = [number for number in self._told if number not in ours]
        if gone:
            yield GONE, partial(_json, gone)
        for capture in ours.values():
            if self._captures.get(capture.id) is not capture:
                continue
            if capture.id in self._told and capture.id not in self._anew and again > 0:
                again -= capture.points * _POINT_COST
                yield self._tell(capture, CAPTURE | AGAIN)
                yield None
            elif room <= 0:
                continue
            elif capture.id not in self._told:
                room -= capture.points * _POINT_COST
                yield self._tell(capture)
                yield None
            elif self._told[capture.id] != capture.revision:
                self._fresh[capture.id] = capture.revision
                yield CAPTURE, partial(_json, {MARK: 1, **capture.to_json()})

    def settle(self) -> None:
        """Note that what was told is on the disk."""
        self._told = self._fresh
        self._anew = (self._anew | self._told_anew) & self._told.keys()

    def turn(self) -> None:
        """Note that a new file begins here, and that the one before it may go when all is told anew."""
        self._anew, self._told_anew = set(), set()

    @property
    def is_retold(self) -> bool:
        """True if the present file tells all, without those before it."""
        return self._told.keys() <= self._anew

    def _ours(self) -> list[Capture]:
        return [capture for capture in self._captures if capture.lines is not None]

    def _tell(self, capture: Capture, kind: int = CAPTURE) -> Pending:
        self._fresh[capture.id] = capture.revision
        self._told_anew.add(capture.id)
        return kind, partial(_text, capture.to_json(), list(capture.lines or ()))

    def apply(self, kind: int, content: bytes) -> None:
        """Take in one segment. Raises DamagedStateError."""
        try:
            if kind == GONE:
                for number in json.loads(content):
                    self._read.pop(int(number), None)
            else:
                self._take(json.loads(content))
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError, PayloadError):
            raise DamagedStateError("what it tells of a capture makes no sense") from None

    def _take(self, fields: dict[str, Any]) -> None:
        capture = capture_of(fields)
        before = self._read.get(capture.id)
        if "lines" in fields:
            lines = [line_of(line) for line in fields["lines"][:MAX_LINES]]
            capture.lines, capture.tags = lines, [line.tag for line in lines]
            capture.points = sum(len(line.times) for line in lines)
            self._read[capture.id] = capture
            self._told_anew.add(capture.id)
        elif before is not None:
            before.name, before.is_pinned = capture.name, capture.is_pinned

    def finish(self, *, is_whole: bool) -> None:
        """Fill the list, the oldest first."""
        for number in sorted(self._read):
            capture = self._read[number]
            try:
                self._captures.add(capture)
            except WatchError as error:
                log.warning("capture %d of the state passed over: %s", number, error)
        if is_whole:
            self._told = {number: capture.revision for number, capture in self._read.items()}
            self._anew = self._told_anew & self._told.keys()
        self._read = {}


def _text(head: dict[str, object], lines: list[Line]) -> bytes:
    return "".join(parts(head, lines)).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
