"""Figures and counts written by `prometheus-client`, which only the extra `metrics` installs; loaded by web.metrics when it is needed."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from mqtt_plot.metrics import Count, Gauge, Histogram


def encode(
    prefix: str, version: str, figures: Sequence[Gauge], counts: Sequence[Count], accept: str
) -> tuple[bytes, str]:
    """Return (body, content type) for a client that sent `accept`; all names begin with `prefix`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(_families(prefix, version, figures, counts)))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


class _Snapshot(Collector):
    """Hands on what was measured."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Sequence[Metric]:
        return self._families


def _families(prefix: str, version: str, figures: Sequence[Gauge], counts: Sequence[Count]) -> list[Metric]:
    info = GaugeMetricFamily(f"{prefix}info", "Always 1; the version is its label.", labels=["version"])
    info.add_metric([version], 1)
    families: list[Metric] = [info]
    for name, meaning, value in figures:
        if isinstance(value, Histogram):
            buckets = [(repr(bound), float(number)) for bound, number in value.cumulated()]
            buckets.append(("+Inf", float(value.count)))
            families.append(HistogramMetricFamily(prefix + name, meaning, buckets=buckets, sum_value=value.sum))
        else:
            families.append(GaugeMetricFamily(prefix + name, meaning, value=float(value)))
    for name, meaning, by_reason in counts:
        for labels in ([], ["reason"]):
            family = CounterMetricFamily(prefix + name, meaning, labels=labels)
            for reason, number in by_reason.items():
                if bool(reason) == bool(labels):
                    family.add_metric([reason] if reason else [], number)
            if family.samples:
                families.append(family)
    return families
