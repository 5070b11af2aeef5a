import importlib.util
import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from paho.mqtt import publish

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.embedded_broker import EmbeddedBroker, PortTakenError
from tests.support.ports import accepts
from tests.support.processes import ROOT
from tests.support.waiting import wait_until


def test_takes_messages_once_started_and_frees_its_port_when_stopped(capfd: pytest.CaptureFixture[str]) -> None:
    """It is ready when `start` returns, says nothing per message, and leaves nothing behind; `stop` twice is safe."""
    broker = EmbeddedBroker(port=0)
    broker.start()
    host, port = broker.address
    publish.multiple([{"topic": "plot/a", "payload": b"x" * 200_000, "qos": 1}] * 3, hostname=host, port=port)
    assert broker.is_running
    broker.stop()
    broker.stop()
    assert not accepts(port)
    assert "ERROR" not in capfd.readouterr().err


def test_starts_again_on_the_same_port() -> None:
    """A broker that was stopped can be started again, and its clients find it where it was."""
    broker = EmbeddedBroker(port=0)
    with broker:
        first = broker.address
    with broker:
        assert broker.address == first
        assert accepts(first[1])


def test_listens_on_loopback_only() -> None:
    """Unless told otherwise nobody else can reach it: another address of this machine, even of loopback, refuses."""
    with EmbeddedBroker(port=0) as broker, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", broker.address[1]), timeout=5)


def test_a_taken_port_is_told_apart_and_says_what_to_do() -> None:
    """The demo takes another port then; everybody else reads which options help."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"127\.0\.0\.1:{port} is taken.*--embedded-broker-listen"):
            EmbeddedBroker(port=port).start()


def test_an_address_that_is_not_ours_is_refused_in_words() -> None:
    """The message names the address and the option."""
    with pytest.raises(SourceError, match=r"192\.0\.2\.1:\d+: .*; check --embedded-broker-listen"):
        EmbeddedBroker("192.0.2.1", 18830).start()


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain installation has no broker in it, and says how to get one."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SourceError, match=r'pip install "mqtt-plot\[demo\]"'):
        EmbeddedBroker(port=0).start()


def test_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """A bridge that is killed leaves no broker behind."""
    script = (
        "import sys; from mqtt_plot.mqtt.embedded_broker import EmbeddedBroker\n"
        "broker = EmbeddedBroker(port=0); broker.start(); print(broker.address[1], flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        assert accepts(port)
        parent.kill()
    wait_until(lambda: not accepts(port), "the broker's port to be free")


def test_says_so_when_the_process_ends_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody has to guess why the plant went silent."""
    broker = EmbeddedBroker(port=0)
    with caplog.at_level(logging.ERROR), broker:
        assert broker._process is not None
        broker._process.kill()
        wait_until(lambda: "ended by itself (status -9)" in caplog.text, "the log line")
        assert not broker.is_running
