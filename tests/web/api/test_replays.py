"""Recordings and replays over REST."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tornado.httpclient import HTTPResponse

from tests.support.site import Site, decoded, error_code

REPLAYS = "/api/v1/replays"
CSV = "time,a,note\n" + "".join(f"{1_523_526_900 + i},{i}.5,note {i}\n" for i in range(100))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.csv").write_text(CSV)
    (tmp_path / "<b>&amp;.csv").write_text(CSV)
    return tmp_path


@pytest.fixture
async def site(start_site: Callable[..., Site], folder: Path) -> Site:
    return start_site(recordings=folder)


async def start(site: Site, **asked: object) -> HTTPResponse:
    return await site.post({"file": "run.csv", **asked}, REPLAYS)


async def test_recordings_are_listed_by_their_names_as_they_are(site: Site, folder: Path) -> None:
    answer = decoded(await site.get("/api/v1/recordings"))
    assert sorted(entry["file"] for entry in answer["recordings"]) == ["<b>&amp;.csv", "run.csv"]
    assert answer["enabled"] is True
    assert {entry["size"] for entry in answer["recordings"]} == {len(CSV)}


async def test_without_a_folder_the_list_says_so(start_site: Callable[..., Site]) -> None:
    site = start_site()
    assert decoded(await site.get("/api/v1/recordings")) == {"enabled": False, "can_publish": False, "recordings": []}
    assert (await start(site)).code == 404


async def test_a_recording_tells_its_columns_and_times(site: Site) -> None:
    answer = decoded(await site.get("/api/v1/recordings", {"file": "run.csv"}))
    assert answer == {
        "file": "run.csv",
        "size": len(CSV),
        "columns": [
            {
                "name": "time",
                "kind": "time",
                "example": "1523526900",
                "unit": "",
                "reason": "the time: numbers since 1970",
            },
            {"name": "a", "kind": "number", "example": "0.5", "unit": "", "reason": ""},
            {
                "name": "note",
                "kind": "text",
                "example": "note 0",
                "unit": "",
                "reason": "text, such as 'note 0', that is neither a number nor one of a few words",
            },
        ],
        "playable": ["a"],
        "time": "time",
        "relative": False,
        "long": False,
        "first": 1523526900.0,
        "last": 1523526999.0,
        "notes": [],
    }


@pytest.mark.parametrize("name", ["../run.csv", "/etc/passwd", "gone.csv", "run.csv/../run.csv", "%2e%2e/run.csv", ""])
async def test_nothing_outside_the_folder_is_served(site: Site, name: str) -> None:
    answer = await site.get("/api/v1/recordings", {"file": name})
    assert (answer.code in (400, 404), error_code(answer)) == (True, "bad_recording")


async def test_a_replay_starts_is_listed_stops_and_goes(site: Site) -> None:
    answer = await start(site, rate=50)
    begun = decoded(answer)
    assert (answer.code, begun["state"], begun["tags"], begun["factor"]) == (201, "running", ["run/a"], 50.0)
    assert [entry["id"] for entry in decoded(await site.get(REPLAYS))] == [begun["id"]]
    path = f"{REPLAYS}/{begun['id']}"
    assert decoded(await site.post(b"", f"{path}/stop"))["state"] == "stopped"
    assert decoded(await site.get(path))["state"] == "stopped"
    assert (await site.request("DELETE", path)).code == 204
    assert decoded(await site.get(REPLAYS)) == []
    assert error_code(await site.get(path)) == "unknown_replay"


async def test_every_choice_arrives(site: Site) -> None:
    asked = {"columns": ["a"], "pace": 2, "loop": True, "stamps": "original", "prefix": "x ", "empty": "skip"}
    begun = decoded(await start(site, **asked))
    assert (begun["speed"], begun["factor"], begun["loop"], begun["stamps"]) == ("pace", 2.0, True, "original")
    assert (begun["columns"], begun["tags"], begun["empty"], begun["target"]) == (["a"], ["x a"], "skip", "bridge")


async def test_as_fast_as_possible_brings_all_rows(site: Site) -> None:
    replay_id = decoded(await start(site, fast=True, stamps="original"))["id"]
    async with asyncio.timeout(10):
        while decoded(await site.get(f"{REPLAYS}/{replay_id}"))["state"] == "running":
            pass
    series = decoded(await site.get("/api/v1/series", {"tag": "run/a"}))
    assert series["value"] == [i + 0.5 for i in range(100)]
    assert series["time"] == [1_523_526_900.0 + i for i in range(100)]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"rate": 0.0000001}, "bad_speed"),
        ({"rate": "10"}, "bad_speed"),
        ({"rate": 10, "pace": 1}, "bad_speed"),
        ({"rate": 1e300}, "bad_speed"),
        ({"pace": True}, "bad_speed"),
        ({"loop": "yes"}, "bad_request"),
        ({"columns": "a"}, "bad_request"),
        ({"columns": [1]}, "bad_request"),
        ({"stamps": "later"}, "bad_stamps"),
        ({"target": "moon"}, "bad_target"),
        ({"target": "broker"}, "no_broker"),
        ({"empty": "fill"}, "bad_request"),
        ({"prefix": 5}, "bad_request"),
        ({"prefix": "\n"}, "bad_tag"),
        ({"speed": "fast"}, "bad_request"),
        ({"file": ""}, "bad_request"),
        ({"file": 7}, "bad_request"),
        ({"file": "../run.csv"}, "bad_recording"),
        ({"columns": ["note"]}, "bad_recording"),
        ({"columns": ["x"]}, "bad_recording"),
    ],
)
async def test_what_cannot_be_played_is_refused_in_the_one_shape(
    site: Site, asked: dict[str, object], code: str
) -> None:
    assert error_code(await start(site, **asked)) == code
    assert decoded(await site.get(REPLAYS)) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"7", json.dumps({"rate": 1}).encode()])
async def test_a_body_that_is_no_wish_is_refused(site: Site, body: bytes) -> None:
    answer = await site.post(body, REPLAYS)
    assert answer.code == 400
    error_code(answer)


async def test_too_many_replays_are_told_to_wait(site: Site) -> None:
    codes = [(await start(site, rate=1, prefix=f"{i}/")).code for i in range(5)]
    assert codes == [201] * 4 + [429]


async def test_other_methods_are_refused(site: Site) -> None:
    assert (await site.request("DELETE", "/api/v1/recordings")).code == 405
    assert (await site.request("GET", f"{REPLAYS}/1/stop")).code == 405
