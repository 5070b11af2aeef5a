"""Samples in over REST: POST /api/v1/samples, and /api/v1/upload for CSV files.

A CSV table is read piece by piece, and the event loop runs in between, so that other requests and the charts do not wait.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from itertools import islice
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from tornado.httputil import HTTPFile, HTTPInputError, parse_body_arguments
from tornado.web import stream_request_body

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.dates import ORDERS as DATE_ORDERS
from mqtt_plot.parsers.media_types import FORM, is_table, media_type, parse_body
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.samples import Columns, Receipt, Rejected, Sample
from mqtt_plot.web.api.query import parse_time, parse_word, parse_zone
from mqtt_plot.web.base import BODY_TYPE, MAX_COLUMNS_TOLD, BaseHandler, BodyLimit, receipt_answer
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services

if TYPE_CHECKING:
    from mqtt_plot.recordings.csv_table import Table

# Reasons listed in one answer, each once, with the first line that has it; the counters count them all.
MAX_LISTED = 100


class TableHandler(BaseHandler):
    """Accepts CSV texts."""

    async def open_table(
        self, text: bytes, prefix: str = "", start: float | None = None, choices: Choices | None = None
    ) -> "Table":
        """Return a CSV text as a table; all as in Table. Raises PayloadError for what is none."""
        rules = self.services.ingest.rules
        choices = choices or Choices(rules.zone, rules.date_order)
        return await asyncio.to_thread(_read_table, text, prefix, start, choices, self.services.clock())

    async def accept_table(self, table: "Table", *, is_recording: bool = False, is_dry: bool = False) -> Receipt:
        """Store a table, or only find out what would come of it. Raises PayloadError where there is no row."""
        accepted = 0
        rejected = dict[str, Rejected]()
        notes = dict[str, None]()
        for piece in table.pieces():
            parsed = await self.in_turn(partial(table.parse, piece))
            if is_dry:
                receipt = Receipt(sum(map(len_of, parsed.samples)), list(parsed.rejected))
            else:
                receipt = await self.accept(parsed, piece, is_recording=is_recording)
            accepted += receipt.accepted
            for item in receipt.rejected:
                if len(rejected) < MAX_LISTED:
                    rejected.setdefault(item.reason, item)
            notes |= dict.fromkeys(receipt.notes)
        if not accepted and not rejected:
            raise PayloadError("empty", "expected at least one row with a time, got none")
        notes |= dict.fromkeys((*table.notes, *self._not_kept(table)))
        return Receipt(accepted, sorted(rejected.values()), tuple(notes)[:MAX_LISTED])

    def _not_kept(self, table: "Table") -> Iterator[str]:
        limits = self.services.store.limits
        is_kept = self.services.republish is None
        return table.not_kept(limits.max_points, in_outline=bool(limits.history)) if is_kept else iter(())


@stream_request_body
class UploadHandler(TableHandler):
    """POST: a CSV file as tags, raw or as the one file of a form; `?prefix=` goes before their names, `?start=` is when it begins.

    `?time=`, `date_order=`, `decimal=` and `zone=` overrule what is found out of it; `?dry_run=true` stores nothing and answers the same.

    Two at a time and one of an address, as each is held in memory until it is stored.
    """

    queries = frozenset(("start", "prefix", "time", "date_order", "decimal", "zone", "dry_run"))

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
        is_dry = parse_word("dry_run", self.get_query_argument("dry_run", ""), ("true", "false")) == "true"
        try:
            start = parse_time("start", self.get_query_argument("start", None), self.services.ingest.rules.zone)
            prefix = self.get_query_argument("prefix", "", strip=False)
            text = file_of(self.request.headers.get(BODY_TYPE, ""), text)
            table = await self.open_table(text, prefix, start, self._choices())
            receipt = await self.accept_table(table, is_recording=True, is_dry=is_dry)
            status, answer = receipt_answer(receipt)
            self.set_status(status)
            kept = {} if self.services.republish else {"kept": self._kept_of(table)}
            self.write_json({**answer, **kept, **describe_table(table)})
        except PayloadError as error:
            raise self.refuse_body(text, error, is_counted=not is_dry) from None

    def _kept_of(self, table: "Table") -> int:
        limit = self.services.store.limits.max_points
        return sum(min(count, limit) for count in table.counts.values())

    def _choices(self) -> Choices:
        """Return what a person says of the file, and what the bridge was told for all."""
        rules, asked = self.services.ingest.rules, self.get_query_argument
        zone = parse_zone("zone", asked("zone", ""))
        return Choices(
            zone or rules.zone,
            parse_word("date_order", asked("date_order", ""), DATE_ORDERS) or rules.date_order,
            asked("time", ""),
            parse_word("decimal", asked("decimal", ""), ("point", "comma")),
            is_zone_said=zone is not None,
        )

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if not self._is_whole:
            self._kept.close()


def _read_table(text: bytes, prefix: str, start: float | None, choices: Choices, now: float) -> "Table":
    """Return a table. Its readers are loaded with the first one: most bridges get none."""
    read = resolve_name("mqtt_plot.recordings.csv_table:Table")
    table: Table = read(text, choices.zone, now, prefix=prefix, start=start, choices=choices)
    return table


def describe_table(table: "Table") -> dict[str, object]:
    """Return what a table was read as: where its time is and why, and what each column became, or why it is not drawn."""
    layout = table.layout
    tags = {column.name: table.tag_of(column) for column in table.columns}
    return {
        "time": {
            "columns": list(layout.time_names),
            "reason": "" if layout.time is None else layout.time.reason,
            "relative": layout.is_relative,
            "first": table.first,
            "last": table.last,
        },
        "decimal": "comma" if layout.has_decimal_comma else "point",
        "columns": [{**asdict(column), "tag": tags[column.name]} for column in table.columns[:MAX_COLUMNS_TOLD]],
        **({"tags": dict(islice(table.counts.items(), MAX_COLUMNS_TOLD))} if layout.is_long else {}),
    }


def len_of(sample: Sample | Columns) -> int:
    """Return how many points a sample is."""
    return len(sample.values) if isinstance(sample, Columns) else 1


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
                table = await self.open_table(body)
                receipt = await self.accept_table(table)
                receipt = receipt._replace(notes=(*receipt.notes, *table.left_out())[:MAX_LISTED])
            else:
                read = partial(parse_body, kind, body, services.ingest.rules, services.clock())
                receipt = await self.accept(await self.in_turn(read), body)
        except PayloadError as error:
            raise self.refuse_body(body, error) from None
        self.write_receipt(receipt)
