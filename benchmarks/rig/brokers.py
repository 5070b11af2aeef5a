"""What each real broker does with the bridge's subscription, as a table.

    python -m benchmarks.rig.brokers [--write] [NAME …]      (make brokers)

`--write` puts the table into docs/brokers.md. Each check answers in a word or two; `tests/rig/test_brokers.py` holds the brokers that every
test run has against what is expected of them.
"""

import contextlib
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.report import machine
from mqtt_plot.mqtt.broker import Broker, Tls
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.samples import Message
from tests.support.real_brokers import BROKERS, RealBroker
from tests.support.waiting import wait_until

TABLE = Path(__file__).parents[2] / "docs" / "brokers.md"
_MARKS = ("<!-- table -->", "<!-- end of table -->")
# Longer than the silence to MQTT 5 after which 3.1.1 is tried.
READY_SECONDS = 20.0
ARRIVAL_SECONDS = 10.0
PER_SECOND = 500
LARGE_BYTES = 200_000


def reached(real: RealBroker, **options: Any) -> Broker:  # noqa: ANN401 - Broker's own
    """Return how the bridge reaches a broker."""
    plain = Broker("127.0.0.1", real.port, f"bridge-{real.port}", ("plot/#",), user=real.user, password=real.user)
    return replace(plain, **options)


class Ear:
    """A subscription of ours, and what it has heard."""

    def __init__(self, broker: Broker) -> None:
        self.messages: list[Message] = []
        self.source = Subscriber([broker], self.messages.extend)

    def wait_ready(self) -> None:
        wait_until(lambda: self.source.state.is_ready, f"the subscription: {self.source.state.text}", READY_SECONDS)

    def wait(self, count: int, seconds: float = ARRIVAL_SECONDS) -> int:
        """Wait until so many messages have come, or the time is over; return how many came."""
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: len(self.messages) >= count, "messages", seconds)
        return len(self.messages)


@contextlib.contextmanager
def listening(real: RealBroker, **options: Any) -> Iterator[Ear]:  # noqa: ANN401 - Broker's own
    """Yield a subscription that stands."""
    ear = Ear(reached(real, **options))
    ear.source.start()
    try:
        ear.wait_ready()
        yield ear
    finally:
        ear.source.stop()


@contextlib.contextmanager
def device(real: RealBroker, client_id: str = "device", *, is_clean: bool = True) -> Iterator[Client]:
    """Yield a connected client of plain paho, of version 3.1.1, which every broker has."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=is_clean, protocol=MQTTv311)
    if real.user is not None:
        client.username_pw_set(real.user, real.user)
    client.reconnect_delay_set(1, 1)
    client.max_inflight_messages_set(200)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", real.port)
    client.loop_start()
    try:
        wait_until(client.is_connected, "the device's connection")
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def publish(real: RealBroker, messages: Sequence[tuple[str, bytes, int]], *, retain: bool = False) -> None:
    """Publish (topic, payload, QoS), and wait for the broker's acknowledgements."""
    with device(real) as client:
        for info in [client.publish(topic, payload, qos, retain) for topic, payload, qos in messages]:
            with contextlib.suppress(RuntimeError, ValueError):
                info.wait_for_publish(ARRIVAL_SECONDS)


def version(real: RealBroker) -> str:
    """Tell the protocol version, and how long it took where another was tried in vain."""
    began = time.monotonic()
    with listening(real) as ear:
        taken = time.monotonic() - began
        return ear.source.version + (f", after {taken:.0f} s" if taken > 8 else "")


def every_qos(real: RealBroker) -> str:
    """Tell which qualities of service arrive."""
    with listening(real) as ear:
        publish(real, [("plot/q", str(qos).encode(), qos) for qos in (0, 1, 2)])
        ear.wait(3)
        return " ".join(sorted(message.payload.decode() for message in ear.messages))


