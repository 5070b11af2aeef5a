"""The old server's URLs: what its clients rely on, and where ours differ on purpose."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from mqtt_plot.store.store import Limits
from tests.support.site import NOW, Site, decoded, error_code

TS = 1_649_859_909
USAGE = b"ERROR: expecting json containing value, tag, unit (optional) and ts (optional)\nobtained: "


async def test_the_snippet_of_its_description_stores(site: Site) -> None:
    """The snippet of its description stores a point."""
    answer = await site.post({"tag": "Temperature - Room 1", "value": 20.3, "unit": "℃", "ts": TS}, "/")
    assert (answer.code, answer.body) == (200, b"path: /received value: 20.3")
    assert answer.headers["Content-Type"] == "text/plain"
    data = decoded(await site.get("/current_data", {"tag": "Temperature - Room 1"}))
    assert [datetime.fromisoformat(time).timestamp() for time in data.pop("time")] == [TS]
    assert data == {"value": [20.3], "tag": "Temperature - Room 1", "unit": "℃"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"20.3",
        b"[]",
        b'[{"tag": "a", "value": 1}]',
        b'{"value": 1}',
        b'{"tag": "a"}',
        b'{"tag": "a", "value": null}',
        b'{"tag": "a", "value": "ON"}',
        b'{"tag": "a", "value": "abc"}',
        b'{"tag": "a", "value": "12,5"}',
        b'{"tag": "a", "value": [1, 2]}',
        b'{"tag": "a", "value": {}}',
        b'{"tag": "a", "value": 1e400}',
        b'{"tag": "a", "value": ' + b"9" * 5000 + b"}",
        b'{"tag": "", "value": 1}',
        b'{"tag": 5, "value": 1}',
        b'{"tag": "a", "value": 1, "ts": "soon"}',
        b'{"tag": "\xff", "value": 1}',
        b"[" * 100_000,
        b'{"tag": "<script>alert(1)</script>", "value": "<script>"}',
    ],
)
async def test_a_mistake_gets_400(site: Site, body: bytes) -> None:
    """A mistake gets 400 with the old body, is counted, and stores nothing."""
    answer = await site.post(body, "/anything")
    assert (answer.code, answer.body) == (400, USAGE + body)
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(site.store) == 0
    assert site.counters.total("messages_rejected") == 1


async def test_a_full_tag_table(start_site: Callable[..., Site]) -> None:
    """A full tag table is an error with the old body."""
    site = start_site(limits=Limits(max_tags=1))
    await site.post({"tag": "a", "value": 1}, "/")
    answer = await site.post({"tag": "b", "value": 1}, "/")
    assert (answer.code, answer.body) == (400, USAGE + b'{"tag": "b", "value": 1}')


async def test_its_posts_go_through(site: Site) -> None:
    """Its posts go the one way into ingest."""
    await site.post({"tag": "a", "value": 1}, "/")
    assert site.counters.get("messages_received") == 1
    assert site.counters.get("samples_stored") == 1
    assert decoded(await site.get("/api/v1/tags"))[0]["value"] == 1


async def test_what_came_another_way_is_seen(site: Site) -> None:
    """What came another way is seen by its clients."""
    await site.post({"tag": "a", "value": [1, None], "ts": [TS, TS + 1]})
    assert decoded(await site.get("/available_plots")) == ["a"]
    assert decoded(await site.get("/current_data?tag=a"))["value"] == [1, None]


async def test_the_plot_id_changes_with_every(site: Site) -> None:
    """The plot id changes with every point, even within a millisecond."""
    ids = []
    for value in range(5):
        await site.post({"tag": "a", "value": value, "ts": TS}, "/")
        ids.append(int((await site.get("/plot_id?tag=a")).body))
    assert len(set(ids)) == 5
    assert abs(ids[0] - NOW * 1000) < 1000
    assert int((await site.get("/plot_id?tag=a")).body) == ids[-1]


async def test_the_state_changes_when_a_tag(site: Site) -> None:
    """The state changes when a tag comes or goes, and not with points."""

    async def state() -> int:
        return int((await site.get("/state")).body)

    states = [await state()]
    await site.post({"tag": "a", "value": 1}, "/")
    states.append(await state())
    await site.post({"tag": "b", "value": 1}, "/")
    states.append(await state())
    await site.request("DELETE", "/api/v1/series?tag=a")
    states.append(await state())
    assert len(set(states)) == 4
    await site.post({"tag": "b", "value": 2}, "/")
    assert await state() == states[-1]


@pytest.mark.parametrize(
    "path", ["/current_data", "/current_data?tag=", "/current_data?tag=no", "/plot_id?tag=%3Cb%3E"]
)
async def test_a_tag_that_is_missing(site: Site, path: str) -> None:
    """A tag that is missing or unknown is 400 with the old body."""
    answer = await site.get(path)
    assert (answer.code, answer.body) == (400, b"tag not provided or invalid")
    assert answer.headers["Content-Type"] == "text/plain"


async def test_its_delete_answers_and_deletes_nothing(site: Site) -> None:
    """Its DELETE answers, and deletes nothing."""
    await site.post({"tag": "a", "value": 1}, "/")
    answer = await site.request("DELETE", "/a?tag=a")
    assert (answer.code, answer.body) == (200, b"path: /a?tag=a")
    assert "a" in site.store


async def test_an_unknown_get_is_404_instead(site: Site) -> None:
    """An unknown GET is 404 instead of a page that repeats the path."""
    answer = await site.get("/<script>alert(1)</script>")
    assert (answer.code, error_code(answer)) == (404, "not_found")


async def test_a_long_history_is_answered_whole(site: Site) -> None:
    """A long history is answered whole."""
    n = 9_000
    await site.post({"tag": "a", "value": list(range(n)), "ts": [TS + i for i in range(n)]})
    data = decoded(await site.get("/current_data?tag=a"))
    assert data["value"] == list(range(n))
    assert len(data["time"]) == n


async def test_its_json_is_spaced_as_json(site: Site) -> None:
    """Its JSON is spaced as json.dumps does."""
    await site.post({"tag": "ä", "value": [1, 2], "ts": [TS, TS + 1]})
    body = (await site.get("/current_data", {"tag": "ä"})).body.decode()
    assert body == json.dumps(json.loads(body))
