"""Notes over REST. Knows nothing of how they are kept."""

from http import HTTPStatus

from mqtt_plot.ingest.notes import Note, NoteList
from mqtt_plot.web.api.entries import EntriesHandler, EntryHandler
from mqtt_plot.web.api.query import parse_time
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.errors import RefusedError, refusals


class NotesBase(EntriesHandler):
    """What the routes of notes share."""

    @property
    def entries(self) -> NoteList:
        return self.services.ingest.notes

    def author(self) -> str | None:
        """Return who has logged in, None where nobody has to."""
        return (self.user.name or None) if self.user is not None else None


class NotesHandler(NotesBase):
    """GET: the notes, by time. POST: one more."""

    queries = frozenset(("start", "end", "tag"))

    def get(self) -> None:
        zone = self.services.ingest.rules.zone
        start, end = (parse_time(name, self.get_query_argument(name, None), zone) for name in ("start", "end"))
        found = self.entries.find(
            -float("inf") if start is None else start,
            float("inf") if end is None else end,
            self.get_query_argument("tag", "", strip=False),
        )
        self.write_json([note.to_json() for note in found])

    def post(self) -> None:
        fields = self.body()
        with refusals():
            note = self.entries.add(fields, self.services.clock(), self.author())
        self.set_status(HTTPStatus.CREATED)
        self.write_json(note.to_json())


class NoteHandler(NotesBase, EntryHandler[Note]):
    """GET, PUT and DELETE: one note; only its author, or an admin, may change it."""

    name = "note"

    def put(self, note_id: str) -> None:
        note = self.mine(note_id)
        fields = self.body()
        with refusals():
            self.entries.change(note, fields, self.services.clock())
        self.write_json(note.to_json())

    def delete(self, note_id: str) -> None:
        self.mine(note_id)
        super().delete(note_id)

    def mine(self, note_id: str) -> Note:
        note, author = self.find(note_id), self.author()
        if author is not None and note.author != author and self.user is not None and self.user.role < Role.ADMIN:
            raise RefusedError(403, "not_author", "expected the author of the note, or an admin")
        return note
