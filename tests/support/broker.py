"""Debian's mosquitto on a loopback port with the configuration files that we ship."""

import base64
import getpass
import hashlib
import json
import re
from functools import partial
from pathlib import Path

from paho.mqtt import publish
from paho.mqtt.client import MQTTv5

from tests.support.certificates import make_certificates, make_passwords
from tests.support.ports import accepts, free_port
from tests.support.processes import ROOT, Program, find_program
from tests.support.waiting import wait_until

_TRIES = 3


class Broker:
    """One mosquitto with its own folder. Ports, data and sessions stay the same over `stop`, `kill` and `start`.

    The shipped files are used as they are but for the ports, which become free loopback ports, and for `/mosquitto/`, the
    container's folder, which becomes `folder`.
    """

    def __init__(self, folder: Path, name: str = "mosquitto.conf") -> None:
        self.folder = folder
        self.ports: dict[int, int] = {}
        self._name = name
        self._program: Program | None = None
        for part in ("config", "data", "certs", "secrets"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    @property
    def port(self) -> int:
        """The port of the first listener in the file."""
        return next(iter(self.ports.values()))

    @property
    def websocket_port(self) -> int:
        return self.ports[9001]

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._program.log if self._program else ""

    def _write_config(self) -> Path:
        for shipped in filter(Path.is_file, (ROOT / "mosquitto").iterdir()):
            text = shipped.read_text().replace("/mosquitto/", f"{self.folder}/")
            (self.folder / "config" / shipped.name).write_text(text)
        config = self.folder / "config" / self._name
        # Without socket_domain mosquitto 2.0 opens a websockets listener on every address, whatever address is asked for.
        text = re.sub(
            r"^listener (\d+)$",
            lambda found: f"listener {self._port_for(int(found[1]))} 127.0.0.1\nsocket_domain ipv4",
            config.read_text(),
            flags=re.MULTILINE,
        )
        # As root mosquitto would become a user who may not enter the test's folder.
        config.write_text(f"{text}\nuser {getpass.getuser()}\n")
        return config

    def _port_for(self, shipped: int) -> int:
        return self.ports.setdefault(shipped, free_port())

    def start(self) -> None:
        """Start and wait until it takes connections; on the first start a port that was lost to another is chosen anew."""
        is_first = not self.ports
        for _ in range(_TRIES):
            program = Program([find_program("mosquitto"), "-c", self._write_config()])
            self._program = program
            wait_until(partial(self._is_settled, program), "mosquitto to listen")
            if program.is_running:
                return
            if not is_first:
                break
            self.ports.clear()
        raise AssertionError(f"mosquitto does not start:\n{self.log}")

    def _is_settled(self, program: Program) -> bool:
        return all(map(accepts, self.ports.values())) or not program.is_running

    def stop(self) -> None:
        """End it in order: sessions and queues are written to disk."""
        if self._program:
            self._program.stop()
            self._program = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._program:
            self._program.kill()
            self._program = None

    def signal(self, number: int) -> None:
        """Send a signal, such as SIGSTOP for a broker that hangs."""
        assert self._program
        self._program.signal(number)

    def publish(self, topic: str, payload: str | bytes, qos: int = 1, *, retain: bool = False) -> None:
        """Publish one message and wait until the broker has it (QoS 1)."""
        self.publish_many([(topic, payload)], qos, retain=retain)

    def publish_many(self, messages: list[tuple[str, str | bytes]], qos: int = 1, *, retain: bool = False) -> None:
        """Publish messages over one connection."""
        publish.multiple(
            [{"topic": topic, "payload": payload, "qos": qos, "retain": retain} for topic, payload in messages],
            hostname="127.0.0.1",
            port=self.port,
            protocol=MQTTv5,
        )


class DynamicSecurity(Broker):
    """Mosquitto that takes the user bridge/secret and lets it read nothing."""

    PLUGIN = "mosquitto_dynamic_security.so"

    def _write_config(self) -> Path:
        config = super()._write_config()
        plugin = next(Path("/usr/lib").glob(f"*/{self.PLUGIN}"))
        roles = self.folder / "config" / "dynamic-security.json"
        roles.write_text(
            json.dumps(
                {
                    "defaultACLAccess": {
                        "publishClientSend": False,
                        "publishClientReceive": True,
                        "subscribe": False,
                        "unsubscribe": True,
                    },
                    "clients": [{"username": "bridge", **_hashed("secret")}],
                }
            )
        )
        text = config.read_text().replace("allow_anonymous true", "allow_anonymous false")
        config.write_text(f"{text}plugin {plugin}\nplugin_opt_config_file {roles}\n")
        return config


def _hashed(password: str) -> dict[str, object]:
    """Return a password as the plugin stores it: PBKDF2 with SHA-512."""
    salt, rounds = b"twelve bytes", 101
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)
    return {
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": rounds,
    }


class CertificatesOnly(Broker):
    """Mosquitto with the secure configuration that lets in only who has a certificate of its authority; the name in it is the user.

    The authority was made without key usage, as many were.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "secure.conf")
        make_certificates(folder / "certs", has_key_usage=False)
        make_passwords(folder / "secrets" / "passwords", {"device": "device-secret"})

    def _write_config(self) -> Path:
        config = super()._write_config()
        config.write_text(f"{config.read_text()}\nrequire_certificate true\nuse_identity_as_username true\n")
        return config
