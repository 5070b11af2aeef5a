"""The REST interface: what comes in, what goes out, and what bad input gets."""

import asyncio
import json
import math
from array import array
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mqtt_plot.store.store import Limits
from mqtt_plot.web import base
from mqtt_plot.web.api import series
from tests.support.site import NOW, Site, decoded, error_code
from tests.support.waiting import until

TS = 1_649_859_909


def fill(site: Site, tag: str, times: list[float], values: list[float]) -> None:
    """Store points without the way in."""
    series = site.store.open(tag)
    site.store.extend(series, array("d", times), array("d", values))


async def test_a_posted_sample_is_listed(site: Site) -> None:
    """A posted sample is listed with its unit, time and value."""
    answer = await site.post({"tag": "Temperature - Room 1", "value": 20.3, "unit": "℃", "ts": TS})
    assert answer.code == 200
    assert decoded(answer) == {"accepted": 1, "rejected": []}
    assert decoded(await site.get("/api/v1/tags")) == [
        {
            "tag": "Temperature - Room 1",
            "unit": "℃",
            "kind": "number",
            "points": 1,
            "first": TS,
            "last": TS,
            "points_since": None,
            "value": 20.3,
            "rate": 0.0,
            "stale": False,
        }
    ]


async def test_a_sample_without_a_time(site: Site) -> None:
    """A sample without a time gets the time of its arrival."""
    await site.post({"tag": "a", "value": 1})
    assert decoded(await site.get("/api/v1/series", {"tag": "a"}))["time"] == [NOW]


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "nonsense", ""],
)
async def test_a_body_is_read_as_json(site: Site, content_type: str) -> None:
    """A body is read as JSON whatever its type says."""
    body = json.dumps({"tag": "50%&a=b", "value": 2})
    answer = await site.request("POST", "/api/v1/samples", body, {"Content-Type": content_type})
    assert decoded(answer) == {"accepted": 1, "rejected": []}
    assert "50%&a=b" in site.store


async def test_the_times_of_a_tag_are_its_oldest_and_newest(site: Site) -> None:
    """Whatever came last."""
    for ts in (TS, TS - 1000, TS - 10):
        await site.post({"tag": "a", "value": ts, "ts": ts})
    (tag,) = decoded(await site.get("/api/v1/tags"))
    assert (tag["first"], tag["last"], tag["value"]) == (TS - 1000, TS, TS - 10)


async def test_the_good_samples_of_a_mixed(site: Site) -> None:
    """The good samples of a mixed batch are kept and the bad ones are named."""
    answer = await site.post(
        [{"tag": "a", "value": 1}, {"tag": "a"}, {"tag": "b", "value": 2}, {"value": 3}, {"tag": "", "value": 4}]
    )
    assert answer.code == 200
    assert decoded(answer)["accepted"] == 2
    rejected = decoded(answer)["rejected"]
    assert [item["index"] for item in rejected] == [1, 3, 4]
    assert rejected[0]["reason"] == "expected a number in 'value', got an object with the keys 'tag'"
    assert sorted(series.tag for series in site.store) == ["a", "b"]


async def test_columns_are_stored_as_so_many(site: Site) -> None:
    """Columns are stored as so many points."""
    answer = await site.post({"tag": "c", "unit": "bar", "ts": [TS, TS + 1, TS + 2], "value": [1, None, 3]})
    assert decoded(answer) == {"accepted": 3, "rejected": []}
    assert decoded(await site.get("/api/v1/series", {"tag": "c"})) == {
        "tag": "c",
        "unit": "bar",
        "kind": "number",
        "decimated": False,
        "points_since": None,
        "time": [TS, TS + 1, TS + 2],
        "value": [1, None, 3],
    }