def retained(real: RealBroker) -> str:
    """Tell which filters bring retained messages."""
    publish(real, [("plot/kept", b"1", 1)], retain=True)
    brought = []
    for name, topic in (("plot/#", "plot/#"), ("exact", "plot/kept")):
        with listening(real, topics=(topic,), client_id=f"retained-{name.strip('/#')}") as ear:
            if ear.wait(1, 5.0) and ear.messages[0].is_retained:
                brought.append(name)
    publish(real, [("plot/kept", b"", 1)], retain=True)
    return " ".join(brought) or "none"


def wildcards(real: RealBroker) -> str:
    """Tell whether + and # mean what they should."""
    with listening(real, topics=("a/#", "b/+/c"), client_id="wildcards") as ear:
        publish(real, [(topic, b"1", 1) for topic in ("x/y", "a/1", "b/2/c", "b/2/d", "a/1/2")])
        ear.wait(3)
        return "yes" if sorted(m.topic for m in ear.messages) == ["a/1", "a/1/2", "b/2/c"] else "no"


def names(real: RealBroker) -> str:
    """Tell what becomes of topics as people have them: with a dot, a blank, an umlaut."""
    odd = []
    for topic in ("plot/a.b", "plot/line 1", "plot/Öl"):
        with listening(real, client_id="names") as ear:
            publish(real, [(topic, b"1", 1)])
            ear.wait(1, 5.0)
            heard = ear.messages[0].topic if ear.messages else ""
            if heard != topic:
                becomes = f"becomes `{heard[5:]}`" if heard else "is lost"
                odd.append(f"`{topic[5:]}` {becomes}")
    return ", ".join(odd) or "as sent"


def large(real: RealBroker) -> str:
    """Tell whether a large payload arrives whole."""
    with listening(real, client_id="large") as ear:
        publish(real, [("plot/large", b"x" * LARGE_BYTES, 1)])
        ear.wait(1)
        return "yes" if [(m.topic, len(m.payload)) for m in ear.messages] == [("plot/large", LARGE_BYTES)] else "no"


def session(real: RealBroker) -> str:
    """Tell how many of 100 messages of QoS 1, published while we were away, arrive."""
    with listening(real, client_id="session"):
        pass
    publish(real, [("plot/s", str(n).encode(), 1) for n in range(100)])
    with listening(real, client_id="session") as ear:
        ear.wait(100)
        return f"{len({m.payload for m in ear.messages})} of 100"


def share(real: RealBroker) -> str:
    """Tell whether `$share` divides the messages among two."""
    try:
        topics = ("$share/group/plot/#",)
        with (
            listening(real, topics=topics, client_id="one") as one,
            listening(real, topics=topics, client_id="two") as two,
        ):
            publish(real, [(f"plot/{n}", b"1", 1) for n in range(100)])
            with contextlib.suppress(TimeoutError):
                wait_until(lambda: len(one.messages) + len(two.messages) >= 100, "all messages", ARRIVAL_SECONDS)
            heard = sorted((len(one.messages), len(two.messages)))
    except TimeoutError:
        return "refused"
    if heard == [0, 0]:
        return "nothing comes"
    return "divides" if sum(heard) == 100 and heard[0] else f"{heard[0]} and {heard[1]} of 100"


def encrypted(real: RealBroker) -> str:
    """Tell whether `mqtts://` works, with an authority of one's own."""
    if real.tls_port is None:
        return "not tried"
    tls = Tls(str(real.authority))
    with listening(real, port=real.tls_port, scheme="mqtts", tls=tls, client_id="encrypted"):
        return "yes"


def websocket(real: RealBroker) -> str:
    """Tell whether `ws://` works."""
    if real.websocket_port is None:
        return "not tried"
    with listening(real, port=real.websocket_port, scheme="ws", client_id="websocket"):
        return "yes"


