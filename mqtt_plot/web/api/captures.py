"""Captures over REST."""

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.ingest.triggers import MAX_NAME
from mqtt_plot.parsers.values import check_text
from mqtt_plot.recordings.capture_files import parts
from mqtt_plot.store.captures import Capture, CaptureList
from mqtt_plot.store.stretch import Copied
from mqtt_plot.web.api.columns import SeriesColumn, csv_table
from mqtt_plot.web.api.entries import EntryHandler
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError, refusals


class CapturesHandler(BaseHandler):
    """GET: what was captured, oldest first, without the points."""

    def get(self) -> None:
        captures = self.services.lookout.flight.captures
        self.write_json(
            {
                "captures": [capture.to_json() for capture in captures],
                "dropped": captures.dropped,
                "folder": self.services.lookout.capture_files.folder is not None,
            }
        )


class CaptureHandler(EntryHandler[Capture]):
    """GET: one capture with its points, as JSON or CSV. PUT: its name and pin. DELETE."""

    queries = frozenset(("format",))
    name = "capture"

    @property
    def entries(self) -> CaptureList:
        return self.services.lookout.flight.captures

    async def get(self, capture_id: str) -> None:
        capture = self.find(capture_id)
        form = self.get_query_argument("format", "json")
        if form not in ("json", "csv"):
            raise RefusedError(400, "bad_query", f"expected format=json or format=csv, got {form!r:.40}")
        with refusals():
            lines = await self.services.lookout.capture_files.lines(capture)
        if form == "csv":
            self.set_header("Content-Type", "text/csv; charset=utf-8")
            self.set_header("Content-Disposition", f'attachment; filename="capture-{capture.id}.csv"')
            await self.stream(
                csv_table(
                    [
                        SeriesColumn(
                            line.tag, Copied(line.times, line.values), line.states if line.kind == "state" else ()
                        )
                        for line in lines
                    ]
                )
            )
        else:
            self.set_header("Content-Type", "application/json; charset=utf-8")
            await self.stream(parts(capture.to_json(), lines))

    def put(self, capture_id: str) -> None:
        capture = self.find(capture_id)
        fields = self.body()
        if not isinstance(fields, dict) or set(fields) - {"name", "pinned"}:
            raise RefusedError(400, "bad_capture", f"expected 'name' or 'pinned', got {shown(fields)}")
        name, is_pinned = fields.get("name", capture.name), fields.get("pinned", capture.is_pinned)
        if not isinstance(is_pinned, bool):
            raise RefusedError(400, "bad_capture", f"expected true or false in 'pinned', got {shown(is_pinned)}")
        if not isinstance(name, str) or not 0 < len(name.strip()) <= MAX_NAME:
            raise RefusedError(400, "bad_capture", f"expected 1 to {MAX_NAME} characters in 'name', got {shown(name)}")
        try:
            capture.name = check_text(name.strip(), "text in 'name'")
        except PayloadError as error:
            raise RefusedError(400, "bad_capture", str(error)) from None
        capture.is_pinned = is_pinned
        self.entries.put(capture)
        self.services.lookout.capture_files.write(capture)
        self.write_json(capture.to_json())
