"""It watches while nobody looks: the simulated plant runs at night, its pump fails at three, and the morning's browsers are told."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from mqtt_plot.commands.simulation.plant import Plant, Reading
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import Windows
from tests.support.waiting import wait_until

THREE_O_CLOCK = 1_700_017_200.0  # 2023-11-15T03:00:00Z
STEP = 0.1
BEFORE, AFTER = 10, 5


def until_after_the_fault() -> tuple[list[tuple[float, Reading]], float]:
    """Return the readings from the plant's start to 20 s after the pump says it failed, and when that was, in seconds from the start."""
    plant, readings, seconds, failed = Plant(), list[tuple[float, Reading]](), 0.0, 0.0
    while not failed or seconds < failed + 20:
        seconds += STEP
        due = plant.step(STEP)
        readings.extend((seconds, reading) for reading in due.values())
        if not failed and "pump1/state" in due and due["pump1/state"].value == "FAULT":
            failed = seconds
    return readings, failed


def messages(readings: list[tuple[float, Reading]], begin: float) -> Iterator[tuple[str, str | bytes]]:
    for seconds, (tag, signal, value) in readings:
        fields = {"value": value, "ts": round(begin + seconds, 3), **({"unit": signal.unit} if signal.unit else {})}
        yield f"plot/{tag}", json.dumps(fields)


def prepare(bridge: Bridge) -> None:
    """Set what a person sets in the evening."""
    for method, path, fields in (
        ("PUT", "limits?tag=pump1/vibration", {"hi": 5, "deadband": 1, "on_delay": 0.5, "off_delay": 0.5}),
        (
            "POST",
            "triggers",
            {
                "condition": "changes",
                "tag": "pump1/state",
                "to": "FAULT",
                "before": BEFORE,
                "after": AFTER,
                "tags": ["pump1/*"],
                "name": "Pump failed",
            },
        ),
        ("POST", "recorders", {"name": "night", "tags": ["pump1/*"]}),
        ("POST", "notes", {"text": "Charge 4711", "time": THREE_O_CLOCK - 60, "end": THREE_O_CLOCK}),
    ):
        assert bridge.request(method, f"api/v1/{path}", json=fields).ok
    wait_until(lambda: bridge.get("api/v1/recorders").json()["recorders"][0]["state"] == "recording", "the recorder")


def told(bridge: Bridge) -> list[Any]:
    """Return what the bridge says of the night."""
    (capture,) = bridge.get("api/v1/captures").json()["captures"]
    return [
        bridge.get("api/v1/events/log", kind="hi").json()["events"],
        capture,
        bridge.get(f"api/v1/captures/{capture['id']}").json()["lines"],
        bridge.get("api/v1/notes").json(),
    ]


async def look(page: Page, bridge: Bridge) -> list[str]:
    """Return what a browser shows of the events and the captures."""
    await page.goto(f"{bridge.url}?tag=pump1/vibration")
    await page.keyboard.press("m")
    event = page.get_by_role("region", name="Events").get_by_role("listitem").filter(has_text="above hi 5")
    await expect(event).to_have_count(1)
    shown = await event.all_inner_texts()
    await page.keyboard.press("t")
    capture = page.get_by_role("region", name="Captures").get_by_role("listitem")
    await expect(capture).to_have_count(1)
    await expect(capture.get_by_role("textbox")).to_have_value("Pump failed")
    return shown + await capture.all_inner_texts()


async def test_a_fault_at_three_is_told_in_the_morning(
    start_bridge: StartBridge, broker: Broker, page: Page, windows: Windows, tmp_path: Path
) -> None:
    """No browser is open: an event, the points before and after, two files. Two browsers see the same, after a restart too."""
    arguments = [
        *("--broker", broker.url, "--state", str(tmp_path / "state")),
        *("--captures", str(tmp_path / "captures"), "--recordings", str(tmp_path / "recordings")),
    ]
    for folder in ("captures", "recordings"):
        (tmp_path / folder).mkdir()
    bridge = start_bridge(*arguments)
    bridge.wait_ready()
    prepare(bridge)
    readings, failed = until_after_the_fault()
    begin = THREE_O_CLOCK - failed
    broker.publish_many(list(messages(readings, begin)))
    pump = [(seconds, reading) for seconds, reading in readings if reading.tag.startswith("pump1/")]
    wait_until(lambda: bridge.get("api/v1/recorders").json()["recorders"][0]["rows"] == len(pump), "the recording", 30)
    wait_until(lambda: bridge.status()["counters"].get("capture_files"), "the capture's file")

    (event,), capture, lines, (note,) = before = told(bridge)
    shaking = [(seconds, reading.value) for seconds, reading in pump if reading.tag == "pump1/vibration"]
    beyond = [seconds for seconds, value in shaking if float(value) > 5]
    assert round(event["begin"] - begin, 3) in [round(seconds, 3) for seconds in beyond[:5]]
    assert THREE_O_CLOCK - BEFORE < event["begin"] < THREE_O_CLOCK < event["end"] < THREE_O_CLOCK + AFTER
    assert event["value"] == max(value for _, value in shaking)
    assert (capture["at"], capture["whole"], note["text"]) == (THREE_O_CLOCK, True, "Charge 4711")
    assert (tmp_path / "captures" / capture["file"]).exists()
    assert {line["tag"] for line in lines} == {reading.tag for _, reading in pump}
    for line in lines:
        expected = [
            round(begin + seconds, 3)
            for seconds, reading in pump
            if reading.tag == line["tag"] and failed - BEFORE - 1e-3 <= seconds <= failed + AFTER + 1e-3
        ]
        assert (line["tag"], line["time"]) == (line["tag"], expected)
        assert all(earlier <= later for earlier, later in pairwise(line["time"]))

    other = await windows.open()
    seen = await look(page, bridge)
    assert await look(other, bridge) == seen
    await other.close()
    await page.goto("about:blank")
    bridge.stop()
    bridge = start_bridge(*arguments)
    assert told(bridge) == before
    assert await look(page, bridge) == seen
