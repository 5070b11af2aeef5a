"""Dashboards over REST: kept in one folder, whole or not at all, and nothing outside it is touched."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from tornado.httpclient import HTTPResponse

from mqtt_plot.web.auth.passwords import hash_token
from mqtt_plot.web.dashboard_files import MAX_BYTES, MAX_DASHBOARDS, MAX_NAME_BYTES, SUFFIX
from tests.support.site import Site, decoded, error_code

LAYOUT = {"mqtt_plot_dashboard": 1, "window": "600", "charts": [{"chart": "Pump", "tag": ["a/b", "größe"]}]}
BODY = json.dumps(LAYOUT)
HOSTILE_NAMES = [
    *("..", ".hidden", "a/../b", "../up", "a/b", "a\\b", "\x00", "a\nb", " a", "a ", "x" * (MAX_NAME_BYTES + 1)),
    "\u202eright to left",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "dashboards"
    folder.mkdir()
    return folder


@pytest.fixture
async def site(start_site: Callable[..., Site], folder: Path) -> Site:
    return start_site(dashboards=folder)


def names(folder: Path) -> list[str]:
    """Return what lies in the folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


async def put(site: Site, name: str, body: str | bytes = BODY, **headers: str) -> HTTPResponse:
    return await site.request("PUT", f"/api/v1/dashboards/{quote(name, safe='')}", body, headers)


async def get(site: Site, name: str) -> HTTPResponse:
    return await site.get(f"/api/v1/dashboards/{quote(name, safe='')}")


@pytest.mark.parametrize("name", ["Line 1", "größe 🌡", "__proto__", "<b>&amp;", "x" * MAX_NAME_BYTES, "a.b"])
async def test_a_dashboard_comes_back_as_it_was_saved(site: Site, folder: Path, name: str) -> None:
    """New is 201, replaced is 200; the file is there for people too."""
    assert [(await put(site, name)).code, (await put(site, name)).code] == [201, 200]
    assert decoded(await get(site, name)) == LAYOUT
    listed = decoded(await site.get("/api/v1/dashboards"))
    assert [entry["name"] for entry in listed["dashboards"]] == [name]
    assert listed["enabled"] is True
    assert names(folder) == [name + SUFFIX]


async def test_a_deleted_dashboard_is_gone(site: Site) -> None:
    await put(site, "one")
    assert (await site.request("DELETE", "/api/v1/dashboards/one")).code == 204
    assert [(await get(site, "one")).code, (await site.request("DELETE", "/api/v1/dashboards/one")).code] == [404, 404]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_no_name_leads_out_of_the_folder(site: Site, folder: Path, name: str) -> None:
    """Not by dots, slashes, control characters or length; nothing is written anywhere."""
    answers = [await put(site, name), await get(site, name)]
    assert {answer.code for answer in answers} <= {400, 404}
    assert names(folder) == []
    assert names(folder.parent) == [folder.name]


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"charts": []}', '{"mqtt_plot_dashboard": 2}', b"\xff\xfe", "[" * 5000, "1e999999"]
)
async def test_what_is_no_dashboard_is_refused(site: Site, folder: Path, body: str | bytes) -> None:
    assert error_code(await put(site, "x", body)) == "bad_dashboard"
    assert names(folder) == []


async def test_a_large_one_is_refused(site: Site, folder: Path) -> None:
    answer = await put(site, "x", json.dumps({**LAYOUT, "note": "x" * MAX_BYTES}))
    assert (answer.code, error_code(answer)) == (413, "too_large")
    assert names(folder) == []


async def test_a_full_folder_takes_no_new_one_but_replaces_an_old_one(site: Site, folder: Path) -> None:
    for index in range(MAX_DASHBOARDS):
        (folder / f"d{index}{SUFFIX}").write_text(BODY)
    answer = await put(site, "one more")
    assert (answer.code, error_code(answer)) == (503, "dashboards_full")
    assert (await put(site, "d7")).code == 200


async def test_a_failing_disk_leaves_the_old_one_and_says_why(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full at the last moment: the half file is gone, the old one stands."""
    await put(site, "one")

    def fail(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    answer = await put(site, "one", json.dumps({**LAYOUT, "window": "60"}))
    assert answer.code == 503
    assert "No space left" in decoded(answer)["error"]["message"]
    assert decoded(await get(site, "one")) == LAYOUT
    assert names(folder) == ["one.json"]


async def test_links_and_pipes_are_no_dashboards(site: Site, folder: Path) -> None:
    """Neither listed nor read: what lies outside stays outside, and no pipe keeps the server waiting."""
    (folder.parent / "secret.json").write_text(BODY)
    (folder / "link.json").symlink_to(folder.parent / "secret.json")
    os.mkfifo(folder / "pipe.json")
    assert decoded(await site.get("/api/v1/dashboards"))["dashboards"] == []
    assert [(await get(site, "link")).code, (await get(site, "pipe")).code] == [503, 404]


async def test_a_file_broken_by_hand_is_refused_in_words(site: Site, folder: Path) -> None:
    (folder / "broken.json").write_text("{")
    answer = await get(site, "broken")
    assert (answer.code, error_code(answer)) == (400, "bad_dashboard")


async def test_without_a_folder_nothing_is_kept(start_site: Callable[..., Site]) -> None:
    site = start_site()
    assert decoded(await site.get("/api/v1/dashboards")) == {"enabled": False, "dashboards": []}
    assert error_code(await put(site, "x")) == "no_dashboards"


async def test_who_may_only_view_may_not_save(start_site: Callable[..., Site], folder: Path) -> None:
    """`write` may, and delete what was saved."""
    tokens = {role: f"{role}-token-of-some-length-0123456789" for role in ("view", "write")}
    users = "\n".join(f"{role}:{role}:{hash_token(token)}" for role, token in tokens.items())
    site = start_site(dashboards=folder, users=users)
    codes = {}
    for role, token in tokens.items():
        codes[role] = (await put(site, role, Authorization=f"Bearer {token}")).code
    assert codes == {"view": 403, "write": 201}
    assert (await put(site, "nobody")).code == 401
    answer = await site.request(
        "DELETE", "/api/v1/dashboards/write", headers={"Authorization": f"Bearer {tokens['write']}"}
    )
    assert answer.code == 204
