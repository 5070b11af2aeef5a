"""Notes on the time axis: remarks of people and programs on a moment or a span, for some tags or all. Reads no clock."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from fnmatch import fnmatchcase

from mqtt_plot.errors import PayloadError, WatchError, shown
from mqtt_plot.ingest.triggers import parse_globs
from mqtt_plot.parsers.strict_json import loads
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.parsers.values import check_text
from mqtt_plot.samples import EARLIEST, LATEST, Message
from mqtt_plot.store.ledger import Ledger

# The tag below which notes are published: plot/$note.
NOTE_TAG = "$note"
NOTE_FORMAT = "note"
MAX_NOTES = 1_000
MAX_TEXT = 1_000
MAX_AUTHOR = 64
_FIELDS = frozenset({"text", "time", "end", "tags", "author"})
_LINES = re.compile(r"\r\n|\r|\n")


class Note:
    """One note: `time` and `end` (None: a moment) in POSIX seconds, `tags` are patterns (none: all tags), `text` is never markup."""

    __slots__ = ("author", "end", "id", "revision", "tags", "text", "time")

    def __init__(
        self, note_id: int, text: str, time: float, end: float | None, *, tags: tuple[str, ...], author: str
    ) -> None:
        self.id = note_id
        self.revision = 0
        self.text = text
        self.time = time
        self.end = end
        self.tags = tags
        self.author = author

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `notes` frames (docs/events.md)."""
        return {
            "id": self.id,
            "text": self.text,
            "time": self.time,
            "end": self.end,
            "tags": list(self.tags),
            "author": self.author,
        }


def parse_note(fields: object, now: float, zone: tzinfo) -> Note:
    """Return the note that somebody has sent, without a number yet. Raises WatchError("bad_note") or ("bad_tags")."""
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise WatchError("bad_note", f'expected an object such as {{"text": "Filter changed"}}, got {shown(fields)}')
    if unknown := sorted(set(fields) - _FIELDS):
        raise WatchError("bad_note", f"expected some of {', '.join(sorted(_FIELDS))}, got {shown(unknown[0])}")
    text, author = fields["text"].strip(), fields.get("author") or ""
    if not 0 < len(text) <= MAX_TEXT:
        raise WatchError("bad_note", f"expected 1 to {MAX_TEXT} characters in 'text', got {len(text)}")
    if not isinstance(author, str) or len(author) > MAX_AUTHOR:
        raise WatchError("bad_note", f"expected at most {MAX_AUTHOR} characters in 'author', got {shown(author)}")
    try:
        lines = [check_text(line, "text") for line in _LINES.split(text.replace("\t", " "))]
        check_text(author, "an author")
    except PayloadError as error:
        raise WatchError("bad_note", str(error)) from None
    time = _time(fields, "time", zone)
    end = _time(fields, "end", zone)
    time = now if time is None else time
    if end is not None and end < time:
        raise WatchError("bad_note", "expected an 'end' that is not before 'time'")
    return Note(0, "\n".join(lines), time, end, tags=parse_globs(fields.get("tags")), author=author)


def _time(fields: Mapping[str, object], name: str, zone: tzinfo) -> float | None:
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        time = to_seconds(raw, zone)
    except PayloadError as error:
        raise WatchError("bad_note", f"'{name}': {error}") from None
    if not EARLIEST <= time <= LATEST:
        raise WatchError("bad_note", f"expected a time between 1980 and 2100 in '{name}', got {shown(raw)}")
    return time


class NoteList(Ledger[Note]):
    """All notes, at most MAX_NOTES; further ones are refused, since what people write is never dropped."""

    def __init__(self, zone: Callable[[], tzinfo]) -> None:
        super().__init__()
        self._zone = zone

    def add(self, fields: object, now: float, author: str | None = None) -> Note:
        """Add a note; `author` is the user who has logged in, None if the note itself has an author. Raises WatchError."""
        note = parse_note(fields, now, self._zone())
        if len(self) >= MAX_NOTES:
            raise WatchError("notes_full", f"expected at most {MAX_NOTES} notes; delete some first")
        note.id = self.next_id()
        note.author = note.author if author is None else author
        self.put(note)
        return note

    def change(self, note: Note, fields: object, now: float) -> None:
        """Replace a note's content; its author stays. Raises WatchError."""
        changed = parse_note(fields, now, self._zone())
        note.text, note.time, note.end, note.tags = changed.text, changed.time, changed.end, changed.tags
        self.put(note)

    def publish(self, message: Message) -> None:
        """Add a note that came over MQTT, as text or as JSON. Raises PayloadError."""
        if message.is_retained:
            raise PayloadError("retained_note", "expected a note that is not retained: it would come again and again")
        payload = message.payload
        try:
            text = payload.decode()
            self.add(loads(text) if text.lstrip().startswith("{") else {"text": text}, message.time)
        except UnicodeDecodeError as error:
            raise PayloadError("bad_utf8", f"expected UTF-8 text, got byte 0x{payload[error.start]:02x}") from None
        except WatchError as error:
            raise PayloadError(error.code, str(error)) from None

    def find(self, start: float = -math.inf, end: float = math.inf, tag: str = "") -> list[Note]:
        """Return the notes between `start` and `end` for a tag ("": for any), by time."""
        found = [
            note
            for note in self
            if note.time <= end
            and (note.time if note.end is None else note.end) >= start
            and (not tag or not note.tags or any(fnmatchcase(tag, glob) for glob in note.tags))
        ]
        return sorted(found, key=lambda note: note.time)

    def dump(self) -> object:
        """Return all notes for JSON."""
        return [note.to_json() for note in self]

    def restore(self, kept: object) -> None:
        """Restore what `dump` returned. Raises KeyError, TypeError, ValueError or WatchError for anything else."""
        if not isinstance(kept, list):
            raise TypeError(f"expected a list, got {kept!r:.40}")
        for item in kept[:MAX_NOTES]:
            fields = dict(item)
            note_id = int(fields.pop("id"))
            note = parse_note(fields, 0.0, self._zone())
            note.id = note_id
            self.put(note)
