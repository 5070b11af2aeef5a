"""Sparkplug B nodes: births, aliases and deaths seen so far, so that data by alias gets its names. Knows nothing of brokers.

A late joiner knows no aliases until a node is born again; what it cannot name is refused with that reason, and a rebirth is asked
for where `ask` is given (it publishes; without it the bridge stays read-only).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context, Rules
from mqtt_plot.parsers.sparkplug_payload import Metric, Payload, decode, interpret, rebirth_request
from mqtt_plot.parsers.values import text_to_value, to_unit
from mqtt_plot.samples import EARLIEST, LATEST, Parsed, Sample
from mqtt_plot.tags import check_tag

PREFIX = "spBv1.0/"
NAME = "sparkplug b"
# Nodes and devices together, and the metrics of all of them: about 20 MB at most. Beyond, the birth is refused.
MAX_OWNERS = 2_000
MAX_METRICS = 50_000
# Asked more often, a node that is slow to answer would be asked again for what is under way.
REBIRTH_SECONDS = 60.0

_DEVICE_LEVELS = 5
_NODE_LEVELS = 4
_SEQUENCE = 256
# Metrics of the protocol itself.
_PROTOCOL = frozenset({"bdSeq"})
_CONTROL = ("Node Control/", "Device Control/")


class Known(NamedTuple):
    """What a birth says of a metric: its tag, its data type."""

    tag: str
    kind: int


class Owner:
    """A node, or a device of one: its metrics by alias and by name since its birth."""

    __slots__ = ("by_alias", "by_name", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.by_alias: dict[int, Known] = {}
        self.by_name: dict[str, Known] = {}

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(known.tag for known in self.by_name.values())


class Node:
    """A node with its devices; `birth` and `seq` are as its last messages numbered themselves."""

    __slots__ = ("asked", "birth", "owners", "seq")

    def __init__(self) -> None:
        self.owners: dict[str, Owner] = {}  # "" is the node itself
        self.seq: int | None = None
        self.birth: int | None = None
        self.asked = -math.inf


class Address(NamedTuple):
    """The parts of a topic `spBv1.0/group/TYPE/node[/device]`."""

    group: str
    kind: str
    node: str
    device: str

    @property
    def path(self) -> str:
        return "/".join(part for part in (self.group, self.node, self.device) if part)


def parse_topic(topic: str) -> Address | None:
    """Return the parts of a Sparkplug topic; None for STATE, which is about a host. Raises PayloadError for others."""
    parts = topic.split("/")
    if len(parts) > 1 and parts[1] == "STATE":
        return None
    if len(parts) not in (_NODE_LEVELS, _DEVICE_LEVELS) or not all(parts):
        raise PayloadError("not_sparkplug", f"expected spBv1.0/group/TYPE/node[/device] as topic, got {topic!r:.80}")
    return Address(parts[1], parts[2], parts[3], parts[4] if len(parts) == _DEVICE_LEVELS else "")


class Nodes:
    """All nodes seen. `ask(topic, payload)` publishes a rebirth request; None never asks."""

    def __init__(self, ask: Callable[[str, bytes], None] | None = None) -> None:
        self._ask = ask
        self._nodes: dict[tuple[str, str], Node] = {}
        self._owners = 0
        self._metrics = 0

    def parse(self, topic: str, payload: bytes, rules: Rules, now: float) -> Parsed:
        """Return what one message under `spBv1.0/` says; tags are whole names. Raises PayloadError when nothing of it can be used."""
        address = parse_topic(topic)
        context = Context(rules, now)
        if address is None:
            return Parsed(NAME, [], notes=("state of a host application: no values",), is_named=True)
        if len(payload) > rules.max_payload:
            raise PayloadError(
                "too_large", f"expected a payload of at most {rules.max_payload} bytes, got {len(payload)}"
            )
        match address.kind:
            case "NBIRTH" | "DBIRTH":
                return self._birth(address, decode(payload), context)
            case "NDATA" | "DDATA":
                return self._data(address, decode(payload), context)
            case "NDEATH" | "DDEATH":
                return self._death(address, decode(payload))
            case "NCMD" | "DCMD":
                return Parsed(NAME, [], notes=("a command: no values",), is_named=True)
            case _:
                raise PayloadError(
                    "not_sparkplug", f"expected NBIRTH, NDATA, NDEATH or the like, got {address.kind!r:.40}"
                )

    def _birth(self, address: Address, payload: Payload, context: Context) -> Parsed:
        key = (address.group, address.node)
        node = self._nodes.get(key)
        if address.kind == "NBIRTH":
            if node is not None:
                self._forget(node, tuple(node.owners))  # section 6.4.21: a node's birth ends what its devices said
            node = node or Node()
            node.birth = _birth_number(payload)
            node.seq = payload.seq
        elif node is None:
            node = Node()
        else:
            self._forget(node, (address.device,))
            self._follow(node, address, payload.seq, context)
        if self._owners >= MAX_OWNERS or self._metrics + len(payload.metrics) > MAX_METRICS:
            raise PayloadError(
                "batch_too_large",
                f"expected at most {MAX_OWNERS} nodes and devices with {MAX_METRICS} metrics, got more: {address.path:.80}",
            )
        owner = Owner(address.path)
        for position, metric in enumerate(payload.metrics):
            self._learn(owner, metric, position, context)
        self._nodes[key] = node
        node.owners[address.device] = owner
        self._owners += 1
        self._metrics += len(owner.by_name)
        return self._samples(owner, payload, context, is_birth=True)

    def _learn(self, owner: Owner, metric: Metric, position: int, context: Context) -> None:
        if not metric.name:
            return
        try:
            known = Known(check_tag(f"{owner.path}/{metric.name}"), metric.kind)
        except PayloadError as error:
            context.reject(position, error)
            return
        owner.by_name[metric.name] = known
        if metric.alias is not None:
            owner.by_alias[metric.alias] = known

    def _forget(self, node: Node, devices: tuple[str, ...]) -> None:
        for device in devices:
            owner = node.owners.pop(device, None)
            if owner is not None:
                self._owners -= 1
                self._metrics -= len(owner.by_name)

    def _data(self, address: Address, payload: Payload, context: Context) -> Parsed:
        node = self._nodes.get((address.group, address.node))
        owner = node.owners.get(address.device) if node is not None else None
        if node is not None:
            self._follow(node, address, payload.seq, context)
        parsed = self._samples(owner or Owner(address.path), payload, context, is_birth=False)
        if owner is None or any(refused.code == "no_birth" for refused in parsed.rejected):
            self._request(address, node, context)
        if owner is None and not parsed.samples:
            raise PayloadError(
                "no_birth",
                f"expected {address.kind[0]}BIRTH of {address.path:.80} before its data; its names come with the next one"
                + ("" if self._ask else " (--sparkplug-rebirth would ask for it)"),
            )
        parsed.notes = context.notes
        return parsed

    def _samples(self, owner: Owner, payload: Payload, context: Context, *, is_birth: bool) -> Parsed:
        samples: list[Sample] = []
        for position, metric in enumerate(payload.metrics):
            try:
                sample = _sample(owner, metric, payload.timestamp, context, is_birth=is_birth)
            except PayloadError as error:
                context.reject(position, error)
                continue
            if sample is not None:
                samples.append(sample)
        return Parsed(NAME, samples, context.rejected, context.notes, is_named=True)

    def _death(self, address: Address, payload: Payload) -> Parsed:
        node = self._nodes.get((address.group, address.node))
        if node is None:
            return Parsed(NAME, [], notes=(f"death of {address.path:.80}, which was not known",), is_named=True)
        if address.kind == "NDEATH":
            birth = _birth_number(payload)
            if birth is not None and node.birth is not None and 0 < (node.birth - birth) % _SEQUENCE < _SEQUENCE // 2:
                return Parsed(NAME, [], notes=("death of an earlier session: nothing ends",), is_named=True)
            gone = tuple(node.owners)
        else:
            gone = (address.device,)
        stale = tuple(tag for device in gone if device in node.owners for tag in node.owners[device].tags)
        self._forget(node, gone)
        if address.kind == "NDEATH":
            del self._nodes[address.group, address.node]
        return Parsed(NAME, [], notes=(f"{address.path:.80} has gone",), stale=stale, is_named=True)

    def _follow(self, node: Node, address: Address, seq: int | None, context: Context) -> None:
        """Check that the numbers of a node's messages have no hole: after one, a birth may have been missed."""
        if seq is not None and node.seq is not None and seq != (node.seq + 1) % _SEQUENCE:
            context.note(f"message {(node.seq + 1) % _SEQUENCE} expected, got {seq}: some were lost")
            self._request(address, node, context)
        node.seq = seq if seq is not None else node.seq

    def _request(self, address: Address, node: Node | None, context: Context) -> None:
        """Ask for a rebirth, where that is allowed, at most once a minute per node."""
        if self._ask is None:
            return
        if node is None:
            if self._owners + len(self._nodes) >= MAX_OWNERS:
                return
            node = self._nodes[address.group, address.node] = Node()
        if context.now - node.asked < REBIRTH_SECONDS:
            return
        node.asked = context.now
        self._ask(f"{PREFIX}{address.group}/NCMD/{address.node}", rebirth_request(context.now))
        context.note("rebirth asked for")


