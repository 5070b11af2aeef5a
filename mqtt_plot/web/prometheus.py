"""Figures and counts in the text format of Prometheus, version 0.0.4. Knows nothing of what they mean."""

from collections.abc import Iterator, Sequence

from mqtt_plot.metrics import Count, Gauge, Histogram

PREFIX = "mqtt_plot_"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def encode(version: str, figures: Sequence[Gauge], counts: Sequence[Count]) -> bytes:
    """Return the body of an answer whose content type is TEXT."""
    return "".join(_lines(version, figures, counts)).encode()


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
