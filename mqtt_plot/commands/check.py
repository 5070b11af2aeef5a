"""`mqtt-plot check TOPIC PAYLOAD` or `check FILE.csv`: what the bridge would make of it, in words. Connects to nothing.

The message goes through the same code as in the bridge, with the same options.
"""

import argparse
import logging
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from time import time as clock

from mqtt_plot.assembly import limits_of, make_ingest, rules_of
from mqtt_plot.config.loading import load
from mqtt_plot.config.presets import AUTO, all_presets
from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import PayloadError, SettingsError
from mqtt_plot.ingest.survey import Survey
from mqtt_plot.ingest.verdicts import REFUSED, REJECTED, Verdict
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_column import TIME
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.recordings.folder import SUFFIXES
from mqtt_plot.samples import Message, Rejected
from mqtt_plot.store.series import Series

# Points shown of each tag.
_SHOWN_POINTS = 3
# What a column says of the values in each row.
_ROLES = ("the tag of each row", "the unit of each row", "the quality of each row")
_SHOWN_TAGS = 50
_NO_CHOICES = Choices()
_ABOUT = (
    "check [options of serve] TOPIC PAYLOAD: what the bridge would make of that message. "
    "PAYLOAD - reads standard input. check FILE.csv [options]: what it would make of that file; "
    "--time-column NAME and --decimal point|comma say what else would be found out."
)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print the verdict on one message; return 0 if the bridge would take all of it, else 1. Raises SettingsError."""
    file, options = _file_in(arguments)
    if file is not None:
        given, options = _choices(options)
        lines, is_taken = check_file(load(options, environment, "check", _ABOUT), file, clock(), given)
        print("\n".join(lines))  # noqa: T201 - the answer to the question
        return 0 if is_taken else 1
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


def _file_in(arguments: Sequence[str]) -> tuple[Path | None, Sequence[str]]:
    """Return the CSV file that is asked about, None where it is a message; and the options."""
    if not arguments:
        return None, []
    first, last = arguments[0], arguments[-1]
    if first.lower().endswith(SUFFIXES) and (len(arguments) == 1 or arguments[1].startswith("--")):
        return Path(first), arguments[1:]
    if last.lower().endswith(SUFFIXES) and Path(last).is_file():
        return Path(last), arguments[:-1]
    return None, []


def _choices(options: Sequence[str]) -> tuple[Choices, Sequence[str]]:
    """Return what options say of a file alone, and the other options."""
    parser = argparse.ArgumentParser(prog="mqtt-plot check", add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--time-column", default="")
    parser.add_argument("--decimal", default="", choices=("point", "comma"))
    try:
        given, rest = parser.parse_known_args(options)
    except argparse.ArgumentError as error:
        raise SettingsError(f"check: {error}") from None
    return Choices(time=given.time_column, decimal=given.decimal), rest


def check_file(settings: Settings, path: Path, now: float, given: Choices = _NO_CHOICES) -> tuple[list[str], bool]:
    """Return what an upload of a file would make of it, line by line, and whether all of its rows can be used."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        choices = replace(given, zone=settings.time_zone, date_order=settings.date_order)
        table = Table(text, now=now, choices=choices)
    except PayloadError as error:
        return [f"rejected: {len(text)} bytes of {path.name}", f"  {error.code}: {error}"], False
    rejected = [item for piece in table.pieces() for item in table.parse(piece).rejected]
    limits = limits_of(settings)
    lines = list(_describe_table(path.name, table, rejected))
    return [
        *lines,
        *(f"  note: {text}" for text in table.not_kept(limits.max_points, in_outline=bool(limits.history))),
    ], not rejected


def _describe_table(name: str, table: Table, rejected: Sequence[Rejected]) -> Iterator[str]:
    layout = table.layout
    mark = "comma" if layout.has_decimal_comma else "point"
    how = "lines of a log" if layout.log is not None else f"cells apart by {layout.delimiter!r}"
    yield f"read: {name}, {how}, decimal {mark}, {len(table.counts)} tags"
    if table.first is not None and table.last is not None:
        yield f"  from {_moment(table.first, layout.zone)} to {_moment(table.last, layout.zone)}"
    for column in table.columns:
        if column.reason:
            yield (
                f"  column {column.name!r} is not drawn: {column.reason}"
                if column.kind != TIME and not column.reason.startswith(_ROLES)
                else (f"  column {column.name!r} is {column.reason}")
            )
    for tag, count in list(table.counts.items())[:_SHOWN_TAGS]:
        yield f"  tag {tag}: {count} points"
    if len(table.counts) > _SHOWN_TAGS:
        yield f"  and {len(table.counts) - _SHOWN_TAGS} more tags"
    for note in table.notes:
        yield f"  note: {note}"
    if rejected:
        yield f"  {len(rejected)} rows or cells cannot be used, first {rejected[0].reason}"


def _moment(seconds: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(seconds, zone).isoformat(timespec="milliseconds")


def check(settings: Settings, topic: str, payload: bytes, now: float) -> tuple[list[str], bool]:
    """Return the verdict on one message that arrives at `now`, line by line, and whether the bridge would take it whole."""
    if AUTO in settings.preset:
        survey = Survey(all_presets(), settings.topic, rules_of(settings))
        survey.put([Message(topic, payload, now)])
        return survey.lines(), True
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
