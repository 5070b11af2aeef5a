"""Samples in over REST: POST /api/v1/samples, and /api/v1/upload for CSV files.

A CSV table is read piece by piece, and the event loop runs in between, so that other requests and the charts do not wait.
"""

import asyncio

from tornado.httputil import HTTPFile, HTTPInputError, parse_body_arguments
from tornado.web import stream_request_body

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.media_types import FORM, is_table, media_type, parse_body
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.samples import Receipt, Rejected
from mqtt_plot.web.api.query import parse_time
from mqtt_plot.web.base import BODY_TYPE, BaseHandler, BodyLimit
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services

# Reasons listed in one answer, each once, with the first line that has it; the counters count them all.
MAX_LISTED = 100


class TableHandler(BaseHandler):
    """Accepts CSV texts."""

    async def accept_table(
        self, text: bytes, *, prefix: str = "", start: float | None = None, is_recording: bool = False
    ) -> Receipt:
        """Store a CSV text; `prefix` and `start` as in Table. Raises PayloadError for what is none."""
        zone, now = self.services.ingest.rules.zone, self.services.clock()
        table = await asyncio.to_thread(Table, text, zone, now, prefix=prefix, start=start)
        accepted = 0
        rejected = dict[str, Rejected]()
        notes = dict[str, None]()
        for piece in table.pieces():
            receipt = await self.accept(table.parse(piece), piece, is_recording=is_recording)
            accepted += receipt.accepted
            for item in receipt.rejected:
                if len(rejected) < MAX_LISTED:
                    rejected.setdefault(item.reason, item)
            notes |= dict.fromkeys(receipt.notes)
            await asyncio.sleep(0)
        if not accepted and not rejected:
            raise PayloadError("empty", "expected at least one row with a time, got none")
        return Receipt(accepted, sorted(rejected.values()), tuple(notes)[:MAX_LISTED])


@stream_request_body
class UploadHandler(TableHandler):
    """POST: a CSV file as tags, raw or as the one file of a form; `?prefix=` goes before their names, `?start=` is when it begins.

    Two at a time and one of an address, as each is held in memory until it is stored.
    """

    queries = frozenset(("start", "prefix"))

    _refusal: RefusedError | None = None
    _is_whole = False  # the body has come

    @classmethod
    def body_limit(cls, services: Services) -> BodyLimit:
        return BodyLimit(services.max_upload, "--max-upload")

    def prepare(self) -> None:
        """Refuse late: an answer that comes before the body has been read is lost to most clients."""
        self._body = bytearray()
        try:
            super().prepare()
            if self.request.method == "POST":
                self._kept.enter_context(self.services.uploads.hold(self.address))
        except RefusedError as error:
            self._refusal = error

    def data_received(self, chunk: bytes) -> None:
        if self._refusal is None:
            self._body += chunk

    async def post(self) -> None:
        if self._refusal is not None:
            raise self._refusal
        self._is_whole = True
        text = bytes(self._body)
        self._body.clear()
        try:
            start = parse_time("start", self.get_query_argument("start", None), self.services.ingest.rules.zone)
            prefix = self.get_query_argument("prefix", "", strip=False)
            text = file_of(self.request.headers.get(BODY_TYPE, ""), text)
            self.write_receipt(await self.accept_table(text, prefix=prefix, start=start, is_recording=True))
        except PayloadError as error:
            raise self.refuse_body(text, error) from None

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if not self._is_whole:
            self._kept.close()


def file_of(content_type: str, body: bytes) -> bytes:
    """Return the file in a body: the one of a form, or all of it. Raises PayloadError."""
    if media_type(content_type) != FORM:
        return body
    files = dict[str, list[HTTPFile]]()
    try:
        parse_body_arguments(content_type, body, {}, files)
    except HTTPInputError as error:
        raise PayloadError("bad_form", f"expected a form with a file, got {str(error)!r:.120}") from None
    found = [file for group in files.values() for file in group]
    if len(found) != 1:
        raise PayloadError("bad_form", f"expected one file in the form (curl -F file=@run.csv), got {len(found)}")
    return found[0].body


class SamplesHandler(TableHandler):
    """POST: one sample or a batch."""

    async def post(self) -> None:
        kind, body, services = self.request.headers.get(BODY_TYPE, ""), self.request.body, self.services
        try:
            if is_table(kind, body):
                receipt = await self.accept_table(body)
            else:
                receipt = await self.accept(parse_body(kind, body, services.ingest.rules, services.clock()), body)
        except PayloadError as error:
            raise self.refuse_body(body, error) from None
        self.write_receipt(receipt)
