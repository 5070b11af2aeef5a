"""What one browser is told, and that it ends up with what the store holds, whatever happens in between."""

import json
from array import array
from collections import deque
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from mqtt_plot.live import directory
from mqtt_plot.live.broadcaster import Broadcaster
from mqtt_plot.live.hub import Hub
from mqtt_plot.live.limits import ClientLimits
from mqtt_plot.live.outbox import Message, Outbox
from mqtt_plot.live.protocol import FLAG_SNAPSHOT, KIND_DATA
from mqtt_plot.metrics import Counters
from mqtt_plot.store.store import Limits, Store
from tests.support.frames import decode_blocks

EPOCH = "epoch"
TAGS = ("a", "b", "c")


class World:
    """A store whose time is turned by hand, and what browsers are told of it."""

    def __init__(self) -> None:
        self.now = 1000.0
        counters = Counters()
        self.store = Store(Limits(max_points=20, max_age=50.0, max_tags=2), counters)
        self.store.gone = deque(maxlen=3)
        self.live = Broadcaster(
            self.store,
            Hub(self.store, EPOCH),
            counters,
            clock=lambda: self.now,
            status=dict,
            hello={},
            client_limits=ClientLimits(),
        )

    def fill(self, tag: str, count: int) -> None:
        """Append `count` points a second apart, as far as there is room for the tag; their values tell times."""
        if tag not in self.store and len(self.store) >= self.store.limits.max_tags:
            return
        series = self.store.open(tag)
        if count:
            times = array("d", [self.now + n for n in range(count)])
            self.store.extend(series, times, times)
        self.now += count


class Browser:
    """A client as docs/protocol.md asks for, at the far end of a slow line."""

    def __init__(self, live: Broadcaster) -> None:
        self.live = live
        self.wanted: list[str] = []
        self.held: dict[str, list[float]] = {}
        self.next: dict[str, int] = {}
        self.known: dict[int, str] = {}
        self.connect()

    def connect(self) -> None:
        """Come back over a new connection, and go on where the old one ended."""
        self.outbox = Outbox(self.live)
        self.under_way: list[Message] = []
        self.unnamed: set[int] = set()  # of what it knew, by the full list of which a part has come
        self.has_all = False
        self.following: dict[str, Any] = {}
        self.follow(self.wanted, {"epoch": EPOCH, "next": self.next})

    def follow(self, tags: list[str], resumed: dict[str, object] | None = None) -> None:
        self.wanted = tags
        for tag in set(self.held).difference(tags):
            self.forget(tag)
        assert self.outbox.ask(json.dumps({"type": "follow", "tags": tags, **(resumed or {})}))

    def forget(self, tag: str) -> None:
        self.held.pop(tag, None)
        self.next.pop(tag, None)

    def write(self) -> bool:
        """Let the server write one message; tell whether it had one."""
        message = self.outbox.next_message()
        if message is not None:
            self.under_way.append(message)
        return message is not None

    def settle(self) -> None:
        """Read all that there is to read."""
        while self.read() or self.write():
            pass

    def read(self) -> bool:
        """Read one message that is under way; tell whether there was one."""
        if not self.under_way:
            return False
        message = self.under_way.pop(0)
        if isinstance(message, bytes):
            self.read_data(message)
            return True
        frame = json.loads(message)
        if frame["type"] == "tags":
            self.read_tags(frame)
        elif frame["type"] == "following":
            assert self.has_all
            assert set(frame["ids"]) <= self.known.keys() - self.unnamed
            self.following = frame
        return True

    def read_tags(self, frame: dict[str, Any]) -> None:
        if frame["full"]:
            self.unnamed = set(self.known)
        named = {entry["id"]: entry["tag"] for entry in frame["tags"]}
        self.unnamed -= named.keys()
        for series_id in frame["gone"]:
            self.known.pop(series_id, None)
        self.known |= named
        self.has_all = not frame["more"]
        if not self.has_all:
            return
        for series_id in self.unnamed:
            self.known.pop(series_id, None)
        self.unnamed.clear()
        for tag in set(self.held).difference(self.known.values()):
            self.forget(tag)

    def read_data(self, message: bytes) -> None:
        kind, _, _, blocks = decode_blocks(message) if message[0] == KIND_DATA else (None, 0, 0, [])
        assert kind in {None, KIND_DATA}
        for block in blocks:
            tag = self.known[block.series]
            if tag not in self.wanted:
                continue  # unfollowed while it was under way
            if block.flags & FLAG_SNAPSHOT:
                self.held[tag] = list(block.values)
            elif block.first == self.next.get(tag):
                self.held[tag] += block.values
            else:
                wanted = self.wanted
                self.follow([other for other in wanted if other != tag])
                self.follow(wanted)
                continue
            self.next[tag] = block.next


