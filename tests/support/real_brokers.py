"""Brokers as people run them, each a child process on free loopback ports with its own folder, never a service of the machine.

Each class says how one is started; ports, folder and data stay the same over `stop`, `kill` and `start`.
"""

import getpass
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from mqtt_plot.mqtt.embedded_broker import EmbeddedBroker
from tests.support.certificates import make_certificates, make_passwords
from tests.support.ports import accepts, free_port
from tests.support.processes import ROOT, Program, find_program
from tests.support.waiting import wait_until

USER, PASSWORD = "bridge", "bridge-secret"
AEDES = ROOT / "tests/support/aedes"
AMQTT = ROOT / ".venv/amqtt/bin/python"
START_SECONDS = 90.0


class RealBroker:
    """One broker. `port` takes plain MQTT; the others are None where this broker has no such thing."""

    name = ""
    is_default = False  # among those that `make test` tries
    can_have_users = True
    login = (USER, PASSWORD)  # whom it takes where it has users
    user: str | None = None  # whom the plain port asks for, where it asks at all
    cluster: Sequence[Self] = ()  # all nodes, where there are several
    joins_in_turn = False  # a node of a cluster, after the one before it is up

    def __init__(self, folder: Path, *, has_users: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.websocket_port: int | None = None
        self.tls_port: int | None = None
        self.authority: Path | None = None
        self.has_users = has_users
        self._program: Program | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def is_there(cls) -> bool:
        """Tell whether it is installed."""
        return True

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        """Return the words that start it, and what its environment needs; configuration is written here."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it."""
        words, environment = self.command()
        self._program = Program(words, {"HOME": str(self.folder), **environment})

    def wait(self) -> None:
        """Wait until it takes connections."""
        program = self._program
        assert program is not None
        ports = [port for port in (self.port, self.websocket_port, self.tls_port) if port is not None]
        wait_until(lambda: all(map(accepts, ports)) or not program.is_running, f"{self.name} to listen", START_SECONDS)
        assert program.is_running, program.log

    def stop(self) -> None:
        """End it in order."""
        program, self._program = self._program, None
        if program is not None:
            program.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        program, self._program = self._program, None
        if program is not None:
            program.kill()

    @property
    def log(self) -> str:
        return self._program.log if self._program else ""

    def _use_tls(self) -> Path:
        """Make certificates and a port for them; return their folder."""
        certs = self.folder / "certs"
        if self.tls_port is None:
            certs.mkdir()
            self.authority = make_certificates(certs)
            self.tls_port = free_port()
        return certs


class MosquittoBroker(RealBroker):
    """Debian's, with persistence."""

    name, is_default = "mosquitto", True

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        certs = self._use_tls()
        self.websocket_port = self.websocket_port or free_port()
        login = "allow_anonymous true\n"
        if self.has_users:
            passwords = self.folder / "passwords"
            if not passwords.exists():
                make_passwords(passwords, {USER: PASSWORD})
            login = f"password_file {passwords}\n"
        listeners = (
            f"listener {self.port} 127.0.0.1\nlistener {self.websocket_port} 127.0.0.1\nprotocol websockets\nsocket_domain ipv4\n"
            f"listener {self.tls_port} 127.0.0.1\ncertfile {certs}/server.crt\nkeyfile {certs}/server.key\n"
        )
        data = (
            f"persistence true\npersistence_location {self.folder}/\nmax_queued_messages 0\nuser {getpass.getuser()}\n"
        )
        config = self.folder / "mosquitto.conf"
        config.write_text(login + listeners + data)
        return [find_program("mosquitto"), "-c", config], {}


class IotcoreBroker(RealBroker):
    """rumqttd from the package iotcore: what `--broker embedded` starts."""

    name, is_default = "iotcore (embedded)", True
    can_have_users = False

    def start(self) -> None:
        """Start it as the bridge does."""
        self._embedded = EmbeddedBroker(port=self.port)
        self._embedded.start()

    def stop(self) -> None:
        self._embedded.stop()


class AedesBroker(RealBroker):
    """aedes, the broker that Node-RED's users embed: TCP, WebSocket, TLS; in memory."""

    name, is_default = "aedes", True

    @classmethod
    def is_there(cls) -> bool:
        return (AEDES / "node_modules").is_dir()

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        certs = self._use_tls()
        self.websocket_port = self.websocket_port or free_port()
        options: dict[str, object] = {"tcp": self.port, "ws": self.websocket_port, "tls": self.tls_port}
        options |= {"cert": f"{certs}/server.crt", "key": f"{certs}/server.key"}
        if self.has_users:
            options |= {"user": USER, "password": PASSWORD}
        return [find_program("node"), AEDES / "broker.js", json.dumps(options)], {}


class NatsBroker(RealBroker):
    """NATS with JetStream, which keeps MQTT's sessions and retained messages."""

    name = "NATS (JetStream)"

    def __init__(self, folder: Path, *, has_users: bool = False) -> None:
        super().__init__(folder, has_users=has_users)
        self.route_port = free_port()

    @classmethod
    def is_there(cls) -> bool:
        return shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin") is not None

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        login = f'authorization {{ user: "{USER}", password: "{PASSWORD}" }}' if self.has_users else ""
        routes = ", ".join(f'"nats://127.0.0.1:{node.route_port}"' for node in self.cluster)
        cluster = (
            f'cluster {{ name: rig, listen: "127.0.0.1:{self.route_port}", routes: [{routes}] }}'
            if self.cluster
            else ""
        )
        replicas = "stream_replicas: 3, consumer_replicas: 3," if self.cluster else ""
        text = (
            f'server_name: "n{self.port}"\nlisten: "127.0.0.1:{free_port()}"\njetstream {{ store_dir: "{self.folder}/js" }}\n'
            f'mqtt {{ listen: "127.0.0.1:{self.port}", {replicas} max_ack_pending: 10000 }}\n{login}\n{cluster}\n'
        )
        config = self.folder / "nats.conf"
        config.write_text(text)
        return [find_program("nats-server"), "-c", config], {}


class AmqttBroker(RealBroker):
    """amqtt, in Python."""

    name = "amqtt"
    can_have_users = False

    @classmethod
    def is_there(cls) -> bool:
        return AMQTT.exists()

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        certs = self._use_tls()
        plugins = "  amqtt.plugins.authentication.AnonymousAuthPlugin:\n    allow_anonymous: true\n"
        config = self.folder / "amqtt.yaml"
        config.write_text(
            f"listeners:\n  default:\n    type: tcp\n    bind: 127.0.0.1:{self.port}\n"
            f"  secure:\n    bind: 127.0.0.1:{self.tls_port}\n    ssl: true\n"
            f"    certfile: {certs}/server.crt\n    keyfile: {certs}/server.key\n"
            f"plugins:\n{plugins}"
        )
        return [AMQTT.with_name("amqtt"), "-c", config], {}


class ErlangBroker(RealBroker):
    """One whose node makes its name known to epmd, which would stay behind as a daemon if it were not a child of its own."""

    def __init__(self, folder: Path, *, has_users: bool = False) -> None:
        super().__init__(folder, has_users=has_users)
        self._mapper_port = free_port()
        self._mapper: Program | None = None

    def mapper_environment(self) -> dict[str, str]:
        return {"ERL_EPMD_PORT": str(self._host._mapper_port), "ERL_EPMD_ADDRESS": "127.0.0.1"}

    @property
    def _host(self) -> Self:
        """Whose epmd knows the nodes: they find each other through it."""
        return self.cluster[0] if self.cluster else self

    def launch(self) -> None:
        """Start epmd, then the node."""
        if self._host is self and self._mapper is None:
            self._mapper = Program([find_program("epmd"), "-port", str(self._mapper_port), "-address", "127.0.0.1"])
            wait_until(lambda: accepts(self._mapper_port), "epmd")
        super().launch()

    def stop(self) -> None:
        """End the node, then epmd."""
        super().stop()
        mapper, self._mapper = self._mapper, None
        if mapper is not None:
            mapper.stop()


class RabbitBroker(ErlangBroker):
    """RabbitMQ with its MQTT plugin. In a cluster sessions are quorum queues: each has a copy on every node."""

    name = "RabbitMQ"
    joins_in_turn = True
    login = ("guest", "guest")

    @classmethod
    def is_there(cls) -> bool:
        return Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists()

    def __init__(self, folder: Path, *, has_users: bool = False) -> None:
        super().__init__(folder, has_users=has_users)
        self.user = "guest"

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        certs = self._use_tls()
        (self.folder / "rabbitmq.conf").write_text(
            "listeners.tcp = none\n"
            f"mqtt.listeners.tcp.1 = 127.0.0.1:{self.port}\nmqtt.listeners.ssl.1 = 127.0.0.1:{self.tls_port}\n"
            f"mqtt.allow_anonymous = {'false' if self.has_users else 'true'}\nmqtt.subscription_ttl = 86400000\n"
            f"ssl_options.certfile = {certs}/server.crt\nssl_options.keyfile = {certs}/server.key\nssl_options.verify = verify_none\n"
            "log.console = true\nlog.file = false\n" + "".join(self._clustering())
        )
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text("rig")
            cookie.chmod(0o400)
        (self.folder / "plugins").write_text("[rabbitmq_mqtt].\n")
        return ["/usr/lib/rabbitmq/bin/rabbitmq-server"], {
            "RABBITMQ_NODENAME": self._node,
            "RUNNING_UNDER_SYSTEMD": "yes",  # no shell in between, which would be killed alone
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
            **self.mapper_environment(),
        }

    @property
    def _node(self) -> str:
        return f"r{self.port}@localhost"

    def _clustering(self) -> Iterator[str]:
        if self.cluster:
            yield "mqtt.durable_queue_type = quorum\ncluster_formation.peer_discovery_backend = classic_config\n"
        for number, node in enumerate(self.cluster, 1):
            yield f"cluster_formation.classic_config.nodes.{number} = {node._node}\n"


class EjabberdBroker(ErlangBroker):
    """ejabberd, whose mod_mqtt speaks MQTT 5."""

    name = "ejabberd"
    can_have_users = False  # they are accounts of its chat
    user = "bridge"  # it asks for some name, and anonymous ones may have any

    @classmethod
    def is_there(cls) -> bool:
        return Path("/usr/sbin/ejabberdctl").exists()

    def command(self) -> tuple[Sequence[str | Path], Mapping[str, str]]:
        certs = self._use_tls()
        self.tls_port = self.tls_port or free_port()
        pem = self.folder / "server.pem"
        pem.write_text((certs / "server.crt").read_text() + (certs / "server.key").read_text())
        config = self.folder / "ejabberd.yml"
        config.write_text(
            f"hosts: [localhost]\nloglevel: warning\ncertfiles: [{pem}]\nlisten:\n"
            f"  - {{port: {self.port}, ip: 127.0.0.1, module: mod_mqtt, backlog: 100}}\n"
            f"  - {{port: {self.tls_port}, ip: 127.0.0.1, module: mod_mqtt, tls: true}}\n"
            f"auth_method: [{'internal' if self.has_users else 'anonymous'}]\nanonymous_protocol: login_anon\n"
            "access_rules:\n  all_in: [allow: all]\n"
            "modules:\n  mod_mqtt:\n    match_retained_limit: 1000\n"
        )
        node = f"e{self.port}@localhost"
        words = ["erl", "-noinput", "-sname", node, "-pa", *map(str, Path("/usr/lib").glob("*/ejabberd-*/ebin")),
                 "-mnesia", "dir", f'"{self.folder}/db"', "-ejabberd", "config", f'"{config}"', "log_path", f'"{self.folder}/log"',
                 "-kernel", "inet_dist_use_interface", "{127,0,0,1}", "-s", "ejabberd"]  # fmt: skip
        return words, {**self.mapper_environment(), "EJABBERD_CONFIG_PATH": str(config)}


BROKERS: tuple[type[RealBroker], ...] = (
    MosquittoBroker,
    IotcoreBroker,
    AedesBroker,
    NatsBroker,
    RabbitBroker,
    AmqttBroker,
    EjabberdBroker,
)
