"""A broker that wants certificates of its clients: who has one is in, and who has none reads why not."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import CertificatesOnly
from tests.support.certificates import make_certificates, make_client_certificate
from tests.support.processes import find_program
from tests.support.waiting import wait_until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[CertificatesOnly]:
    """Mosquitto that wants certificates."""
    broker = CertificatesOnly(tmp_path / "mosquitto")
    broker.start()
    yield broker
    broker.stop()


def options(broker: CertificatesOnly, *certificate: Path) -> list[str]:
    """Return what the bridge is started with; its TLS trusts the broker in any case."""
    given = ["--broker", f"mqtts://127.0.0.1:{broker.port}", "--broker-ca", str(broker.folder / "certs" / "ca.crt")]
    for option, file in zip(("--broker-cert", "--broker-key"), certificate, strict=False):
        given += [option, str(file)]
    return given


def reason(bridge: Bridge) -> str:
    """Return why the bridge is not ready."""
    answer = bridge.get("-/ready")
    return "" if answer.ok else str(answer.json()["error"]["message"])


def test_with_a_certificate_the_bridge_is_in(broker: CertificatesOnly, start_bridge: StartBridge) -> None:
    """No password is needed: the name in the certificate is the user, and the broker's rules know it."""
    bridge = start_bridge(*options(broker, *make_client_certificate(broker.folder / "certs", "bridge")))
    bridge.wait_ready()


def test_without_one_it_says_what_is_missing(broker: CertificatesOnly, start_bridge: StartBridge) -> None:
    """And which option gives it."""
    bridge = start_bridge(*options(broker))
    wait_until(lambda: "--broker-cert" in reason(bridge), "the reason")
    assert reason(bridge) == (
        f"broker mqtts://127.0.0.1:{broker.port} wants a certificate of ours; set --broker-cert and --broker-key"
    )


def test_a_strangers_certificate_is_refused(
    broker: CertificatesOnly, start_bridge: StartBridge, tmp_path: Path
) -> None:
    """One that another authority has signed."""
    make_certificates(tmp_path)
    bridge = start_bridge(*options(broker, *make_client_certificate(tmp_path, "bridge")))
    wait_until(lambda: "--broker-cert" in reason(bridge), "the reason")
    assert "does not trust our certificate (unknown ca)" in reason(bridge)


def test_a_key_with_a_password_is_named(broker: CertificatesOnly, start_bridge: StartBridge, tmp_path: Path) -> None:
    """Nobody is asked for it on a terminal."""
    certificate, key = make_client_certificate(broker.folder / "certs", "bridge")
    locked = tmp_path / "locked.key"
    command = [
        find_program("openssl"),
        "ec",
        "-in",
        str(key),
        "-out",
        str(locked),
        "-aes256",
        "-passout",
        "pass:secret",
    ]
    subprocess.run(command, check=True, capture_output=True)
    bridge = start_bridge(*options(broker, certificate, locked))
    wait_until(lambda: "the key wants a password" in reason(bridge), "the reason")
    assert str(locked) in reason(bridge)