def _birth_number(payload: Payload) -> int | None:
    return next((m.value for m in payload.metrics if m.name == "bdSeq" and isinstance(m.value, int)), None)


def _sample(
    owner: Owner, metric: Metric, payload_stamp: int | None, context: Context, *, is_birth: bool
) -> Sample | None:
    known = _known(owner, metric)
    if known is None:
        if not is_birth:
            raise PayloadError("no_birth", f"expected a birth to name alias {metric.alias}, none was seen")
        return None
    name = known.tag.removeprefix(f"{owner.path}/")
    if name in _PROTOCOL or name.startswith(_CONTROL):
        return None
    if not metric.is_plottable:
        context.note(f"{name:.60}: data sets, bytes and templates are not plotted")
        return None
    value = interpret(metric.value, metric.kind or known.kind)
    if isinstance(value, str):
        value = text_to_value(value)
    return Sample(value, _seconds(metric, payload_stamp, context), None, to_unit(metric.unit), known.tag)


def _known(owner: Owner, metric: Metric) -> Known | None:
    """Return the tag and type of a metric by its alias or name; a name without a birth will do where the type is clear."""
    if metric.alias is not None and metric.alias in owner.by_alias:
        return owner.by_alias[metric.alias]
    if metric.name is None:
        return None
    known = owner.by_name.get(metric.name)
    is_clear = metric.kind != 0 or isinstance(metric.value, bool | float | str)
    return known or (Known(check_tag(f"{owner.path}/{metric.name}"), metric.kind) if is_clear else None)


def _seconds(metric: Metric, payload_stamp: int | None, context: Context) -> float | None:
    stamp = metric.timestamp if metric.timestamp is not None else payload_stamp
    if stamp is None:
        return None
    if EARLIEST <= stamp / 1000 <= LATEST:
        return stamp / 1000
    context.note(f"time of arrival used: {stamp} ms is outside 1980 to 2100; is the device's clock set?")
    return None