class Following(RuleBasedStateMachine):
    """Tags are made, deleted, made anew and filled up from behind while browsers follow, read slowly and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.browsers: list[Browser] = []

    def any_browser(self, data: st.DataObject) -> Browser:
        return data.draw(st.sampled_from(self.browsers))

    @rule(tag=st.sampled_from(TAGS), count=st.integers(0, 30))
    def publish(self, tag: str, count: int) -> None:
        self.world.fill(tag, count)

    @rule(tag=st.sampled_from(TAGS))
    def delete(self, tag: str) -> None:
        if tag in self.world.store:
            self.world.store.delete(tag)

    @rule(tag=st.sampled_from(TAGS), count=st.integers(0, 30))
    def begin_anew(self, tag: str, count: int) -> None:
        """Delete and return within one round, as a replay that starts again does."""
        self.delete(tag)
        self.world.fill(tag, count)

    @rule(tag=st.sampled_from(TAGS))
    def fill_up_from_behind(self, tag: str) -> None:
        series = self.world.store.get(tag)
        if series is not None:
            self.world.store.splice(series, 0, 0, array("d", [1.0, 2.0]), array("d", [1.0, 2.0]))

    @rule(seconds=st.integers(1, 60))
    def age(self, seconds: int) -> None:
        self.world.now += seconds
        self.world.store.expire(self.world.now)

    @rule(tags=st.lists(st.sampled_from(TAGS), unique=True))
    def join(self, tags: list[str]) -> None:
        browser = Browser(self.world.live)
        browser.follow(tags)
        self.browsers.append(browser)

    @precondition(lambda self: self.browsers)
    @rule(data=st.data(), tags=st.lists(st.sampled_from(TAGS), unique=True))
    def follow(self, data: st.DataObject, tags: list[str]) -> None:
        self.any_browser(data).follow(tags)

    @precondition(lambda self: self.browsers)
    @rule(data=st.data())
    def reconnect(self, data: st.DataObject) -> None:
        self.any_browser(data).connect()

    @rule()
    def tick(self) -> None:
        self.world.live.tick()

    @rule()
    def measure(self) -> None:
        self.world.live.measure()

    @precondition(lambda self: self.browsers)
    @rule(data=st.data())
    def write(self, data: st.DataObject) -> None:
        self.any_browser(data).write()

    @precondition(lambda self: self.browsers)
    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        self.any_browser(data).read()

    @rule()
    def rest(self) -> None:
        """With no more news, every browser holds what the store holds, and knows what it follows."""
        self.world.live.tick()
        store = self.world.store
        for browser in self.browsers:
            browser.settle()
            series = [store.find(tag) for tag in browser.wanted if tag in store]
            expected = {each.tag: list(each.ring.read(each.ring.first, each.ring.next)[1]) for each in series}
            assert {tag: held[-len(expected[tag]) or len(held) :] for tag, held in browser.held.items()} == expected
            assert set(browser.following["ids"]) == {each.id for each in series}
            assert browser.following["unknown"] == sorted(set(browser.wanted).difference(store_tags(store)))
            assert browser.known == {each.id: each.tag for each in store}

    def teardown(self) -> None:
        self.rest()


def store_tags(store: Store) -> set[str]:
    return {series.tag for series in store}


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


class FollowingInParts(Following):
    """The same, where two tags are so many that their list and their table come in parts."""

    def __init__(self) -> None:
        self.part = directory.PART
        directory.PART = 1
        super().__init__()

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            directory.PART = self.part


TestFollowingInParts = FollowingInParts.TestCase
TestFollowingInParts.settings = TestFollowing.settings


def test_a_browser_that_comes_back_to_a_list_in_parts_follows_a_tag_without_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it was told when the list was short counts no longer once the list is long."""
    monkeypatch.setattr(directory, "PART", 1)
    world = World()
    browser = Browser(world.live)
    browser.follow(["a"])
    browser.settle()
    world.fill("a", 0)
    browser.settle()
    browser.connect()
    world.fill("b", 0)
    browser.settle()
    assert (browser.held, browser.following["ids"], browser.known) == ({"a": []}, [1], {1: "a", 2: "b"})


def test_a_tag_that_comes_back_between_two_looks_is_followed() -> None:
    """A replay that starts again deletes its tags and makes them anew at once: the browser follows the new ones."""
    world = World()
    world.fill("a", 3)
    browser = Browser(world.live)
    browser.follow(["a"])
    for _ in range(3):
        browser.settle()
        world.store.delete("a")
        world.fill("a", 2)
        world.live.tick()
    browser.settle()
    assert (browser.held, browser.following["unknown"]) == ({"a": [1007.0, 1008.0]}, [])


def test_a_seq_of_a_tag_that_was_deleted_fits_nothing_later() -> None:
    """Whoever comes back with the seq of a tag that has begun anew meanwhile gets all of it, not a piece at the seam."""
    world = World()
    world.fill("a", 3)
    browser = Browser(world.live)
    browser.follow(["a"])
    browser.settle()
    world.store.delete("a")
    world.fill("a", 5)
    browser.connect()
    browser.settle()
    assert browser.held == {"a": [1003.0, 1004.0, 1005.0, 1006.0, 1007.0]}
