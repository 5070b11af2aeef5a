"""`mqtt-plot check TOPIC PAYLOAD`: what the bridge would make of a message, in words. Connects to nothing.

The message goes through the same code as in the bridge, with the same options.
"""

import logging
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from time import time as clock

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import SettingsError
from mqtt_plot.ingest.verdicts import REFUSED, REJECTED, Verdict
from mqtt_plot.samples import Message
from mqtt_plot.store.series import Series

# Points shown of each tag.
_SHOWN_POINTS = 3
_ABOUT = (
    "check [options of serve] TOPIC PAYLOAD: what the bridge would make of that message. "
    "PAYLOAD - reads standard input."
)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print the verdict on one message; return 0 if the bridge would take all of it, else 1. Raises SettingsError."""
    # argparse would take a payload of -5 for an option; so the words go before all options, or behind them.
    are_first = not arguments[:1] or not arguments[0].startswith("-")
    positional, options = (arguments[:2], arguments[2:]) if are_first else (arguments[-2:], arguments[:-2])
    if any(word in ("-h", "--help") for word in positional):
        load(["--help"], {}, "check", _ABOUT)
    if len(positional) < 2:  # noqa: PLR2004 - topic and payload
        raise SettingsError("check: expected TOPIC and PAYLOAD, such as: mqtt-plot check plot/line1/temp 21.5")
    topic, text = positional
    settings = load(options, environment, "check", _ABOUT)
    payload = sys.stdin.buffer.read(settings.max_payload + 1) if text == "-" else os.fsencode(text)
    logging.disable(logging.WARNING)  # the answer says all that the log would
    try:
        lines, is_taken = check(settings, topic, payload, clock())
    finally:
        logging.disable(logging.NOTSET)
    print("\n".join(lines))  # noqa: T201 - the answer to the question
    return 0 if is_taken else 1


def check(settings: Settings, topic: str, payload: bytes, now: float) -> tuple[list[str], bool]:
    """Return the verdict on one message that arrives at `now`, line by line, and whether the bridge would take it whole."""
    ingest = make_ingest(settings)
    ingest.accept_messages([Message(topic, payload, now)])
    ingest.settle(math.inf)
    verdict = ingest.verdicts.since(0)[-1]
    lines = list(_describe(verdict))
    for series in ingest.store:
        lines += _describe_series(series)
    return lines, verdict.outcome not in (REJECTED, REFUSED) and not verdict.rejected


def _describe(verdict: Verdict) -> Iterator[str]:
    """Yield the verdict's own words."""
    form = f", read as {verdict.format}" if verdict.format else ""
    yield f"{verdict.outcome}: {verdict.size} bytes on {verdict.topic}{form}, {verdict.samples} sample{'' if verdict.samples == 1 else 's'}"
    if verdict.reason:
        parts = f" ({verdict.rejected} parts)" if verdict.rejected else ""
        yield f"  {verdict.code}{parts}: {verdict.reason}"
    for note in verdict.notes:
        yield f"  note: {note}"


def _describe_series(series: Series) -> Iterator[str]:
    ring = series.ring
    times, values = ring.read(max(ring.first, ring.next - _SHOWN_POINTS), ring.next)
    unit = f" {series.unit}" if series.unit else ""
    more = f" (the last {len(times)} of {len(ring)})" if len(ring) > len(times) else ""
    yield f"  tag {series.tag} ({series.kind or 'number'}){more}"
    for time, value in zip(times, values, strict=True):
        yield f"    {_value(series, value)}{unit} at {time:.3f}"


def _value(series: Series, value: float) -> str:
    if math.isnan(value):
        return "gap"
    return series.states[int(value)] if series.states and int(value) < len(series.states) else f"{value:.10g}"