async def test_nothing_accepted_is_400(site: Site) -> None:
    """Nothing accepted is 400 with the first reason and all others."""
    answer = await site.post([{"tag": "a"}, {"value": 1}])
    assert answer.code == 400
    assert decoded(answer)["error"]["code"] == "no_value"
    assert decoded(answer)["accepted"] == 0
    assert [item["index"] for item in decoded(answer)["rejected"]] == [0, 1]


BAD_BODIES: dict[str, tuple[bytes, str]] = {
    "malformed JSON": (b'{"tag": "x", "value": 1', "not_json"),
    "an empty body": (b"", "empty"),
    "blanks": (b" \n", "empty"),
    "bad UTF-8": (b'{"tag": "\xff", "value": 1}', "bad_utf8"),
    "no value": (b'{"tag": "x"}', "no_value"),
    "an object with nothing in it as value": (b'{"tag": "x", "value": {"a": {}}}', "no_value"),
    "no number": (b'{"tag": "x", "value": "12,5,3"}', "not_a_number"),
    "a number that is too large, as text": (b'{"tag": "x", "value": "1e400"}', "out_of_range"),
    "a number that is too large": (b'{"tag": "x", "value": 1e400}', "out_of_range"),
    "a number that is too large, in columns": (b'{"tag": "x", "value": [1, -1e400]}', "out_of_range"),
    "a number of 5,000 digits": (b'{"tag": "x", "value": ' + b"9" * 5000 + b"}", "out_of_range"),
    "a number of 400 digits": (b'{"tag": "x", "value": ' + b"9" * 400 + b"}", "out_of_range"),
    "100,000 levels of arrays": (b"[" * 100_000, "too_deep"),
    "100,000 levels of objects": (b'{"a":' * 40_000, "too_deep"),
    "no tag": (b'{"value": 1}', "bad_tag"),
    "a bare number, which names no tag": (b"20.3", "bad_tag"),
    "an empty tag": (b'{"tag": "", "value": 1}', "bad_tag"),
    "a blank tag": (b'{"tag": "  ", "value": 1}', "bad_tag"),
    "a tag that is too long": (b'{"tag": "' + b"x" * 257 + b'", "value": 1}', "bad_tag"),
    "a tag with a control character": (b'{"tag": "a\\u0000b", "value": 1}', "bad_tag"),
    "a tag with a lone surrogate": (b'{"tag": "\\ud800", "value": 1}', "bad_tag"),
    "a number as tag": (b'{"tag": 5, "value": 1}', "bad_tag"),
    "columns of unequal length": (b'{"tag": "x", "value": [1, 2], "ts": [1649859909]}', "bad_columns"),
    "an empty array": (b"[]", "empty"),
    "a unit that is no text": (b'{"tag": "x", "value": 1, "unit": {}}', "bad_unit"),
}


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_a_bad_body_gets_400(site: Site, name: str) -> None:
    """A bad body gets 400 with a reason, is counted, and leaves no trace."""
    body, code = BAD_BODIES[name]
    answer = await site.post(body)
    assert (answer.code, error_code_of(answer.body)) == (400, code)
    assert len(site.store) == 0
    assert site.counters.get("messages_rejected", code) + site.counters.get("samples_rejected", code) == 1
    assert decoded(await site.post({"tag": "a", "value": 1}))["accepted"] == 1


@pytest.mark.parametrize("stamp", ["1e300", '"yesterday"'])
async def test_a_time_that_is_none_never_costs_the_sample(site: Site, stamp: str) -> None:
    """The value is stored at its arrival, and the answer says so."""
    answer = decoded(await site.post(f'{{"tag": "x", "value": 1, "ts": {stamp}}}'.encode()))
    assert (answer["accepted"], answer["rejected"]) == (1, [])
    assert answer["notes"][0].startswith("time of arrival used")


