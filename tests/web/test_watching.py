"""It watches while nobody looks: a real bridge, its broker, a restart; and browsers that come later see the same."""

import asyncio
import json
from pathlib import Path

from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.samples import Message
from tests.conftest import StartBridge
from tests.support.site import NOW, Site
from tests.support.waiting import wait_until


async def news(connection: WebSocketClientConnection) -> dict[str, object]:
    """Return the next frame of events."""
    async with asyncio.timeout(10):
        while message := await connection.read_message():
            if isinstance(message, str):
                frame: dict[str, object] = json.loads(message)
                if frame["type"] == "events":
                    return frame
    raise AssertionError("closed")


async def test_browsers_are_told_at_once_and_then_what_is_new(site: Site) -> None:
    """Who comes later is told all, who was there what changed."""
    ingest, live = site.services.ingest, site.services.live
    ingest.accept_messages([Message("plot/a/$meta", b'{"hi": 5}', NOW), Message("plot/a", b"6", NOW)])
    live.measure()
    first = await websocket_connect(f"ws://127.0.0.1:{site.port}/ws")
    begun = await news(first)
    ingest.accept_messages([Message("plot/a", b"1", NOW + 2)])
    live.measure()
    ended = await news(first)
    second = await websocket_connect(f"ws://127.0.0.1:{site.port}/ws")
    late = await news(second)
    event = {"id": 1, "tag": "a", "kind": "hi", "begin": NOW, "end": None, "value": 6.0, "limit": 5.0, "text": ""}
    over = {**event, "end": NOW + 2}
    assert [begun, ended, late] == [
        {"type": "events", "full": full, "events": [one], "gone": [], "total": 1}
        for full, one in ((True, event), (False, over), (True, over))
    ]
    first.close()
    second.close()


def test_events_outlast_a_restart(start_bridge: StartBridge, tmp_path: Path) -> None:
    """With --state: what has ended, what lasts, and the limits that were set."""
    state = ("--broker", "none", "--state", str(tmp_path / "state"))
    bridge = start_bridge(*state)
    bridge.request("PUT", "api/v1/limits?tag=oven", json={"hi": 80})
    for value in (70, 85, 70, 90):
        bridge.post("api/v1/samples", {"tag": "oven", "value": value})
    before = bridge.get("api/v1/events/log").json()
    bridge.stop()
    bridge = start_bridge(*state)
    after = bridge.get("api/v1/events/log").json()
    bridge.post("api/v1/samples", {"tag": "oven", "value": 60})
    wait_until(lambda: not bridge.get("api/v1/events/log", open="true").json()["events"], "the event to end")
    values = [(event["kind"], event["value"], event["end"] is None) for event in before["events"]]
    assert (after, values) == (before, [("hi", 85.0, False), ("hi", 90.0, True)])


def test_silence_is_seen_by_itself(start_bridge: StartBridge) -> None:
    """The bridge looks every second, with nobody connected."""
    bridge = start_bridge("--broker", "none")
    for i in range(4):
        bridge.post("api/v1/samples", {"tag": "a", "value": i})
    wait_until(
        lambda: [event["kind"] for event in bridge.get("api/v1/events/log").json()["events"]] == ["late"], "the silence"
    )
