"""`--preset auto` with a real broker: the bridge looks at all topics for a while and says which presets fit."""

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from mqtt_plot.app import App
from mqtt_plot.cli import main
from mqtt_plot.config.loading import load
from mqtt_plot.config.settings import default_client_id
from tests.support.broker import Broker
from tests.support.ports import free_port
from tests.support.waiting import until, wait_until


async def test_what_devices_publish_is_told_and_not_plotted(broker: Broker) -> None:
    """Retained messages count too; the watch ends here before its minute, and the status then has what was seen."""
    broker.publish("zigbee2mqtt/kitchen", '{"temperature": 21.5}', retain=True)
    app = App(load(["--host", "127.0.0.1", "--port", "0", "--broker", broker.url, "--preset", "auto"], {}))
    await app.start()
    watch = app.preset_watch
    assert watch is not None
    await until(lambda: "1 topics so far" in watch.lines()[0], "the retained message to be seen")
    broker.publish("shellyplug-s/events/rpc", '{"method": "NotifyStatus", "params": {"switch:0": {"apower": 8.9}}}')
    await until(lambda: "2 topics so far" in watch.lines()[0], "the second topic to be seen")
    watch.end()
    await until(lambda: len(watch.lines()) > 1, "the result")
    assert app.health.status()["advice"] == [
        "--preset auto: all topics watched: 2 messages on 2 topics",
        "--preset auto: preset shelly fits 1 topic (shellyplug-s/events/rpc), and would make shellyplug-s/switch:0/apower",
        "--preset auto: preset zigbee2mqtt fits 1 topic (zigbee2mqtt/kitchen), and would make z2m/kitchen/temperature",
        "--preset auto: start the bridge with --preset shelly --preset zigbee2mqtt to plot it; nothing of it is plotted now",
    ]
    assert len(app.store) == 0
    await app.stop()
    assert not has_session(broker, f"{default_client_id(app.port)}-presets")


def has_session(broker: Broker, client_id: str) -> bool:
    """Tell whether the broker has kept a session of a client."""
    found: list[bool] = []
    client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5)
    client.on_connect = lambda _client, _userdata, flags, _reason, _properties: found.append(flags.session_present)
    client.connect("127.0.0.1", broker.port, clean_start=False)
    client.loop_start()
    wait_until(lambda: found, "the broker's answer")
    client.disconnect()
    client.loop_stop()
    return found[0]


async def test_a_broker_that_cannot_be_reached_is_named() -> None:
    """Nobody is left with 'nothing was published' alone."""
    url = f"mqtt://127.0.0.1:{free_port()}"
    app = App(load(["--host", "127.0.0.1", "--port", "0", "--broker", url, "--preset", "auto"], {}))
    await app.start()
    watch = app.preset_watch
    assert watch is not None
    await until(lambda: "nothing listens" in watch.lines()[0], "the reason")
    watch.end()
    await until(lambda: len(watch.lines()) > 1, "the result")
    assert url in watch.lines()[0]
    await app.stop()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--broker", "none"], "expected a --broker to watch"),
        (["record", "x.csv", "--tag", "a"], "expects the name of a preset"),
    ],
)
def test_where_nothing_can_be_watched_is_said(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit status 2."""
    assert main([*words, "--preset", "auto"]) == 2
    assert said in capsys.readouterr().err


def test_check_says_which_presets_fit_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "tele/plug/SENSOR", '{"ENERGY": {"Power": 42}}', "--preset", "auto"]) == 0
    assert "preset tasmota fits 1 topic" in capsys.readouterr().out
