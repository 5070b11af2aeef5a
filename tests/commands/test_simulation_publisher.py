import json

import pytest

from mqtt_plot.commands.simulation.plant import Plant, Reading, Signal, Value
from mqtt_plot.commands.simulation.publisher import PlantFeeder, PlantPublisher, payload
from mqtt_plot.errors import SourceError
from tests.support.broker import Broker
from tests.support.listener import Listener
from tests.support.waiting import wait_until

CELSIUS = Signal("temperature", 2, "°C", 1)
WORD = Signal("state", 2)


@pytest.mark.parametrize(
    ("signal", "value", "expected"),
    [
        (CELSIUS, 21.5449, '{"value":21.5,"unit":"°C"}'),
        (WORD, True, "true"),
        (WORD, False, "false"),
        (WORD, "FAULT", "FAULT"),
    ],
)
def test_payload_is_what_a_device_would_send(signal: Signal, value: Value, expected: str) -> None:
    """Numbers with their unit, rounded as a sensor does; booleans and words bare."""
    assert payload(Reading("pump1/x", signal, value)).decode() == expected


def test_every_tag_of_the_plant_arrives_at_the_broker(broker: Broker) -> None:
    """Over real MQTT, each under plot/, in payloads that are JSON or words."""
    plant = Plant()
    expected = {
        f"plot/{tag}" for tag in (*plant.step(1.0), *plant.waves(1.0), *(f"{tag}/$meta" for tag in plant.metas()))
    }
    with Listener(broker.port, "plot/#") as listener, PlantPublisher("127.0.0.1", broker.port):
        wait_until(lambda: expected == set(listener.last), "all tags of the plant")
        assert json.loads(listener.last["plot/pump1/flow"])["unit"] == "l/min"
        assert listener.last["plot/pump1/running"] == b"true"
        assert listener.last["plot/pump1/volume"].isdigit()


def test_batches_of_the_bearing_follow_each_other_without_a_gap() -> None:
    """The time of each first value is a step after the last value of the batch before."""
    batches: list[tuple[float, int]] = []
    feeder = PlantFeeder(
        lambda topic, content: batches.append(batch_of(content)) if topic.endswith("bearing") else None
    )
    with feeder:
        wait_until(lambda: len(batches) > 3, "some batches")
    ends = [start + count / 3_200 for start, count in batches]
    assert [start for start, _ in batches[1:4]] == pytest.approx(ends[:3], abs=1e-5)


def batch_of(content: bytes) -> tuple[float, int]:
    """Return the time of the first value of a batch, and how many there are."""
    decoded = json.loads(content)
    return decoded["t0"], len(decoded["values"])


def test_publishing_goes_on_after_the_broker_was_away(broker: Broker) -> None:
    """The plant neither ends nor waits for the broker."""
    with PlantPublisher("127.0.0.1", broker.port):
        with Listener(broker.port, "plot/#") as listener:
            wait_until(lambda: listener.last, "a first message")
        broker.stop()
        broker.start()
        with Listener(broker.port, "plot/#") as listener:
            wait_until(lambda: listener.last, "a message after the restart")


def test_starts_before_the_broker_and_stops_twice(broker: Broker) -> None:
    """The order of starting does not matter, nor does an extra stop."""
    broker.stop()
    publisher = PlantPublisher("127.0.0.1", broker.port)
    publisher.start()
    broker.start()
    with Listener(broker.port, "plot/#") as listener:
        wait_until(lambda: listener.last, "a first message")
    publisher.stop()
    publisher.stop()


def test_an_impossible_address_is_refused_in_words() -> None:
    """An empty host is the caller's mistake, told at the start."""
    with pytest.raises(SourceError, match="cannot publish the demo"):
        PlantPublisher("", 1883).start()
