"""POST bodies, stored as the web side stores them, but at once."""

from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.ingest import Ingest, finished
from mqtt_plot.parsers.formats import parse
from mqtt_plot.samples import Receipt


def accept_body(ingest: Ingest, body: bytes, now: float) -> Receipt:
    """Store a body: one sample or a batch, each with its tag. Raises PayloadError when nothing of it can be used."""
    try:
        parsed = parse(body, ingest.rules, now)
    except PayloadError as error:
        ingest.refuse_body(body, now, error)
        raise
    return finished(ingest.accept_parsed(parsed, body, now))
