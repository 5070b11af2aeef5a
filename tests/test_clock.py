"""The bridge on a machine whose clock is set while it runs."""

import time

import pytest

from mqtt_plot.app import App
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from tests.support.bodies import accept_body
from tests.support.waiting import until


async def test_a_dead_tag_stays_stale_and_rates_go_on_when_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two hours back, as a time server does to a clock that ran ahead: nothing comes to life by it, and nothing dies."""
    real, ahead = time.time, 7200.0
    monkeypatch.setattr(time, "time", lambda: real() + ahead)
    app = App(Settings(host="127.0.0.1", port=0, broker=(BrokerUrl("none"),)))
    await app.start()
    try:
        accept_body(app.ingest, b'{"tag": "dead", "value": 1}', time.time() - 3600)
        accept_body(app.ingest, b'{"tag": "alive", "value": 1}', time.time())
        dead, alive = app.store.find("dead"), app.store.find("alive")
        age = time.time() - dead.arrival
        ahead = 0.0
        await until(lambda: time.time() - dead.arrival > 0, "the step to be noticed")
        assert (round(time.time() - dead.arrival - age), dead.is_stale(time.time())) == (0, True)
        assert alive.is_stale(time.time()) is False
        for _ in range(100):
            accept_body(app.ingest, b'{"tag": "alive", "value": 1}', time.time())
        await until(lambda: alive.rate > 1, "the rate to be measured")
    finally:
        await app.stop()
