"""Recordings and replays over REST: list, start, stop. The package `recordings` does the work."""

import asyncio
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING

from mqtt_plot.errors import PayloadError, RecordingError, ReplayError
from mqtt_plot.parsers.strict_json import loads
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.player import FAST, PACE, ROWS, Plan
from mqtt_plot.recordings.replays import BRIDGE, Replay, ReplayRequest
from mqtt_plot.web.allowance import network_of
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError, refusals

if TYPE_CHECKING:
    from mqtt_plot.recordings.open_file import OpenFile

_FIELDS = frozenset({"file", "columns", "rate", "pace", "fast", "loop", "stamps", "prefix", "target", "empty"})
_NOT_OBJECT = 'expected a JSON object such as {"file": "run.csv", "rate": 10}'


class RecordingsHandler(BaseHandler):
    """GET: the files that can be played; with `?file=NAME` what one of them holds."""

    queries = frozenset(("file",))

    async def get(self) -> None:
        folder = self.services.replays.folder
        name = self.get_query_argument("file", None, strip=False)
        try:
            if name is not None:
                self.write_json(await asyncio.to_thread(_inspect, folder, name))
                return
            entries = await asyncio.to_thread(folder.entries)
        except RecordingError as error:
            raise RefusedError(_missing(str(error)), "bad_recording", str(error)) from None
        self.write_json(
            {
                "enabled": folder.path is not None,
                "can_publish": self.services.replays.can_publish,
                "recordings": [entry._asdict() for entry in entries],
            }
        )


def _inspect(folder: Folder, name: str) -> dict[str, object]:
    file = folder.open(name)
    try:
        return describe_file(file)
    finally:
        file.close()


def describe_file(file: "OpenFile") -> dict[str, object]:
    """Return what a recording holds: its columns with kinds and an example each, its first and last time in POSIX seconds, and its doubts."""
    layout, facts = file.layout, file.facts
    return {
        "file": file.name,
        "size": facts.size,
        "columns": [asdict(column) for column in layout.columns],
        "playable": list(layout.playable),
        "time": None if layout.time_column is None else layout.columns[layout.time_column].name,
        "relative": layout.is_relative,
        "long": layout.is_long,
        "first": facts.first_time,
        "last": facts.last_time,
        "notes": list(layout.notes),
    }


class ReplaysHandler(BaseHandler):
    """GET: all replays. POST: start one."""

    def get(self) -> None:
        self.write_json(self.services.replays.list())

    async def post(self) -> None:
        replays = self.services.replays
        try:
            with refusals():
                request = parse_request(loads(self.request.body.decode()))
                file = await asyncio.to_thread(replays.folder.open, request.file)
                replay = replays.start(request, file, network_of(self.address))
        except RecordingError as error:
            raise RefusedError(_missing(str(error)), "bad_recording", str(error)) from None
        self.set_status(HTTPStatus.CREATED)
        self.write_json(replays.describe(replay))


class OneReplayHandler(BaseHandler):
    """What the routes of one replay share."""

    def find(self, replay_id: str) -> Replay:
        replay = self.services.replays.get(replay_id)
        if replay is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND, "unknown_replay", f"no replay {replay_id}; GET /api/v1/replays lists them"
            )
        return replay


class ReplayHandler(OneReplayHandler):
    """GET one replay; DELETE stops and forgets it."""

    def get(self, replay_id: str) -> None:
        self.write_json(self.services.replays.describe(self.find(replay_id)))

    def delete(self, replay_id: str) -> None:
        self.services.replays.remove(self.find(replay_id))
        self.set_status(HTTPStatus.NO_CONTENT)


class StopHandler(OneReplayHandler):
    """POST: stop a replay; it stays in the list."""

    def post(self, replay_id: str) -> None:
        replay = self.find(replay_id)
        self.services.replays.stop(replay)
        self.write_json(self.services.replays.describe(replay))


def parse_request(fields: object) -> ReplayRequest:
    """Return what a client asks for. Raises PayloadError or ReplayError with words for the client."""
    if not isinstance(fields, dict):
        raise PayloadError("bad_request", f"{_NOT_OBJECT}, got {fields!r:.40}")
    unknown = sorted(set(fields) - _FIELDS)
    if unknown:
        raise PayloadError("bad_request", f"no such field: {unknown[0]!r:.40}; there are {', '.join(sorted(_FIELDS))}")
    return ReplayRequest(
        file=_text(fields, "file") or _no_file(),
        columns=_columns(fields),
        plan=Plan(*_speed(fields), is_looped=_truth(fields, "loop"), stamps=_text(fields, "stamps") or "now"),
        prefix=_text(fields, "prefix"),
        target=_target(fields),
        skips_empty=_empty(fields) == "skip",
    )


def _target(fields: dict[str, object]) -> str:
    """Return where the rows go; `door` is what the bridge was called before 0.2."""
    target = _text(fields, "target")
    return BRIDGE if target in (None, "", "door") else target


def _no_file() -> str:
    raise PayloadError("bad_request", f"{_NOT_OBJECT}, got no 'file'; GET /api/v1/recordings lists the files")


def _speed(fields: dict[str, object]) -> tuple[str, float]:
    given = [name for name in ("rate", "pace", "fast") if fields.get(name)]
    match given:
        case []:
            return ROWS, 10.0
        case ["rate"]:
            return ROWS, _number(fields, "rate")
        case ["pace"]:
            return PACE, _number(fields, "pace")
        case ["fast"]:
            _truth(fields, "fast")
            return FAST, 1.0
        case _:
            raise ReplayError("bad_speed", f"expected one of rate, pace and fast, got {' and '.join(given)}")


def _number(fields: dict[str, object], name: str) -> float:
    value = fields[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReplayError("bad_speed", f"expected a number in '{name}', got {value!r:.40}")
    return float(value) if abs(value) < 1e15 else float("inf")  # noqa: PLR2004 - Plan refuses both


def _text(fields: dict[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise PayloadError("bad_request", f"expected a text in '{name}', got {value!r:.40}")
    return value


def _truth(fields: dict[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise PayloadError("bad_request", f"expected true or false in '{name}', got {value!r:.40}")
    return value


def _columns(fields: dict[str, object]) -> tuple[str, ...]:
    columns = fields.get("columns") or []
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise PayloadError("bad_request", f"expected a list of column names in 'columns', got {columns!r:.40}")
    return tuple(columns)


def _empty(fields: dict[str, object]) -> str:
    empty = _text(fields, "empty") or "gap"
    if empty not in ("gap", "skip"):
        raise PayloadError("bad_request", f"expected gap or skip in 'empty', got {empty!r:.40}")
    return empty


def _missing(message: str) -> int:
    return (
        HTTPStatus.NOT_FOUND if message.startswith(("no recording", "there is no folder")) else HTTPStatus.BAD_REQUEST
    )
