"""Why is there no data: verdicts and descriptions over REST."""

import json

import pytest

from mqtt_plot.samples import Message
from mqtt_plot.web.auth.passwords import hash_token
from tests.support.site import NOW, Site


def decoded(body: bytes) -> dict[str, object]:
    answer = json.loads(body)
    assert isinstance(answer, dict)
    return answer


def publish(site: Site, *messages: tuple[str, bytes]) -> None:
    site.services.ingest.accept_messages([Message(topic, payload, NOW) for topic, payload in messages])


async def test_a_wrong_payload_is_found_with_its_reason(site: Site) -> None:
    """Expected, got, advice; and what the message looked like."""
    publish(site, ("plot/a", b"1"), ("plot/b", b"12.5.3"))
    answer = decoded((await site.get("/api/v1/verdicts", {"topic": "*/b"})).body)
    assert answer == {
        "skipped": 0,
        "verdicts": [
            {
                "time": NOW,
                "topic": "plot/b",
                "size": 6,
                "outcome": "rejected",
                "format": "",
                "samples": 0,
                "rejected": 0,
                "code": "not_a_number",
                "reason": "expected a number such as 12.5, got '12.5.3'",
                "notes": [],
                "payload": "12.5.3",
                "number": 2,
            }
        ],
    }


async def test_only_what_is_new_can_be_asked_for(site: Site) -> None:
    """A client that polls gives the number it knows."""
    publish(site, ("plot/a", b"1"), ("plot/b", b"1"))
    answer = json.loads((await site.get("/api/v1/verdicts", {"since": "1"})).body)
    assert [verdict["topic"] for verdict in answer["verdicts"]] == ["plot/b"]


@pytest.mark.parametrize("query", [{"since": "x"}, {"since": "9" * 30}, {"since": "-1"}, {"topic": "x" * 300}])
async def test_a_query_that_cannot_be_meant_is_refused(site: Site, query: dict[str, str]) -> None:
    """400, as everywhere."""
    answer = await site.get("/api/v1/verdicts", query)
    assert (answer.code, json.loads(answer.body)["error"]["code"]) == (400, "bad_query")


async def test_a_body_has_a_verdict_too(site: Site) -> None:
    """What was posted and refused is found beside what was published."""
    await site.post(b"nonsense")
    verdicts = json.loads((await site.get("/api/v1/verdicts")).body)["verdicts"]
    assert [(verdict["topic"], verdict["outcome"]) for verdict in verdicts] == [("(http)", "rejected")]


async def test_meta_may_come_before_the_first_sample(site: Site) -> None:
    """It is kept, takes no series' place, and is there when the tag speaks."""
    put = await site.request("PUT", "/api/v1/meta?tag=a", b'{"unit": "bar", "hi": 6, "states": null}')
    assert decoded(put.body) == {"tag": "a", "meta": {"unit": "bar", "hi": 6.0}}
    assert len(site.store) == 0
    publish(site, ("plot/a", b'{"value": 1.5, "unit": "psi"}'))
    series = site.store.find("a")
    assert (series.unit, series.meta) == ("bar", {"hi": 6.0})


async def test_who_may_write_describes_a_tag_but_sets_no_limits(start_site: "type[Site]") -> None:
    """As PUT /api/v1/limits, which an admin may; the limits that are there may be said again, or not be taken away."""
    site = start_site(users="\n".join(f"{role}:{role}:{hash_token(role)}" for role in ("write", "admin")))
    codes = [
        (await site.request("PUT", "/api/v1/meta?tag=a", body, {"Authorization": f"Bearer {role}"})).code
        for role, body in (
            ("write", b'{"unit": "bar"}'),
            ("write", b'{"unit": "bar", "hi": 6}'),
            ("admin", b'{"unit": "bar", "hi": 6}'),
            ("write", b'{"label": "Pressure", "hi": 6}'),
            ("write", b"{}"),
        )
    ]
    assert (codes, site.services.ingest.descriptions.book.get("a")) == (
        [200, 403, 200, 200, 403],
        {"label": "Pressure", "hi": 6.0},
    )


async def test_meta_of_a_tag_that_speaks_changes_at_once(site: Site) -> None:
    """Clients are told by the next tags frame, as the store's revision grows."""
    publish(site, ("plot/a", b"1"))
    revision = site.store.revision
    publish(site, ("plot/a/$meta", b'{"label": "Pressure"}'))
    assert site.store.find("a").meta == {"label": "Pressure"}
    assert site.store.revision > revision
    publish(site, ("plot/a/$meta", b""))
    assert site.store.find("a").meta == {}
    assert len(site.store) == 1


async def test_a_wrong_description_is_refused_in_words(site: Site) -> None:
    """Over HTTP as an answer, over MQTT as a verdict."""
    put = await site.request("PUT", "/api/v1/meta?tag=a", b'{"hi": "six"}')
    assert put.code == 400
    publish(site, ("plot/a/$meta", b'{"hi": "six"}'))
    verdict = site.services.ingest.verdicts.since(0)[-1]
    assert (verdict.outcome, verdict.reason) == ("rejected", "expected a number in 'hi', got 'six'")
    assert json.loads(put.body)["error"] == {"code": "bad_meta", "message": verdict.reason}


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?tag=", 400), ("?tag=%00", 400), ("?tag=nobody", 404)])
async def test_meta_needs_a_tag(site: Site, query: str, status: int) -> None:
    """None, an impossible one, an unknown one."""
    assert (await site.get(f"/api/v1/meta{query}")).code == status


@pytest.mark.parametrize("query", ["tag=a%0Fb", "tag=%00"])
async def test_a_control_character_makes_no_other_tag(site: Site, query: str) -> None:
    """Tornado makes a blank of it, and "a b" may be a tag."""
    publish(site, ("plot/a b", b"1"))
    for path in ("series", "limits", "scaling", "meta"):
        assert (await site.get(f"/api/v1/{path}?{query}")).code == 400
