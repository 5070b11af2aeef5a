"""Health, readiness and metrics."""

import math
import re

import pytest

from tests.support.site import Site, decoded, error_code

_SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-z]+="((?:[^"\\\n]|\\["\\n])*)"\})? (\S+)')


def parse_metrics(text: str) -> dict[tuple[str, str], float]:
    """Read the text format, version 0.0.4: {(name, label value): figure}. Raises AssertionError where the text breaks its rules."""
    figures: dict[tuple[str, str], float] = {}
    types: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types
            types[name] = kind
        elif not line.startswith("# HELP "):
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            assert types[sample[1]] == ("counter" if sample[1].endswith("_total") else "gauge")
            assert (sample[1], sample[3] or "") not in figures
            figures[sample[1], sample[3] or ""] = float(sample[4])
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
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
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
    assert "mqtt_plot_messages_received_total 9007199254740991\n" in text
