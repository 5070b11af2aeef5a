"""Limits and scaling over REST."""

import pytest

from mqtt_plot.samples import Message
from mqtt_plot.web.auth.passwords import hash_token
from tests.support.site import NOW, Site, decoded, error_code


def publish(site: Site, tag: str, payload: bytes, at: float = 0.0) -> None:
    site.services.ingest.accept_messages([Message(f"plot/{tag}", payload, NOW + at)])


async def test_limits_are_told_by_whose_they_are(site: Site) -> None:
    """Those that count, those set here, those of the device; given back they are the device's alone."""
    publish(site, "a/$meta", b'{"hi": 5, "lo": 1, "unit": "bar"}')
    publish(site, "a", b"3")
    put = decoded(await site.request("PUT", "/api/v1/limits?tag=a", '{"hi": 7, "lo": null}'))
    deleted = (await site.request("DELETE", "/api/v1/limits?tag=a")).code
    got = decoded(await site.get("/api/v1/limits?tag=a"))
    device = {"hi": 5.0, "lo": 1.0}
    assert (put, deleted, got) == (
        {"tag": "a", "limits": {"hi": 7.0}, "set": {"hi": 7.0, "lo": None}, "device": device},
        204,
        {"tag": "a", "limits": device, "set": {}, "device": device},
    )


@pytest.mark.parametrize(
    "body",
    [
        "{", "[]", '{"hi": "x"}', '{"hi": 1e999}', '{"colour": 1}', '{"hi": 1, "lo": 2}', '{"lo": 9}', '{"deadband": -1}',
        '{"on_delay": -1}', '{"off_delay": 1e9}', '{"alarm_states": []}', '{"lo": 1, "hi": 3, "deadband": 5}',
    ],
)  # fmt: skip
async def test_limits_that_make_no_sense_are_refused(site: Site, body: str) -> None:
    """Also where they contradict what the device says; nothing of them counts."""
    publish(site, "a/$meta", b'{"hi": 5}')
    answer = await site.request("PUT", "/api/v1/limits?tag=a", body)
    assert (answer.code, site.services.ingest.descriptions.book.get("a")) == (400, {"hi": 5.0})


async def test_only_an_admin_sets_limits(start_site: "type[Site]") -> None:
    """Who may write sees them."""
    site = start_site(users="\n".join(f"{role}:{role}:{hash_token(role)}" for role in ("view", "write", "admin")))
    codes = {}
    for role in ("view", "write", "admin"):
        headers = {"Authorization": f"Bearer {role}"}
        put = await site.request("PUT", "/api/v1/limits?tag=a", '{"hi": 1}', headers)
        got = await site.request("GET", "/api/v1/limits?tag=a", None, headers)
        codes[role] = (put.code, got.code)
    assert codes == {"view": (403, 200), "write": (403, 200), "admin": (200, 200)}


async def test_scaling_is_told_by_whose_it_is(site: Site) -> None:
    """What counts, what is set here, what the device says; values that come later are stored accordingly."""
    publish(site, "a/$meta", b'{"gain": 2, "hi": 5}')
    put = decoded(await site.request("PUT", "/api/v1/scaling?tag=a", '{"range": [0, 27648, 0, 10], "unit": "bar"}'))
    publish(site, "a", b"27648")
    deleted = (await site.request("DELETE", "/api/v1/scaling?tag=a")).code
    publish(site, "a", b"3", 1)
    got = decoded(await site.get("/api/v1/scaling?tag=a"))
    stored = decoded(await site.get("/api/v1/series?tag=a"))["value"]
    chosen = {"range": [0.0, 27648.0, 0.0, 10.0], "unit": "bar"}
    assert (put, deleted, got, stored) == (
        {"tag": "a", "scaling": chosen, "set": chosen, "device": {"gain": 2.0}},
        204,
        {"tag": "a", "scaling": {"gain": 2.0}, "set": {}, "device": {"gain": 2.0}},
        [10.0, 6.0],
    )


async def test_who_may_write_may_scale(start_site: "type[Site]") -> None:
    """Who may only look may not."""
    site = start_site(users="\n".join(f"{role}:{role}:{hash_token(role)}" for role in ("view", "write")))
    codes = {}
    for role in ("view", "write"):
        headers = {"Authorization": f"Bearer {role}"}
        put = await site.request("PUT", "/api/v1/scaling?tag=a", '{"gain": 2}', headers)
        delete = await site.request("DELETE", "/api/v1/scaling?tag=a", None, headers)
        codes[role] = (put.code, delete.code)
    assert codes == {"view": (403, 403), "write": (200, 204)}


async def test_a_scaling_refuses_what_is_none_of_it(site: Site) -> None:
    """Limits have a route of their own."""
    answer = await site.request("PUT", "/api/v1/scaling?tag=a", '{"hi": 3}')
    assert (answer.code, error_code(answer)) == (400, "bad_meta")
