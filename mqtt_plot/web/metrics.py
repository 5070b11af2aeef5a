"""Figures and counts in the formats that Prometheus reads; refuses to know what they mean.

With the package `prometheus-client` (the extra `metrics`) it does the writing: OpenMetrics for who asks for it, and the figures of the
process besides. Without it the plain text format, version 0.0.4, is written here.
"""

from collections.abc import Iterator, Sequence

from mqtt_plot.histogram import Histogram
from mqtt_plot.web.figures import Count, Figure

try:
    from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
    from prometheus_client.exposition import choose_encoder
    from prometheus_client.registry import Collector
except ImportError:
    HAS_CLIENT = False
else:
    HAS_CLIENT = True

PREFIX = "mqtt_plot_"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def encode(version: str, figures: Sequence[Figure], counts: Sequence[Count], accept: str) -> tuple[bytes, str]:
    """Return (body, content type) for a client that sent `accept`."""
    if HAS_CLIENT:
        return _encode_with_client(version, figures, counts, accept)
    return "".join(_lines(version, figures, counts)).encode(), TEXT


def _lines(version: str, figures: Sequence[Figure], counts: Sequence[Count]) -> Iterator[str]:
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


def _encode_with_client(
    version: str, figures: Sequence[Figure], counts: Sequence[Count], accept: str
) -> tuple[bytes, str]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(_families(version, figures, counts)))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


if HAS_CLIENT:

    class _Snapshot(Collector):
        """Hands on what was measured."""

        def __init__(self, families: Sequence[Metric]) -> None:
            self._families = families

        def collect(self) -> Sequence[Metric]:
            return self._families


def _families(version: str, figures: Sequence[Figure], counts: Sequence[Count]) -> "list[Metric]":
    info = GaugeMetricFamily(f"{PREFIX}info", "Always 1; the version is its label.", labels=["version"])
    info.add_metric([version], 1)
    families: list[Metric] = [info]
    for name, meaning, value in figures:
        if isinstance(value, Histogram):
            buckets = [(repr(bound), float(number)) for bound, number in value.cumulated()]
            buckets.append(("+Inf", float(value.count)))
            families.append(HistogramMetricFamily(PREFIX + name, meaning, buckets=buckets, sum_value=value.sum))
        else:
            families.append(GaugeMetricFamily(PREFIX + name, meaning, value=float(value)))
    for name, meaning, by_reason in counts:
        for labels in ([], ["reason"]):
            family = CounterMetricFamily(PREFIX + name, meaning, labels=labels)
            for reason, number in by_reason.items():
                if bool(reason) == bool(labels):
                    family.add_metric([reason] if reason else [], number)
            if family.samples:
                families.append(family)
    return families
