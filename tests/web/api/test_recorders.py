"""Recorders over REST."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mqtt_plot.web.auth.passwords import hash_token
from tests.support.site import NOW, Site, decoded, error_code
from tests.support.waiting import until

StartSite = Callable[..., Site]
NIGHT = {"name": "night", "tags": ["line1/*"]}


async def test_recording_is_started_watched_stopped_and_forgotten(start_site: StartSite, tmp_path: Path) -> None:
    """Its files are among those that can be replayed."""
    site = start_site(recordings=tmp_path)
    made = decoded(await site.post(NIGHT, "/api/v1/recorders"))
    site.lookout.look(NOW)
    await site.post({"tag": "line1/a", "value": 1})
    await until(lambda: not next(iter(site.lookout.recorders)).is_writing, "the first look")
    site.lookout.look(NOW + 1)
    await until(lambda: next(iter(site.lookout.recorders)).rows == 1, "the row")
    at_work = decoded(await site.get("/api/v1/recorders/1"))
    await site.request("PUT", "/api/v1/recorders/1", json.dumps({**NIGHT, "on": False}))
    site.lookout.look(NOW + 2)
    await until(lambda: not next(iter(site.lookout.recorders)).is_writing, "the last look")
    stopped = decoded(await site.get("/api/v1/recorders"))
    gone = (await site.request("DELETE", "/api/v1/recorders/1")).code
    files = [entry["file"] for entry in decoded(await site.get("/api/v1/recordings"))["recordings"]]
    assert (made["state"], at_work["state"], at_work["rows"], at_work["matched"], at_work["free"] > 0) == (
        "stopped",
        "recording",
        1,
        1,
        True,
    )
    assert (stopped["enabled"], stopped["recorders"][0]["state"], gone, files) == (
        True,
        "stopped",
        204,
        ["night-20231114T221320Z.csv"],
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "/api/v1/recorders", "{}", "bad_recorder"), ("POST", "/api/v1/recorders", '{"name": "x"}', "bad_tags"),
        ("POST", "/api/v1/recorders", '{"name": "x", "tags": ["*"]}', "no_folder"), ("GET", "/api/v1/recorders/7", None, "unknown_recorder"),
        ("PUT", "/api/v1/recorders/7", "{}", "unknown_recorder"), ("DELETE", "/api/v1/recorders/7", None, "unknown_recorder"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused(site: Site, method: str, path: str, body: str | None, code: str) -> None:
    """In the one shape of errors."""
    assert error_code(await site.request(method, path, body)) == code


async def test_who_only_views_records_nothing(start_site: StartSite, tmp_path: Path) -> None:
    """An operator does."""
    site = start_site(
        recordings=tmp_path, users="\n".join(f"{role}:{role}:{hash_token(role)}" for role in ("viewer", "operator"))
    )
    codes = [
        (await site.request("POST", "/api/v1/recorders", json.dumps(NIGHT), {"Authorization": f"Bearer {role}"})).code
        for role in ("viewer", "operator")
    ]
    assert codes == [403, 201]
