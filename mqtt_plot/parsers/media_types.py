"""POST bodies by their content type: which parser reads one. JSON is read as JSON whatever the type says; people type `curl -d`.

Most formats are told by their first characters anyway; the table holds those types that say more than the body does.
"""

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Parsed

_TABLES = ("text/csv", "application/csv", "text/tab-separated-values")
FORM = "multipart/form-data"
_JSON_BEGINS = (b"{", b"[")


# Media types (RFC 6838, without parameters) that say what the body itself may not, and what they say: a name of FORMATS.
_BY_TYPE = {
    "application/senml+json": "senml json",
    "application/senml+cbor": "senml cbor",
    "application/vnd.influx.line-protocol": "line protocol",
    "application/vnd.influxdata.line-protocol": "line protocol",
}


def parse_body(content_type: str, body: bytes, rules: Rules, now: float) -> Parsed:
    """Return what came of a body that calls itself `content_type`. Raises PayloadError, as `parse` does, and for a form."""
    kind = media_type(content_type)
    begins = _first(body)
    if begins in _JSON_BEGINS and not (kind == "application/senml+json" and begins == b"["):
        return parse(body, rules, now)
    if kind == FORM:
        raise PayloadError(
            "not_a_sample",
            "expected samples, got a form; files are taken by POST /api/v1/upload (curl -F file=@run.csv)",
        )
    return parse(body, rules, now, _BY_TYPE.get(kind, ""))


def is_table(content_type: str, body: bytes) -> bool:
    """Tell whether a body is a table of rows, to be read piece by piece (recordings.csv_table)."""
    return media_type(content_type) in _TABLES and _first(body) not in _JSON_BEGINS


def media_type(content_type: str) -> str:
    """Return the type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def _first(body: bytes) -> bytes:
    return body[:64].lstrip()[:1]
