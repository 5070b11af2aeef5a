"""Two brokers at once, as docs/scale.md shows it: the broker at hand fetches from the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.fenced import blocks
from tests.support.waiting import wait_until


class Fetching(Broker):
    """A broker with the lines of the document."""

    def __init__(self, folder: Path, other: Broker) -> None:
        super().__init__(folder)
        self._other = other

    def _write_config(self) -> Path:
        config = super()._write_config()
        (shown,) = blocks("scale.md", "Two brokers at once")
        with config.open("a") as file:
            file.write(shown.replace("192.168.2.10:1883", f"127.0.0.1:{self._other.port}"))
        return config


@pytest.fixture
def fetching(broker: Broker, tmp_path: Path) -> Iterator[Broker]:
    """The broker at hand; `broker` is the other one."""
    fetching = Fetching(tmp_path / "fetching", broker)
    fetching.start()
    yield fetching
    fetching.stop()


def test_the_other_brokers_tags_come_below_a_name(broker: Broker, fetching: Broker, start_bridge: StartBridge) -> None:
    """What was published while the broker at hand was away comes too."""
    bridge = start_bridge("--broker", fetching.url)
    bridge.wait_ready()

    def pass_on() -> list[str]:
        broker.publish("plot/line1/first", "1")
        return [tag for tag in bridge.tags() if tag.startswith("hall2/")]

    wait_until(pass_on, "the first value from the other broker")
    fetching.stop()
    broker.publish("plot/line1/temp", "21.5")
    fetching.start()
    assert bridge.wait_tags("hall2/line1/temp")["hall2/line1/temp"]["value"] == 21.5