def password(guarded: RealBroker) -> str:
    """Tell what is said of a wrong password, and whether the right one is taken; of a broker with users."""
    ear = Ear(reached(guarded, user=guarded.login[0], password="wrong", client_id="password"))  # noqa: S106 - it is no secret
    ear.source.start()
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: ear.source.state.state == "refused", "the refusal", READY_SECONDS)
    text = ear.source.state.text
    ear.source.stop()
    with listening(guarded, user=guarded.login[0], password=guarded.login[1], client_id="password"):
        return "refused, said" if "refused the password" in text else "refused, not said"


def restart(real: RealBroker) -> str:
    """Tell what two seconds without the broker cost us, and a plain paho beside us, at 500 messages/s of QoS 1."""
    heard: set[bytes] = set()
    with device(real, "source") as source, device(real, "control", is_clean=False) as control:
        control.on_message = lambda _client, _data, message: heard.add(bytes(message.payload))
        control.on_connect = lambda client, *_: client.subscribe("plot/#", 1)
        control.subscribe("plot/#", 1)
        with listening(real, client_id="restart") as ear:
            sent = 0
            stopping = threading.Event()

            def send() -> None:
                nonlocal sent
                due = time.monotonic()
                while not stopping.wait(max(0.0, due - time.monotonic())):
                    due += 1 / PER_SECOND
                    source.publish("plot/r", str(sent).encode(), 1)
                    sent += 1

            thread = threading.Thread(target=send)
            thread.start()
            time.sleep(2)
            real.stop()
            time.sleep(2)
            real.start()
            wait_until(lambda: ear.source.state.is_ready, "the subscription", READY_SECONDS)
            time.sleep(3)
            stopping.set()
            thread.join()
            with contextlib.suppress(TimeoutError):
                wait_until(lambda: len({m.payload for m in ear.messages}) >= sent and len(heard) >= sent, "all", 20.0)
            ours = len({m.payload for m in ear.messages})
    return f"{sent - ours} lost (paho {sent - len(heard)}) of {sent}"


CHECKS: dict[str, Callable[[RealBroker], str]] = {
    "MQTT": version,
    "QoS": every_qos,
    "retained by": retained,
    "wildcards": wildcards,
    "names": names,
    "200 kB": large,
    "session": session,
    "`$share`": share,
    "TLS": encrypted,
    "WebSocket": websocket,
    "wrong password": password,
    "restart": restart,
}


def tried(kind: type[RealBroker], folder: Path, checks: Sequence[str] = tuple(CHECKS)) -> dict[str, str]:
    """Return what came of each check on one broker; a check that fails is told by its fault."""
    answers: dict[str, str] = {}
    for has_users in (False, True):
        wanted = [name for name in checks if (name == "wrong password") == has_users]
        if has_users and not kind.can_have_users:
            answers |= dict.fromkeys(wanted, "not tried")
            continue
        if not wanted:
            continue
        real = kind(folder / f"users-{has_users}", has_users=has_users)
        try:
            real.start()
            for name in wanted:
                try:
                    answers[name] = CHECKS[name](real)
                except (TimeoutError, OSError) as error:
                    answers[name] = f"no: {str(error)[:60]}"
        finally:
            real.stop()
    return {name: answers[name] for name in checks}


def main(words: Sequence[str]) -> None:
    """Print the table, and write it where that is asked for."""
    chosen = [word for word in words if word != "--write"]
    rows = [f"| broker | {' | '.join(CHECKS)} |", f"|{'---|' * (len(CHECKS) + 1)}"]
    for kind in BROKERS:
        if chosen and kind.name not in chosen:
            continue
        if not kind.is_there():
            print(f"{kind.name}: not installed", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as name:
            answers = tried(kind, Path(name))
        rows.append(f"| {kind.name} | {' | '.join(answers.values())} |")
        print(rows[-1], flush=True)
    if "--write" in words:
        begin, end = map(re.escape, _MARKS)
        table = "\n".join([_MARKS[0], machine(), "", *rows, _MARKS[1]])
        text = TABLE.read_text(encoding="utf-8")
        TABLE.write_text(re.sub(f"{begin}.*{end}", lambda _: table, text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
