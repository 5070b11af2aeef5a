"""Parameters of the query, as times and numbers. A wrong one is answered with 400 and what was expected."""

import re
from collections.abc import Sequence
from datetime import tzinfo
from pkgutil import resolve_name

from mqtt_plot.errors import PayloadError
from mqtt_plot.live.protocol import MAX_RANGE_POINTS
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.web.errors import RefusedError

LEAST_STEP, LONGEST_STEP = 0.001, 31 * 86_400
_SECONDS = re.compile(r"[+-]?\d{1,11}(?:\.\d*)?", re.ASCII)


def parse_time(name: str, text: str | None, zone: tzinfo) -> float | None:
    """Return POSIX seconds of a time called `name`: any number of seconds, ms, µs or ns as in payloads, or ISO 8601."""
    if text is None or not text.strip():
        return None
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    if "T" in text:
        text = text.replace(" ", "+")  # a + that was not written as %2B arrives as a space
    try:
        return to_seconds(text, zone)
    except PayloadError as error:
        raise RefusedError(400, "bad_query", f"'{name}': {error}") from None


def parse_step(text: str) -> float:
    """Return the seconds of a bucket, from a thousandth to 31 days."""
    if not re.fullmatch(r"\d{1,7}(\.\d{1,3})?", text, re.ASCII) or not LEAST_STEP <= float(text) <= LONGEST_STEP:
        raise RefusedError(
            400, "bad_query", f"expected seconds from {LEAST_STEP} to {LONGEST_STEP} in 'step', got {text!r:.40}"
        )
    return float(text)


def parse_word(name: str, text: str, words: Sequence[str]) -> str:
    """Return one of `words`, "" where nothing is given."""
    if text and text not in words:
        raise RefusedError(400, "bad_query", f"expected {' or '.join(words)} in '{name}', got {text!r:.40}")
    return text


def parse_zone(name: str, text: str) -> tzinfo | None:
    """Return a time zone such as Europe/Berlin; None where nothing is given."""
    if not text:
        return None
    # Loaded for who asks for a zone only.
    try:
        zone: tzinfo = resolve_name("zoneinfo:ZoneInfo")(text)
    except (KeyError, ValueError, OSError):
        raise RefusedError(
            400, "bad_query", f"expected a zone such as Europe/Berlin in '{name}', got {text!r:.40}"
        ) from None
    return zone


def parse_points(text: str | None) -> int | None:
    """Return how many points are wanted at most, None for all."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,6}", text) or not 2 <= int(text) <= MAX_RANGE_POINTS:  # noqa: PLR2004 - two ends
        raise RefusedError(400, "bad_query", f"expected 2 to {MAX_RANGE_POINTS} in 'points', got {text!r:.40}")
    return int(text)