@pytest.mark.parametrize(
    ("stamp", "why"), [("5", "before 1980"), ("9e9", "after 2100"), ('"2099-01-01T00:00:00Z"', "future")]
)
async def test_a_time_out_of_this_world_never_costs_the_sample(site: Site, stamp: str, why: str) -> None:
    """The value is stored at its arrival, the answer says so, and it is counted."""
    answer = decoded(await site.post(f'{{"tag": "x", "value": 1, "ts": {stamp}}}'.encode()))
    assert (answer["accepted"], answer["rejected"]) == (1, [])
    assert why in answer["notes"][0]
    assert site.counters.get("time_replaced", why.replace(" ", "_")) == 1
    assert abs(site.store.find("x").ring.last()[0] - site.clock()) < 60


def error_code_of(body: bytes) -> str:
    """Return the code of an error that stands beside other things."""
    code: str = json.loads(body)["error"]["code"]
    return code


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity", b'"nan"', b"null"])
async def test_what_is_no_finite_number(site: Site, word: bytes) -> None:
    """What is no finite number is a gap and goes out as null."""
    answer = await site.post(b'{"tag": "a", "value": ' + word + b"}")
    assert decoded(answer)["accepted"] == 1
    assert decoded(await site.get("/api/v1/series", {"tag": "a"}))["value"] == [None]
    assert decoded(await site.get("/api/v1/tags"))[0]["value"] is None


async def test_a_full_tag_table_refuses_new(
    start_site: Callable[..., Site],
) -> None:
    """A full tag table refuses new tags, says why, and goes on with the old."""
    site = start_site(limits=Limits(max_tags=1))
    await site.post({"tag": "a", "value": 1})
    answer = await site.post({"tag": "b", "value": 1})
    assert (answer.code, decoded(answer)["error"]["code"]) == (400, "tags_full")
    assert site.counters.get("messages_refused", "tags_full") == 1
    assert decoded(await site.post({"tag": "a", "value": 2}))["accepted"] == 1


TAGS = [
    "Temperature - Room 1",
    "line1/temp",
    "größe ℃",
    "<img src=x onerror=alert(1)>",
    "a&b=c?d#e%2F+f",
    " padded ",
    "日本",
]


@pytest.mark.parametrize("tag", TAGS)
async def test_any_tag_name_comes_back(site: Site, tag: str) -> None:
    """Any tag name comes back as it went in."""
    await site.post({"tag": tag, "value": 1})
    assert decoded(await site.get("/api/v1/series", {"tag": tag}))["tag"] == tag
    assert decoded(await site.get("/api/v1/tags"))[0]["tag"] == tag
    assert (await site.request("DELETE", f"/api/v1/series?tag={quote(tag, safe='')}")).code == 204
    assert len(site.store) == 0


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("", "", [0, 1, 2, 3]),
        (f"{TS + 1}", "", [1, 2, 3]),
        ("0", f"{TS + 1}.0", [0, 1]),
        (f"{(TS + 1) * 1000}", f"{(TS + 2) * 1000}", [1, 2]),
        ("2022-04-13T14:25:10Z", "2022-04-13T14:25:11+00:00", [1, 2]),
        ("2022-04-13T16:25:10+02:00", "2022-04-13T14:25:10", [1]),
    ],
)
async def test_start_and_end_bound_a_series(site: Site, start: str, end: str, expected: list[int]) -> None:
    """Start and end bound a series in seconds, milliseconds or ISO 8601."""
    fill(site, "a", [TS + i for i in range(4)], [0, 1, 2, 3])
    answer = await site.get("/api/v1/series", {"tag": "a", "start": start, "end": end})
    assert decoded(answer)["value"] == expected


async def test_a_plus_of_a_zone(site: Site) -> None:
    """A plus of a zone that was not quoted is understood."""
    fill(site, "a", [TS, TS + 1], [0, 1])
    answer = await site.get("/api/v1/series?tag=a&start=2022-04-13T16:25:10+02:00")
    assert decoded(answer)["value"] == [1]


