"""Health, readiness and metrics."""

import math

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.site import Site, decoded, error_code


def parse_metrics(text: str) -> dict[tuple[str, str], float]:
    """Read the text format with Prometheus' own parser: {(name, label value): figure}. Raises ValueError where it breaks the rules."""
    figures: dict[tuple[str, str], float] = {}
    assert text.endswith("\n")
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = sample.name, next(iter(sample.labels.values()), "")
            assert key not in figures
            figures[key] = sample.value
    return figures


@pytest.mark.parametrize(("path", "field"), [("/-/healthy", "healthy"), ("/-/ready", "ready")])
async def test_health_is_200_when(site: Site, path: str, field: str) -> None:
    """Health is 200 when all is well, and 503 with the reason when not."""
    assert (await site.get(path)).code == 200
    setattr(site, field, (False, "nothing listens on mqtt://plc:1883"))
    answer = await site.get(path)
    assert answer.code == 503
    assert error_code(answer) == ("unhealthy" if field == "healthy" else "not_ready")
    assert decoded(answer)["error"]["message"] == "nothing listens on mqtt://plc:1883"


async def test_being_asked_for_health(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Being asked for health is not logged."""
    site.ready = (False, "broker lost")
    await site.get("/-/ready")
    assert caplog.records == []


async def test_metrics_name_every_counter(site: Site) -> None:
    """Metrics name every counter with its reason and how full the limits are."""
    await site.post([{"tag": "a", "value": 1}, {"tag": "a", "value": 2}, {"tag": "b"}])
    await site.post(b"{")
    answer = await site.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    figures = parse_metrics(answer.body.decode())
    assert figures["mqtt_plot_messages_received_total", ""] == 2
    assert figures["mqtt_plot_messages_rejected_total", "not_json"] == 1
    assert figures["mqtt_plot_samples_rejected_total", "no_value"] == 1
    assert figures["mqtt_plot_samples_stored_total", ""] == 2
    assert figures["mqtt_plot_tags", ""] == 1
    assert figures["mqtt_plot_points", ""] == 2
    assert figures["mqtt_plot_bytes", ""] == site.store.nbytes
    assert figures["mqtt_plot_bytes_limit", ""] == 64 * 1024 * 1024
    assert figures["mqtt_plot_broker_connected", ""] == 0
    assert figures["mqtt_plot_ready", ""] == 1
    assert figures["mqtt_plot_info", "0.0"] == 1
    assert all(math.isfinite(figure) for figure in figures.values())


async def test_a_large_count_keeps_its_last(site: Site) -> None:
    """A large count keeps its last digit."""
    site.counters.add("messages_received", n=9_007_199_254_740_991)
    text = (await site.get("/metrics")).body.decode()
    assert parse_metrics(text)["mqtt_plot_messages_received_total", ""] == 9_007_199_254_740_991


async def test_delays_are_a_histogram(site: Site) -> None:
    """Each bucket counts what lay at or below its bound."""
    for seconds in (0.003, 0.04, 7.0):
        site.live.delays.add(seconds)
    figures = parse_metrics((await site.get("/metrics")).body.decode())
    name = "mqtt_plot_fan_out_delay_seconds"
    assert [figures[f"{name}_bucket", bound] for bound in ("0.005", "0.05", "5.0", "+Inf")] == [1, 2, 2, 3]
    assert figures[f"{name}_count", ""] == 3
    assert figures[f"{name}_sum", ""] == pytest.approx(7.043)


async def test_no_label_names_a_tag_or_a_client(site: Site) -> None:
    """Whatever strangers send, the set of time series stays the same size."""
    await site.post({"tag": "geheim", "value": 1})
    await site.request("GET", "/nothing-geheim")
    assert "geheim" not in (await site.get("/metrics")).body.decode()


async def test_the_process_is_measured_too(site: Site) -> None:
    """Its memory and the time it has computed, as the clients of Prometheus name them."""
    figures = parse_metrics((await site.get("/metrics")).body.decode())
    assert figures["mqtt_plot_resident_memory_bytes", ""] > 1_000_000
    assert figures["mqtt_plot_cpu_seconds", ""] > 0
