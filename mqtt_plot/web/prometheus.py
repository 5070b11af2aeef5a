"""Figures and counts in the formats that Prometheus reads. Knows nothing of what they mean.

With the package `prometheus-client` (the extra `metrics`) web.openmetrics does the writing: OpenMetrics for who asks for it, and the figures
of the process besides. Without it the plain text format, version 0.0.4, is written here.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pkgutil import resolve_name

from mqtt_plot.metrics import Count, Gauge, Histogram

PREFIX = "mqtt_plot_"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
Encoder = Callable[[str, str, Sequence[Gauge], Sequence[Count], str], tuple[bytes, str]]


def encode(version: str, figures: Sequence[Gauge], counts: Sequence[Count], accept: str) -> tuple[bytes, str]:
    """Return (body, content type) for a client that sent `accept`."""
    encode_with_client = _client()
    if encode_with_client is not None:
        return encode_with_client(PREFIX, version, figures, counts, accept)
    return "".join(_lines(version, figures, counts)).encode(), TEXT


@cache
def _client() -> Encoder | None:
    """Return the way through prometheus-client, which is loaded when somebody asks for figures first: it takes 2 MiB."""
    try:
        encoder: Encoder = resolve_name("mqtt_plot.web.openmetrics:encode")
    except ImportError:
        return None
    return encoder


def _lines(version: str, figures: Sequence[Gauge], counts: Sequence[Count]) -> Iterator[str]:
    yield _head("info", "gauge", "Always 1; the version is its label.")
    yield f'{PREFIX}info{{version="{_label(version)}"}} 1\n'
    for name, meaning, value in figures:
        if isinstance(value, Histogram):
            yield _head(name, "histogram", meaning)
            yield from _histogram(PREFIX + name, value)
        else:
            yield _head(name, "gauge", meaning)
            yield f"{PREFIX}{name} {float(value):.17g}\n"
    for name, meaning, by_reason in counts:
        yield _head(f"{name}_total", "counter", meaning)
        for reason, number in by_reason.items():
            labels = f'{{reason="{_label(reason)}"}}' if reason else ""
            yield f"{PREFIX}{name}_total{labels} {number}\n"


def _head(name: str, kind: str, meaning: str) -> str:
    return f"# HELP {PREFIX}{name} {meaning}\n# TYPE {PREFIX}{name} {kind}\n"


def _histogram(name: str, histogram: Histogram) -> Iterator[str]:
    for bound, number in histogram.cumulated():
        yield f'{name}_bucket{{le="{bound!r}"}} {number}\n'
    yield f'{name}_bucket{{le="+Inf"}} {histogram.count}\n'
    yield f"{name}_sum {histogram.sum!r}\n{name}_count {histogram.count}\n"


def _label(text: str) -> str:
    """Escape a label value (Prometheus exposition formats, "Comments, help text, and type information")."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
