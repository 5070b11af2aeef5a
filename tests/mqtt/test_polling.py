"""Waiting for sockets, however many descriptors the process has."""

import os
import resource
import socket
from collections.abc import Iterator

import pytest
from paho.mqtt import client as paho

from mqtt_plot.mqtt import client
from mqtt_plot.mqtt.polling import select

LIMIT = 1_100


@pytest.fixture
def high_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets whose descriptors are beyond 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < LIMIT:
        pytest.skip(f"this machine allows {hard} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, LIMIT), hard))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_030)]
    pair = socket.socketpair()
    yield pair
    for sock in pair:
        sock.close()
    for number in taken:
        os.close(number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_descriptors_beyond_1024_are_waited_for(high_pair: tuple[socket.socket, socket.socket]) -> None:
    """With select.select the broker connection died of a ValueError there."""
    near, far = high_pair
    assert near.fileno() >= 1024
    assert select([near], [near], [], 0.0) == ([], [near], [])
    far.send(b"x")
    assert select([near, far], [], [], 1.0) == ([near], [], [])
    far.close()
    near.recv(1)
    assert select([near], [], [], 1.0) == ([near], [], [])


def test_a_closed_descriptor_is_told_as_select_tells_it() -> None:
    """Paho takes a ValueError for a connection that has gone."""
    sock = socket.socket()
    sock.close()
    with pytest.raises(ValueError, match=r"closed|-1|negative"):
        select([sock], [], [], 0.0)


def test_paho_waits_with_it() -> None:
    """Its own loop, which drives the connection that publishes, has no setting for that."""
    assert client.introduce is not None
    assert paho.select.select is select  # type: ignore[attr-defined]
