"""What a recorder is asked to record: the tags, when a new file begins, and the hours of the week. Reads no clock."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from mqtt_plot.errors import WatchError, shown
from mqtt_plot.ingest.triggers import parse_globs

LEAST_ROTATE_BYTES, LEAST_ROTATE_SECONDS = 64 * 1024, 60.0
MOST_ROTATE_BYTES, MOST_ROTATE_SECONDS = 10**12, 1e9  # beyond all disks, and 30 years
MAX_WINDOWS = 14
DAYS = 7
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Window(NamedTuple):
    """When to record: on these days (0 is Monday), from a minute of the day to another, which may lie on the next day."""

    days: tuple[int, ...]
    begin: int
    end: int

    def holds(self, day: int, minute: int) -> bool:
        """Tell whether a minute of a day lies in it."""
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        return (day in self.days and minute >= self.begin) or ((day - 1) % DAYS in self.days and minute < self.end)


@dataclass(frozen=True)
class RecorderSettings:
    """What to record, by patterns of tags, and when a new file begins (0: never)."""

    name: str
    tags: tuple[str, ...]
    rotate_bytes: int = 0
    rotate_seconds: float = 0.0
    schedule: tuple[Window, ...] = field(default=())
    is_on: bool = True

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST (docs/replay.md)."""
        fields = asdict(self)
        fields["on"] = fields.pop("is_on")
        fields["tags"] = list(self.tags)
        fields["schedule"] = [
            {"days": list(window.days), "from": _clock(window.begin), "to": _clock(window.end)}
            for window in self.schedule
        ]
        return fields

    def is_due(self, day: int, minute: int) -> bool:
        """Tell whether to record in a minute of a day (0 is Monday), by the clock on the wall."""
        return self.is_on and (not self.schedule or any(window.holds(day, minute) for window in self.schedule))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def parse_recorder(fields: object) -> RecorderSettings:
    """Return what a client asks for. Raises WatchError with words for the client."""
    if not isinstance(fields, dict):
        raise WatchError(
            "bad_recorder", f'expected an object such as {{"name": "night", "tags": ["line1/*"]}}, got {shown(fields)}'
        )
    known = ("name", "tags", "rotate_bytes", "rotate_seconds", "schedule", "on")
    if unknown := sorted(set(fields) - set(known)):
        raise WatchError("bad_recorder", f"expected some of {', '.join(known)}, got {shown(unknown[0])}")
    name, is_on, schedule = fields.get("name"), fields.get("on", True), fields.get("schedule") or []
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise WatchError(
            "bad_recorder",
            f"expected 1 to 40 letters, digits, - and _ in 'name', got {shown(name)}",
        )
    if not isinstance(is_on, bool):
        raise WatchError("bad_recorder", f"expected true or false in 'on', got {shown(is_on)}")
    if not isinstance(schedule, list) or len(schedule) > MAX_WINDOWS:
        raise WatchError("bad_recorder", f"expected at most {MAX_WINDOWS} windows in 'schedule', got {shown(schedule)}")
    tags = parse_globs(fields.get("tags"))
    if not tags:
        raise WatchError("bad_tags", "expected patterns of tags in 'tags', such as line1/*, or * for all")
    return RecorderSettings(
        name,
        tags,
        int(_rotation(fields, "rotate_bytes", LEAST_ROTATE_BYTES, MOST_ROTATE_BYTES)),
        _rotation(fields, "rotate_seconds", LEAST_ROTATE_SECONDS, MOST_ROTATE_SECONDS),
        tuple(_window(item) for item in schedule),
        is_on,
    )


def _rotation(fields: Mapping[str, object], name: str, least: float, most: float) -> float:
    raw = fields.get(name) or 0
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if not is_number or not (raw == 0 or least <= raw <= most):  # type: ignore[operator]  # checked
        raise WatchError(
            "bad_recorder", f"expected {least:g} to {most:g} in {name!r}, or 0 for never, got {shown(raw)}"
        )
    return float(raw)  # type: ignore[arg-type]  # checked


def _window(item: object) -> Window:
    days = item.get("days", list(range(DAYS))) if isinstance(item, dict) else None
    clocks = [_CLOCK.fullmatch(str(item.get(name))) for name in ("from", "to")] if isinstance(item, dict) else [None]
    if (
        not isinstance(days, list)
        or not days
        or not all(type(day) is int and 0 <= day < DAYS for day in days)
        or None in clocks
    ):
        raise WatchError(
            "bad_recorder", f'expected {{"days": [0], "from": "22:00", "to": "06:00"}}, Monday is 0, got {shown(item)}'
        )
    begin, end = (60 * int(found[1]) + int(found[2]) for found in clocks if found)
    return Window(tuple(sorted(set(days))), begin, end)