async def test_points_decimates_and_keeps_the_peak(site: Site) -> None:
    """Points decimates and keeps the peak."""
    values = [0.0] * 5000
    values[3210] = 99.0
    fill(site, "a", [TS + i for i in range(5000)], values)
    answer = decoded(await site.get("/api/v1/series", {"tag": "a", "points": "50"}))
    assert answer["decimated"] is True
    assert len(answer["time"]) == len(answer["value"]) <= 50
    assert max(answer["value"]) == 99.0
    assert answer["time"] == sorted(answer["time"])


async def test_a_series_that_came_out(site: Site) -> None:
    """A series that came out of order is answered in order."""
    for offset in (5, 1, 3):
        await site.post({"tag": "a", "value": offset, "ts": TS + offset})
    answer = decoded(await site.get("/api/v1/series", {"tag": "a"}))
    assert answer["value"] == [1, 3, 5]


async def test_a_state_series(site: Site) -> None:
    """A state series says what its numbers mean."""
    for word in ("RUN", "STOP", "RUN"):
        await site.post({"tag": "pump", "value": word})
    answer = decoded(await site.get("/api/v1/series", {"tag": "pump"}))
    assert (answer["kind"], answer["states"], answer["value"]) == ("state", ["RUN", "STOP"], [0, 1, 0])


async def test_csv_of_several_tags(site: Site) -> None:
    """CSV of several tags has one time column and a column per tag."""
    fill(site, "a", [TS, TS + 2], [1, 2])
    fill(site, "b", [TS + 1, TS + 2], [10.5, math.nan])
    answer = await site.get("/api/v1/series", [("tag", "a"), ("tag", "b"), ("format", "csv")])
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.body.decode() == f"time,a,b\r\n{TS}.0,1.0,\r\n{TS + 1}.0,,10.5\r\n{TS + 2}.0,2.0,\r\n"


BAD_QUERIES = [
    ({}, "expected ?tag=NAME, got none"),
    ({"tag": ""}, "expected ?tag=NAME, got none"),
    ({"tag": "a", "format": "xml"}, "expected format=json or format=csv, got 'xml'"),
    ({"tag": "a", "points": "1"}, "expected 2 to 100000 in 'points', got '1'"),
    ({"tag": "a", "points": "many"}, "expected 2 to 100000 in 'points', got 'many'"),
    ({"tag": "a", "points": "9" * 5000}, "expected 2 to 100000 in 'points', got '999"),
    ({"tag": "a", "start": "yesterday"}, "'start': expected ISO 8601"),
    ({"tag": "a", "end": "nan"}, "'end': expected"),
    ({"tag": "a", "end": "1e400"}, "'end': expected"),
    ({"tag": "a", "start": "9" * 5000}, "'start': expected a timestamp, got 5000 characters"),
]


@pytest.mark.parametrize(("query", "message"), BAD_QUERIES)
async def test_a_bad_query_gets_400(site: Site, query: dict[str, str], message: str) -> None:
    """A bad query gets 400 with what was expected."""
    await site.post({"tag": "a", "value": 1})
    answer = await site.get("/api/v1/series", query)
    assert (answer.code, error_code(answer)) == (400, "bad_query")
    assert decoded(answer)["error"]["message"].startswith(message)


async def test_json_takes_one_tag_and_delete(site: Site) -> None:
    """JSON takes one tag, and so does DELETE."""
    for tag in ("a", "b"):
        await site.post({"tag": tag, "value": 1})
    assert error_code(await site.get("/api/v1/series?tag=a&tag=b")) == "bad_query"
    assert error_code(await site.request("DELETE", "/api/v1/series?tag=a&tag=b")) == "bad_query"
    assert len(site.store) == 2


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_unknown_tag_is_404(site: Site, method: str) -> None:
    """An unknown tag is 404."""
    answer = await site.request(method, "/api/v1/series?tag=%3Cb%3Enope")
    assert (answer.code, error_code(answer)) == (404, "unknown_tag")


