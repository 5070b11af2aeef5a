"""Captures as JSON files of a folder, `--captures FOLDER`: written at once, on another thread, and read when somebody asks.

The first line of a file is what the list tells of the capture, so that a start reads no points. What cannot be written stays in memory.
"""

import asyncio
import json
import logging
import os
import re
import time
from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mqtt_plot.errors import PayloadError, WatchError
from mqtt_plot.metrics import Counters
from mqtt_plot.samples import FARTHEST
from mqtt_plot.store.captures import MAX_CAPTURES, Capture, CaptureList, Line
from mqtt_plot.store.facts import Facts, checked_times, checked_values
from mqtt_plot.store.files import write_whole

log = logging.getLogger(__name__)

MARK = "mqtt_plot_capture"
SUFFIX = ".capture.json"
_MAX_HEAD = 64 * 1024
_MAX_FILE = 64 * 1024 * 1024
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z]+")


class CaptureFiles:
    """Keeps the captures of a list in `folder`; None: in memory only."""

    def __init__(self, folder: Path | None, captures: CaptureList, counters: Counters) -> None:
        self.folder = folder
        self._captures = captures
        self._counters = counters
        self._is_failing = False
        self._work: asyncio.Queue[Capture] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        captures.on_new = self.write
        captures.on_gone = self._forget

    def load(self) -> None:
        """List what lies in the folder, the newest files."""
        if self.folder is None:
            return
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder) if _is_ours(entry))
        except OSError as error:
            log.warning("captures not read from %s: %s", self.folder, error.strerror)
            return
        for name in names[-MAX_CAPTURES:]:
            try:
                self._captures.add(_read_head(self.folder / name))
            except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError, WatchError) as error:
                log.warning("capture %s passed over: %s", name, error)

    def start(self) -> None:
        """Begin to write; needs a running event loop."""
        if self.folder is not None:
            self._task = asyncio.create_task(self._keep_writing(), name="captures")

    async def stop(self) -> None:
        """Write what has not been written yet. Safe to call twice."""
        if self._task is None:
            return
        await self._work.join()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    def write(self, capture: Capture) -> None:
        """Write a capture soon: a new one, or one whose name or pin has changed."""
        if self._task is not None:
            self._work.put_nowait(capture)

    async def lines(self, capture: Capture) -> list[Line]:
        """Return the points. Raises WatchError("disk")."""
        if capture.lines is not None:
            return list(capture.lines)
        assert self.folder is not None  # noqa: S101 - it came from there
        try:
            return await asyncio.to_thread(_read_lines, self.folder / capture.file)
        except (OSError, ValueError, KeyError, TypeError, PayloadError) as error:
            raise WatchError("disk", f"the file {capture.file} cannot be read: {error}") from None

    async def _keep_writing(self) -> None:
        while True:
            capture = await self._work.get()
            try:
                await self._write(capture)
            except (OSError, WatchError) as error:
                self._counters.add("capture_files", "failed")
                if not self._is_failing:
                    log.warning("capture not written to %s: %s; it stays in memory", self.folder, error)
                self._is_failing = True
            except Exception:
                log.exception("fault while writing a capture; it goes on")
            finally:
                self._work.task_done()

    async def _write(self, capture: Capture) -> None:
        assert self.folder is not None  # noqa: S101 - the task runs only with one
        if self._captures.get(capture.id) is not capture:
            return  # deleted since
        lines = await self.lines(capture)
        name = capture.file or file_name(capture)
        head = capture.to_json()
        size = await asyncio.to_thread(_write_file, self.folder / name, {**head, "file": name}, lines)
        self._counters.add("capture_files")
        self._is_failing = False
        if self._captures.get(capture.id) is not capture:
            await asyncio.to_thread((self.folder / name).unlink, missing_ok=True)
            return
        capture.file, capture.size, capture.lines = name, size, None
        self._captures.put(capture)
        with suppress(WatchError):
            self._captures.make_room(0)

    def _forget(self, capture: Capture) -> None:
        if self.folder is not None and capture.file:
            with suppress(OSError):
                (self.folder / capture.file).unlink(missing_ok=True)


def file_name(capture: Capture) -> str:
    """Return a name that sorts by time: `20231114T221320Z-oven-7.capture.json`."""
    when = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(capture.at))
    what = _NOT_IN_NAMES.sub("-", capture.name).strip("-")[:40] or "capture"
    return f"{when}-{what}-{capture.id}{SUFFIX}"


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    return entry.name.endswith(SUFFIX) and not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def parts(head: dict[str, object], lines: list[Line]) -> Iterator[str]:
    """Yield a capture as JSON: its head on the first line, then a line per tag."""
    yield json.dumps({MARK: 1, **head}, allow_nan=False)[:-1] + ',\n"lines": [\n'
    for i, line in enumerate(lines):
        fields = {
            "tag": line.tag,
            "unit": line.unit,
            "kind": line.kind,
            "states": list(line.states),
            "whole": line.is_whole,
        }
        yield ("" if i == 0 else ",\n") + json.dumps(fields, allow_nan=False)[:-1]
        yield f', "time": [{_numbers(line.times)}], "value": [{_numbers(line.values)}]}}'
    yield "\n]}\n"


def _numbers(column: "array[float]") -> str:
    return ",".join([repr(number) if number - number == 0 else "null" for number in column])


def _write_file(path: Path, head: dict[str, object], lines: list[Line]) -> int:
    write_whole(path, (part.encode() for part in parts(head, lines)))
    return path.stat().st_size


def _read_head(path: Path) -> Capture:
    with path.open(encoding="utf-8") as file:
        line = file.readline(_MAX_HEAD)
    capture = capture_of(json.loads(line.rstrip().removesuffix(",") + "}"))
    capture.file = path.name
    capture.size = path.stat().st_size
    return capture


def capture_of(head: dict[str, Any]) -> Capture:
    """Return the capture that the head of a file tells of, without its points. Raises KeyError, TypeError or ValueError."""
    if head[MARK] != 1 or type(head["id"]) is not int:
        raise ValueError("it is no capture of this version")
    at, *stretch = (float(head[name]) for name in ("at", "start", "end"))
    if not all(abs(time) < FARTHEST for time in (at, *stretch)):
        raise ValueError("a time in it makes no sense")
    capture = Capture(
        head["id"], str(head["name"]), str(head["reason"]), at=at, stretch=(stretch[0], stretch[1]), lines=None
    )
    capture.trigger = int(head.get("trigger", 0))
    capture.tags = [str(tag) for tag in head["tags"]]
    capture.points = int(head["points"])
    capture.is_whole = bool(head["whole"])
    capture.is_pinned = bool(head["pinned"])
    return capture


def _read_lines(path: Path) -> list[Line]:
    if path.stat().st_size > _MAX_FILE:
        raise ValueError("it is larger than any of ours")
    return [line_of(fields) for fields in json.loads(path.read_text(encoding="utf-8"))["lines"]]


def line_of(fields: dict[str, Any]) -> Line:
    """Return the points of a tag in a file. Raises KeyError, TypeError, ValueError or PayloadError."""
    facts = Facts.checked(dict(fields))
    times, values = checked_times(fields["time"]), checked_values(fields["value"])
    if len(times) != len(values):
        raise ValueError("a line in it has not as many times as values")
    return Line(facts.tag, facts.unit, facts.kind, facts.states, times, values, bool(fields["whole"]))
