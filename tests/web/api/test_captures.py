"""Triggers and captures over REST, and their files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.recordings.capture_files import CaptureFiles
from mqtt_plot.samples import Message
from mqtt_plot.store.captures import CaptureList
from mqtt_plot.web.auth.passwords import hash_token
from tests.support.site import NOW, Site, decoded, error_code
from tests.support.waiting import until

TRIGGER = {
    "name": "Fault",
    "tag": "oven",
    "condition": "rises",
    "level": 80,
    "before": 5,
    "after": 2,
    "tags": ["oven/*"],
}
StartSite = Callable[..., Site]


def publish(site: Site, tag: str, value: str, at: float) -> None:
    site.services.ingest.accept_messages([Message(f"plot/{tag}", value.encode(), NOW + at)])


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def capture(site: Site) -> None:
    """Let the oven run hot, and the capture be made."""
    await site.post(TRIGGER, "/api/v1/triggers")
    for second in range(10):
        publish(site, "oven", str(77 + second), second)
        publish(site, "oven/state", "HEAT" if second < 4 else "FAULT", second)
        site.lookout.look(NOW + second)


async def test_a_fault_is_captured_and_can_be_read(site: Site) -> None:
    """With what was before it; as JSON and as CSV."""
    await capture(site)
    listed = decoded(await site.get("/api/v1/captures"))
    read = decoded(await site.get("/api/v1/captures/1"))
    table = (await site.get("/api/v1/captures/1", {"format": "csv"})).body.decode().splitlines()
    head = {
        "id": 1, "trigger": 1, "name": "Fault", "reason": "oven rises through 80", "at": NOW + 3, "start": NOW - 2, "end": NOW + 5,
        "tags": ["oven", "oven/state"], "points": 12, "whole": True, "pinned": False, "file": "",
    }  # fmt: skip
    times = [NOW + second for second in range(6)]
    states = {"states": ["HEAT", "FAULT"], "time": times, "value": [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]}
    oven = {"states": [], "time": times, "value": [77.0, 78.0, 79.0, 80.0, 81.0, 82.0]}
    assert (listed, read, table[0], table[4]) == (
        {"captures": [head], "dropped": 0, "folder": False},
        {
            "mqtt_plot_capture": 1,
            **head,
            "lines": [
                {"tag": "oven", "unit": "", "kind": "number", "whole": True, **oven},
                {"tag": "oven/state", "unit": "", "kind": "state", "whole": True, **states},
            ],
        },
        "time,oven,oven/state",
        f"{NOW + 3!r},80.0,HEAT",
    )  # fmt: skip


async def test_a_capture_is_a_file_at_once_and_after_a_restart(start_site: StartSite, tmp_path: Path) -> None:
    """With --captures FOLDER the points leave memory; name and pin are kept too; what is deleted is gone from the disk."""
    site = start_site(captures=tmp_path)
    await capture(site)
    await until(lambda: site.counters.get("capture_files") == 1, "the file")
    await site.request("PUT", "/api/v1/captures/1", '{"name": "Night", "pinned": true}')
    await until(lambda: site.counters.get("capture_files") == 2, "the file again")
    before = decoded(await site.get("/api/v1/captures/1"))
    again = start_site(captures=tmp_path)
    after = decoded(await again.get("/api/v1/captures/1"))
    names = files(tmp_path)
    held = sum(one.held for one in site.lookout.flight.captures)
    await again.request("DELETE", "/api/v1/captures/1")
    assert (after, before["name"], before["pinned"], names, held, files(tmp_path)) == (
        before, "Night", True, ["20231114T221323Z-Fault-1.capture.json"], 0, []
    )  # fmt: skip


async def test_a_folder_that_is_gone_costs_nothing_but_the_file(start_site: StartSite, tmp_path: Path) -> None:
    """The capture stays in memory, and the failure is counted."""
    site = start_site(captures=tmp_path / "gone")
    await capture(site)
    await until(lambda: site.counters.get("capture_files", "failed") == 1, "the failure")
    assert decoded(await site.get("/api/v1/captures/1"))["points"] == 12


def test_files_that_are_no_captures_are_passed_over(tmp_path: Path) -> None:
    """Damaged ones, foreign ones, links and folders."""
    (tmp_path / "a.capture.json").write_text("{")
    (tmp_path / "b.capture.json").write_text('{"mqtt_plot_capture": 2, "id": 1}\n')
    (tmp_path / "c.capture.json").mkdir()
    (tmp_path / "d.capture.json").symlink_to("/etc/passwd")
    (tmp_path / "e.txt").write_text("x")
    captures = CaptureList(Counters())
    CaptureFiles(tmp_path, captures, Counters()).load()
    assert (len(captures), len(list(tmp_path.iterdir()))) == (0, 5)


async def test_triggers_are_listed_changed_and_deleted(site: Site) -> None:
    """With what they wait for, in words."""
    made = decoded(await site.post(TRIGGER, "/api/v1/triggers"))
    changed = decoded(
        await site.request("PUT", "/api/v1/triggers/1", json.dumps({**TRIGGER, "level": 90, "armed": False}))
    )
    listed = decoded(await site.get("/api/v1/triggers"))
    gone = (await site.request("DELETE", "/api/v1/triggers/1")).code
    assert (made["says"], changed["says"], listed, gone, decoded(await site.get("/api/v1/triggers"))) == (
        "oven rises through 80", "oven rises through 90", [changed], 204, []
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "/api/v1/triggers", "{", "not_json"), ("POST", "/api/v1/triggers", "{}", "bad_trigger"),
        ("PUT", "/api/v1/triggers/9", "{}", "unknown_trigger"), ("DELETE", "/api/v1/triggers/9", None, "unknown_trigger"),
        ("GET", "/api/v1/captures/9", None, "unknown_capture"), ("PUT", "/api/v1/captures/1", '{"name": ""}', "bad_capture"),
        ("PUT", "/api/v1/captures/1", '{"pinned": 1}', "bad_capture"), ("PUT", "/api/v1/captures/1", '{"x": 1}', "bad_capture"),
        ("PUT", "/api/v1/captures/1", '{"name": "\\u0007"}', "bad_capture"), ("GET", "/api/v1/captures/1?format=x", None, "bad_query"),
        ("POST", "/api/v1/triggers", b"\xff", "bad_utf8"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(
    site: Site, method: str, path: str, body: str | bytes | None, code: str
) -> None:
    """In the one shape of errors."""
    await capture(site)
    assert error_code(await site.request(method, path, body)) == code


async def test_only_an_admin_sets_triggers(start_site: StartSite) -> None:
    """Who may write names and pins captures; who may view sees all."""
    site = start_site(users="\n".join(f"{role}:{role}:{hash_token(role)}" for role in ("view", "write", "admin")))
    codes = {}
    for role in ("view", "write", "admin"):
        headers = {"Authorization": f"Bearer {role}"}
        asked = [
            ("POST", "/api/v1/triggers", "{}"), ("PUT", "/api/v1/captures/1", "{}"), ("GET", "/api/v1/captures", None)
        ]  # fmt: skip
        codes[role] = [(await site.request(method, path, body, headers)).code for method, path, body in asked]
    assert codes == {"view": [403, 403, 200], "write": [403, 404, 200], "admin": [400, 404, 200]}