async def test_a_query_that_is_no_utf8(site: Site) -> None:
    """A query that is no UTF-8 is 400."""
    answer = await site.get("/api/v1/series?tag=%ff%fe")
    assert (answer.code, error_code(answer)) == (400, "bad_request")


async def test_an_answer_of_too_many_points(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of too many points is refused with advice."""
    monkeypatch.setattr(series, "MAX_ANSWER_POINTS", 10)
    fill(site, "a", [TS + i for i in range(11)], [0.0] * 11)
    assert error_code(await site.get("/api/v1/series", {"tag": "a"})) == "too_many_points"
    assert (await site.get("/api/v1/series", {"tag": "a", "start": str(TS + 1)})).code == 200


async def test_the_status_says_limits_how_full(site: Site) -> None:
    """The status says the limits, how full they are, and every counter."""
    await site.post({"tag": "a", "value": 1})
    await site.post(b"nonsense!")
    status = decoded(await site.get("/api/v1/status"))
    assert status["limits"] == {
        "max_points": 10_000,
        "max_age": None,
        "max_tags": 1_000,
        "max_memory": 64 * 1024 * 1024,
        "max_tag_bytes": 256,
        "max_tag_levels": 16,
        "history": [],
        "max_body": 256 * 1024,
        "max_upload": 8 * 1024 * 1024,
    }
    assert (status["tags"], status["points"], status["epoch"]) == (1, 1, "epoch")
    assert status["counters"]["messages_received"] == 2
    assert status["counters"]["messages_rejected.bad_tag"] == 1


async def test_ten_thousand_tags_are_listed(start_site: Callable[..., Site]) -> None:
    """Ten thousand tags are listed in one answer."""
    site = start_site(limits=Limits(max_tags=10_000))
    for i in range(10_000):
        site.store.open(f"t{i}")
    listed = decoded(await site.get("/api/v1/tags"))
    assert [entry["tag"] for entry in listed] == [f"t{i}" for i in range(10_000)]
    assert listed[0]["value"] is listed[0]["first"] is None


async def test_no_tags(site: Site) -> None:
    """No tags at all is an empty list."""
    assert decoded(await site.get("/api/v1/tags")) == []


async def test_a_client_that_takes_nothing(start_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes nothing of a long answer is cut off and disturbs nobody."""
    monkeypatch.setattr(base, "STALL_SECONDS", 0.2)
    site = start_site(limits=Limits(max_points=600_000))
    fill(site, "a", [TS + i / 7 for i in range(600_000)], [i / 7 for i in range(600_000)])
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    writer.write(b"GET /api/v1/series?tag=a&format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.read(1)
    assert (await site.get("/-/healthy")).code == 200
    await until(lambda: site.counters.get("http_cut_off", "slow"), "the slow client to be cut off")
    assert (await site.get("/-/healthy")).code == 200
    writer.close()


@pytest.mark.parametrize(
    ("kind", "body", "tags"),
    [
        ("text/csv", b"time,a,b\n1699999990,1,2\n1699999991,3,4\n", {"a": 2, "b": 2}),
        ("application/senml+json", b'[{"n": "boiler", "u": "Cel", "v": 23.1}]', {"boiler": 1}),
        ("text/plain", b"cpu,host=a usage=1.5 1699999990000000000", None),
        ("application/x-www-form-urlencoded", b'{"tag": "a", "value": 1}', {"a": 1}),
        ("multipart/form-data; boundary=x", b'{"tag": "a", "value": 1}', {"a": 1}),
    ],
)
async def test_a_body_is_read_by_its_type(site: Site, kind: str, body: bytes, tags: dict[str, int] | None) -> None:
    """CSV, SenML and line protocol besides JSON; a form's type means nothing, as curl sends it unasked."""
    answer = await site.request("POST", "/api/v1/samples", body, {"Content-Type": kind})
    assert answer.code == 200, answer.body
    if tags is not None:
        assert {series.tag: len(series.ring) for series in site.store} == tags
