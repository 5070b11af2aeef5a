"""POST bodies by their content type: which parser reads one. JSON is read as JSON whatever the type says; people type `curl -d`.

Most formats are told by their first characters anyway; the table holds those types that say more than the body does.
"""

from collections.abc import Callable
from functools import partial
from typing import NoReturn

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Parsed

Parser = Callable[[bytes, Rules, float], Parsed]

_TABLES = ("text/csv", "application/csv", "text/tab-separated-values")
FORM = "multipart/form-data"
_JSON_BEGINS = (b"{", b"[")


def refuse_form(body: bytes, rules: Rules, now: float) -> NoReturn:  # noqa: ARG001 - the signature of all parsers
    """Refuse a form with a file in it, with advice."""
    raise PayloadError(
        "not_a_sample", "expected samples, got a form; files are taken by POST /api/v1/upload (curl -F file=@run.csv)"
    )


# Media types (RFC 6838, without parameters) that say what the body itself may not.
_BY_TYPE: dict[str, Parser] = {
    "application/senml+json": partial(parse, hint="senml json"),
    "application/senml+cbor": partial(parse, hint="senml cbor"),
    "application/vnd.influx.line-protocol": partial(parse, hint="line protocol"),
    "application/vnd.influxdata.line-protocol": partial(parse, hint="line protocol"),
    FORM: refuse_form,
}


def parser_for(content_type: str, body: bytes) -> Parser:
    """Return the parser for a body that calls itself `content_type`."""
    kind = media_type(content_type)
    begins = _first(body)
    if begins in _JSON_BEGINS and not (kind == "application/senml+json" and begins == b"["):
        return parse
    return _BY_TYPE.get(kind, parse)


def is_table(content_type: str, body: bytes) -> bool:
    """Tell whether a body is a table of rows, to be read piece by piece (tables.py)."""
    return media_type(content_type) in _TABLES and _first(body) not in _JSON_BEGINS


def media_type(content_type: str) -> str:
    """Return the type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def _first(body: bytes) -> bytes:
    return body[:64].lstrip()[:1]
