"""The whole bridge, as strangers meet it: users and TLS from files, read anew on SIGHUP, and what the log says."""

import asyncio
import json
import os
import signal
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.web.auth.credentials import Credentials
from mqtt_plot.web.auth.passwords import hash_password, hash_token
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.certificates import make_certificates
from tests.support.waiting import wait_until


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """A users file with one viewer, and one writer with the token `t0ken`."""
    file = tmp_path / "users"
    file.write_text(f"anna:view:{hash_password('anna-secret')}\nplc:write:{hash_token('t0ken')}\n")
    return file


def certificate(bridge: Bridge) -> str:
    """Return the certificate that the bridge shows now."""
    return ssl.get_server_certificate(("127.0.0.1", bridge.port))


def test_tls_users_and_their_reload(start_bridge: StartBridge, users: Path, tmp_path: Path) -> None:
    """Https with our certificate; SIGHUP takes a new one and new users, or keeps the old where the new are wrong."""
    authority = make_certificates(tmp_path)
    cert, key = tmp_path / "server.crt", tmp_path / "server.key"
    bridge = start_bridge(
        "--broker", "none", "--users-file", str(users), "--tls-cert", str(cert), "--tls-key", str(key)
    )
    assert bridge.url.startswith("https://127.0.0.1:")
    bearer = {"Authorization": "Bearer t0ken"}

    def ask() -> int:
        return requests.get(bridge.url + "api/v1/tags", headers=bearer, verify=str(authority), timeout=10).status_code

    assert ask() == 200
    login = requests.post(
        bridge.url + "login",
        data={"user": "anna", "password": "anna-secret"},
        verify=str(authority),
        timeout=10,
        allow_redirects=False,
    )
    assert "Secure" in login.headers["Set-Cookie"]

    before = certificate(bridge)
    make_certificates(tmp_path)
    bridge.signal(signal.SIGHUP)
    bridge.wait_for("read anew")
    assert certificate(bridge) != before
    assert ask() == 200

    key.write_text("no key")
    users.write_text("*:view:\n")
    bridge.signal(signal.SIGHUP)
    bridge.wait_for("the users and the certificate in use stay")
    assert ask() == 200
    for secret in ("t0ken", "anna-secret", "$scrypt", "$token"):
        assert secret not in bridge.log


def test_a_wrong_users_file_is_one_line_and_status_2(tmp_path: Path) -> None:
    """The bridge does not start open because its users cannot be read."""
    (tmp_path / "users").write_text("anna:view:secret\n")
    with pytest.raises(
        AssertionError, match=r"ended \(2\)[^\n]*\nmqtt-plot: --users-file: [^\n]*line 1: expected[^\n]*$"
    ):
        Bridge(["--broker", "none", "--users-file", str(tmp_path / "users")])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["everybody who can reach port 8080 may see and send data; --users-file asks for a login"]),
        ({"users_file": "yes"}, ["passwords cross the network in the clear; --tls-cert encrypts them"]),
        ({"users_file": "yes", "proxies": ("10.0.0.1",)}, []),
        ({"host": "127.0.0.1"}, []),
        ({"host": "localhost", "users_file": "yes"}, []),
    ],
)
def test_open_to_the_network_is_said_once(
    users: Path, caplog: pytest.LogCaptureFixture, options: dict[str, Any], expected: list[str]
) -> None:
    """Without users: that everybody may come. With users but no TLS: that passwords can be read. On the loopback: nothing."""
    given = {"host": "0.0.0.0", **options}  # noqa: S104 - not bound
    credentials = Credentials(**{**given, "users_file": str(users) if "users_file" in options else ""})
    credentials.read()
    credentials.warn_if_open(8080)
    assert [record.getMessage() for record in caplog.records] == expected


def test_secrets_are_not_in_the_process_list_or_the_log(start_bridge: StartBridge, tmp_path: Path) -> None:
    """Nor in the status and the metrics; the broker's password comes from a file."""
    secret = tmp_path / "password"
    secret.write_text("br0ker-secret\n")
    bridge = start_bridge("--broker", "mqtt://plot@127.0.0.1:1", "--broker-password-file", str(secret))
    wait_until(lambda: bridge.status()["broker"]["state"] == "lost", "the broker to be found away")
    seen = [
        *(bridge.get(path).text for path in ("api/v1/status", "metrics", "-/ready", "-/healthy")),
        bridge.log,
        Path(f"/proc/{bridge.pid}/cmdline").read_text(),
    ]
    assert [text for text in seen if "br0ker-secret" in text] == []
    assert "br0ker-secret" not in Path(f"/proc/{os.getpid()}/cmdline").read_text()


async def test_a_frozen_broker_is_noticed_and_said(broker: Broker, start_bridge: StartBridge) -> None:
    """SIGSTOP: given up within 1.5 keepalives; every browser is told within 2 s more; thawed, it is found again."""
    keepalive = 2
    bridge = start_bridge("--broker", broker.url, "--keepalive", str(keepalive))
    await asyncio.to_thread(bridge.wait_ready)
    connection = await websocket_connect(bridge.url.replace("http", "ws") + "ws")
    broker.signal(signal.SIGSTOP)
    frozen = time.monotonic()
    try:
        await asyncio.to_thread(
            bridge.wait_status, lambda status: status["broker"]["state"] == "lost", "the broker to be given up"
        )
        noticed = time.monotonic()
        while json.loads(await next_text(connection, "status"))["broker"]["state"] != "lost":
            pass
        said = time.monotonic()
    finally:
        broker.signal(signal.SIGCONT)
    assert noticed - frozen <= 1.5 * keepalive
    assert said - noticed <= 2.0
    assert "has said nothing for 2 s" in bridge.log
    await asyncio.to_thread(bridge.wait_ready)
    connection.close()
    while await connection.read_message() is not None:
        pass


async def next_text(connection: WebSocketClientConnection, kind: str) -> str:
    """Return the next control frame of a kind."""
    while True:
        message = await connection.read_message()
        assert message is not None
        if isinstance(message, str) and json.loads(message)["type"] == kind:
            return message
