"""Computed tags over REST."""

import json

import pytest

from mqtt_plot.web.auth.passwords import hash_token
from tests.support.site import NOW, Site, decoded, error_code

POWER = {"tag": "power", "expression": "{u} * {i}", "unit": "W", "label": "Power"}


async def test_a_signal_is_defined_computed_changed_and_deleted(site: Site) -> None:
    """Its values are those of a tag like any other, and stay when it is deleted."""
    made = await site.post(POWER, "/api/v1/signals")
    await site.post([{"tag": "u", "value": 230}, {"tag": "i", "value": 2}])
    first = decoded(await site.get("/api/v1/series?tag=power"))
    changed = decoded(
        await site.request(
            "PUT", "/api/v1/signals/1", json.dumps({**POWER, "expression": "{u} * {i} / 1000", "unit": "kW"})
        )
    )
    await site.post({"tag": "i", "value": 3, "ts": NOW + 1})
    listed = decoded(await site.get("/api/v1/signals"))
    one = decoded(await site.get("/api/v1/signals/1"))
    gone = (await site.request("DELETE", "/api/v1/signals/1")).code
    await site.post({"tag": "i", "value": 4, "ts": NOW + 2})
    last = decoded(await site.get("/api/v1/series?tag=power"))
    assert (made.code, first["value"], first["unit"], changed["unit"], listed == [one], one["why"], gone) == (
        201,
        [460.0],
        "W",
        "kW",
        True,
        "",
        204,
    )
    assert last["value"] == [460.0, 0.69]
    assert decoded(made) == {
        "id": 1, **POWER, "inputs": ["u", "i"], "fixed": False, "why": "waits for u, which has sent nothing yet", "position": None,
        "late": 0, "skipped": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "position"),
    [
        ("POST", "/api/v1/signals", "{", 400, "not_json", None),
        ("POST", "/api/v1/signals", "[]", 400, "bad_signal", None),
        ("POST", "/api/v1/signals", '{"tag": "x"}', 400, "bad_signal", None),
        ("POST", "/api/v1/signals", '{"tag": "x", "expression": "{a} + temp"}', 400, "bad_expression", 6),
        ("POST", "/api/v1/signals", '{"tag": "x", "expression": "avg({a}, 10m)"}', 400, "bad_expression", 11),
        ("POST", "/api/v1/signals", '{"tag": "x", "expression": "{x} + 1"}', 400, "bad_signal", None),
        (
            "POST",
            "/api/v1/signals",
            json.dumps({"tag": "x", "expression": "+".join(["{a}"] * 3_000)}),
            400,
            "bad_expression",
            1_000,
        ),
        (
            "POST",
            "/api/v1/signals",
            json.dumps({"tag": "x", "expression": "(" * 900 + "{a}"}),
            400,
            "bad_expression",
            40,
        ),
        ("POST", "/api/v1/signals/preview", '{"expression": 3}', 400, "bad_signal", None),
        ("POST", "/api/v1/signals/preview", '{"tag": "x"}', 400, "bad_signal", None),
        ("GET", "/api/v1/signals/7", None, 404, "unknown_signal", None),
        ("PUT", "/api/v1/signals/7", "{}", 404, "unknown_signal", None),
        ("DELETE", "/api/v1/signals/7", None, 404, "unknown_signal", None),
    ],
)
async def test_what_cannot_be_is_refused_at_its_place(
    site: Site, method: str, path: str, body: str | None, *, status: int, code: str, position: int | None
) -> None:
    """In the one shape of errors, with the character of the expression that is meant."""
    answer = await site.request(method, path, body)
    error = decoded(answer)["error"]
    assert (answer.code, error["code"], error.get("position")) == (status, code, position)


async def test_a_preview_shows_what_would_come(site: Site) -> None:
    """Over what is held, with the reason where there is nothing; nothing is kept."""
    await site.post({"tag": "a", "ts": [NOW - 3, NOW - 2, NOW - 1], "value": [1, 0, 4]})
    typing = decoded(await site.post({"expression": "{a} ^ 2"}, "/api/v1/signals/preview"))
    good = decoded(await site.post({"expression": "{a} * 2"}, "/api/v1/signals/preview"))
    bad = decoded(await site.post({"expression": "1 / ({a} - 4)"}, "/api/v1/signals/preview"))
    unknown = decoded(await site.post({"expression": "{a} > {nobody}"}, "/api/v1/signals/preview"))
    assert good == {
        "readable": True, "inputs": ["a"], "unknown": [], "boolean": False, "time": [NOW - 3, NOW - 2, NOW - 1], "value": [2.0, 0.0, 8.0],
        "why": "",
        "position": None,
    }  # fmt: skip
    assert (bad["value"][-1], bad["why"], bad["position"]) == (None, "division by zero (character 6)", 5)
    assert (unknown["unknown"], unknown["boolean"], unknown["why"]) == (
        ["nobody"],
        True,
        "waits for nobody, which has sent nothing yet",
    )
    assert (typing["readable"], typing["position"], "a power is **" in typing["why"]) == (False, 4, True)
    assert decoded(await site.get("/api/v1/signals")) == []


async def test_who_may_write_may_define(start_site: "type[Site]") -> None:
    """Who may only look sees the list, and may try an expression."""
    site = start_site(users="\n".join(f"{role}:{role}:{hash_token(role)}" for role in ("view", "write")))
    codes = {}
    for role in ("view", "write"):
        headers = {"Authorization": f"Bearer {role}"}
        asked = [
            ("POST", "/api/v1/signals", '{"tag": "x", "expression": "{a}"}'),
            ("PUT", "/api/v1/signals/1", '{"tag": "x", "expression": "{b}"}'),
            ("GET", "/api/v1/signals", None),
            ("POST", "/api/v1/signals/preview", '{"expression": "{a}"}'),
            ("DELETE", "/api/v1/signals/1", None),
        ]
        codes[role] = [(await site.request(method, path, body, headers)).code for method, path, body in asked]
    assert codes == {"view": [403, 403, 200, 200, 403], "write": [201, 200, 200, 200, 204]}


async def test_a_device_that_sends_a_computed_tag_is_told(site: Site) -> None:
    """Its sample is refused with the reason."""
    await site.post(POWER, "/api/v1/signals")
    answer = await site.post({"tag": "power", "value": 1})
    assert (answer.code, error_code(answer)) == (400, "computed_tag")
