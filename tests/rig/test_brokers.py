"""The bridge's subscription on the brokers that every machine can have; `make brokers` tries the others too, and a restart of each."""

from pathlib import Path

import pytest

from benchmarks.rig.brokers import CHECKS, tried
from tests.support.real_brokers import AedesBroker, IotcoreBroker, MosquittoBroker, RealBroker

_COMMON = {"QoS": "0 1 2", "retained by": "plot/# exact", "wildcards": "yes", "names": "as sent", "200 kB": "yes"}
_COMMON |= {"session": "100 of 100"}
# rumqttd sometimes gives each member of a group every message, so nothing is expected of it there.
EXPECTED: dict[type[RealBroker], dict[str, str]] = {
    MosquittoBroker: {
        "MQTT": "5",
        "`$share`": "divides",
        "TLS": "yes",
        "WebSocket": "yes",
        "wrong password": "refused, said",
    },
    IotcoreBroker: {
        "MQTT": "3.1.1",
        "TLS": "not tried",
        "WebSocket": "not tried",
        "wrong password": "not tried",
    },
    AedesBroker: {
        "MQTT": "3.1.1",
        "`$share`": "nothing comes",
        "TLS": "yes",
        "WebSocket": "yes",
        "wrong password": "refused, said",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.name)
def test_what_a_real_broker_does_with_the_subscription(kind: type[RealBroker], tmp_path: Path) -> None:
    """Each way to connect, each quality of service, names, sizes, sessions: as docs/brokers.md has it."""
    expected = {**_COMMON, **EXPECTED[kind]}
    assert tried(kind, tmp_path, [name for name in CHECKS if name in expected]) == expected
