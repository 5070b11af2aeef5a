"""POST bodies by their content type: which parser reads one. JSON is read as JSON whatever the type says; people type `curl -d`.

Most formats are told by their first characters anyway; the table holds those types that say more than the body does.
"""

from array import array
from collections.abc import Callable, Sequence
from functools import partial

from mqtt_plot.csvlines import Piece
from mqtt_plot.errors import PayloadError, RecordingError, RowError
from mqtt_plot.layout import HEAD_BYTES, find_layout
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.recording import Recording, Row
from mqtt_plot.samples import Columns, Parsed, Rejected, Sample

Parser = Callable[[bytes, Rules, float], Parsed]

CSV = "csv"
_JSON_BEGINS = (b"{", b"[")


def parse_csv(body: bytes, rules: Rules, now: float) -> Parsed:
    """Return the columns of a CSV table as tags; delimiter, decimal mark, header and time column are found out.

    Times relative to the file's own zero are taken to end now. Raises PayloadError for what is no table with times.
    """
    try:
        layout = find_layout(body[:HEAD_BYTES], rules.zone)
        recording = Recording(Piece(body), layout)
    except RecordingError as error:
        raise PayloadError("not_csv", str(error)) from None
    if layout.time_column is None:
        raise PayloadError(
            "not_csv",
            "expected a column of times, such as one called 'time' with seconds since 1970 or ISO 8601, got none",
        )
    rows, rejected = list[Row](), list[Rejected]()
    points = 0
    for item in recording:
        if isinstance(item, RowError):
            rejected.append(Rejected(item.line, "bad_row", str(item)))
            continue
        rows.append(item)
        points += len(item.values)
        if points > rules.max_batch:
            raise PayloadError(
                "batch_too_large", f"expected at most {rules.max_batch} points in one body, got more; send several"
            )
    if not rows:
        raise PayloadError("empty", "expected at least one row with a time, got none")
    shift = now - max(row.time or 0.0 for row in rows) if layout.is_relative else 0.0
    times = [(row.time or 0.0) + shift for row in rows]
    samples = _long(rows, times) if layout.is_long else _wide(recording.columns, rows, times)
    return Parsed(CSV, samples, rejected)


def _wide(names: Sequence[str], rows: Sequence[Row], times: Sequence[float]) -> list[Sample | Columns]:
    samples = list[Sample | Columns]()
    for name, values in zip(names, zip(*(row.values for row in rows), strict=True), strict=True):
        if all(type(value) is float for value in values):
            samples.append(Columns(array("d", values), array("d", times), name))
        else:
            samples += [Sample(value, time, name) for value, time in zip(values, times, strict=True)]
    return samples


def _long(rows: Sequence[Row], times: Sequence[float]) -> list[Sample | Columns]:
    return [Sample(row.values[0], time, row.tag, row.unit) for row, time in zip(rows, times, strict=True)]


# Media types (RFC 6838, without parameters) that say what the body itself may not.
_BY_TYPE: dict[str, Parser] = {
    "text/csv": parse_csv,
    "application/csv": parse_csv,
    "application/senml+json": partial(parse, hint="senml json"),
    "application/senml+cbor": partial(parse, hint="senml cbor"),
    "application/vnd.influx.line-protocol": partial(parse, hint="line protocol"),
    "application/vnd.influxdata.line-protocol": partial(parse, hint="line protocol"),
}


def parser_for(content_type: str, body: bytes) -> Parser:
    """Return the parser for a body that calls itself `content_type`."""
    kind = content_type.partition(";")[0].strip().lower()
    begins = body[:64].lstrip()[:1]
    if begins in _JSON_BEGINS and not (kind == "application/senml+json" and begins == b"["):
        return parse
    return _BY_TYPE.get(kind, parse)
