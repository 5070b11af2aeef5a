"""Statistics and outlines over REST."""

from base64 import b64decode
from collections.abc import Callable
from itertools import pairwise

import pytest

from mqtt_plot.store.entries import entries_of
from mqtt_plot.store.store import Limits
from mqtt_plot.store.tiers import Width
from tests.support.site import Site, decoded, error_code

TS = 1_699_000_000
HISTORY = (Width(10, 100), Width(60, 1000))


async def fill(site: Site, count: int, unit: str = "kW") -> None:
    """Post a pump that runs one second in twenty at 11 kW."""
    for start in range(0, count, 500):
        times = [TS + i for i in range(start, min(count, start + 500))]
        await site.post(
            {"tag": "pump", "unit": unit, "ts": times, "value": [11.0 if t % 20 == 0 else 0.0 for t in times]}
        )


async def test_statistics_of_points_are_exact(site: Site) -> None:
    """Means are weighted by time, and the last value holds to the end."""
    await site.post({"tag": "a", "unit": "kW", "ts": [TS, TS + 10, TS + 40], "value": [1, 4, 2]})
    answer = decoded(await site.get("/api/v1/statistics", {"tag": "a", "start": str(TS), "end": str(TS + 60)}))
    assert {name: round(value, 6) if isinstance(value, float) else value for name, value in answer.items()} == {
        "tag": "a", "unit": "kW", "kind": "number", "start": TS, "end": TS + 60, "count": 3, "seconds": 60,
        "min": 1, "min_time": TS, "max": 4, "max_time": TS + 10, "mean": round(170 / 60, 6), "sample_mean": round(7 / 3, 6),
        "rms": round((570 / 60) ** 0.5, 6), "std": round((570 / 60 - (170 / 60) ** 2) ** 0.5, 6), "integral": 170,
        "integral_hours": round(170 / 3600, 6), "first": 1, "last": 2, "change": 1, "source": "raw", "error": 0,
    }  # fmt: skip


async def test_statistics_of_what_is_gone_come_from_the_outline(start_site: Callable[..., Site]) -> None:
    """The mean is the same to within the error that is said, and what the outline does not know is null."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    answer = decoded(await site.get("/api/v1/statistics", {"tag": "pump"}))
    assert (answer["source"], answer["count"], answer["min"], answer["max"]) == ("outline", 4_000, 0, 11)
    assert answer["mean"] == pytest.approx(0.55, abs=0.01 + answer["error"])
    assert (answer["sample_mean"], answer["error"] < 0.01) == (None, True)


async def test_statistics_of_states_are_their_shares(site: Site) -> None:
    """How long each was there, how often it began, its part."""
    await site.post([{"tag": "a", "ts": TS + 10 * i, "value": word} for i, word in enumerate(("RUN", "STOP", "RUN"))])
    answer = decoded(await site.get("/api/v1/statistics", {"tag": "a", "start": str(TS), "end": str(TS + 40)}))
    assert answer["states"] == {
        "RUN": {"seconds": 30, "count": 2, "share": 0.75},
        "STOP": {"seconds": 10, "count": 1, "share": 0.25},
    }


async def test_statistics_of_nothing(site: Site) -> None:
    """A stretch without a value has no mean, and says so."""
    await site.post({"tag": "a", "ts": TS, "value": 1})
    answer = decoded(await site.get("/api/v1/statistics", {"tag": "a", "start": str(TS - 20), "end": str(TS - 10)}))
    assert (answer["count"], answer["seconds"], answer["mean"], answer["min"]) == (0, 0, None, None)


async def test_a_series_in_buckets(start_site: Callable[..., Site]) -> None:
    """From the outline and from points alike; no sample is missing or twice; as CSV too."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    query = {"tag": "pump", "step": "60"}
    answer = decoded(await site.get("/api/v1/series", query))
    assert (answer["step"], sum(answer["count"]), set(answer["max"]), {t % 60 for t in answer["time"]}) == (
        60,
        4_000,
        {11},
        {0},
    )
    assert len(answer["time"]) == len(set(answer["time"])) == 68
    table = (await site.get("/api/v1/series", {**query, "format": "csv"})).body.decode().splitlines()
    assert (table[0], len(table)) == ("time,min,max,mean,count,seconds", 69)


async def test_a_step_finer_than_what_is_held_is_answered_with_the_one_that_is(start_site: Callable[..., Site]) -> None:
    """And says so."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    assert decoded(await site.get("/api/v1/series", {"tag": "pump", "step": "7"}))["step"] == 60
    assert (
        decoded(await site.get("/api/v1/series", {"tag": "pump", "step": "7", "start": str(TS + 3_990)}))["step"] == 7
    )


async def test_points_say_their_source(start_site: Callable[..., Site]) -> None:
    """A picture of what is gone shows its lowest and highest values, in order of time."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    answer = decoded(await site.get("/api/v1/series", {"tag": "pump", "points": "100"}))
    assert (answer["source"], answer["decimated"], set(answer["value"])) == ("outline", True, {0, 11})
    assert answer["time"] == sorted(answer["time"])
    assert (answer["time"][0] <= TS + 60, answer["time"][-1]) == (True, TS + 3_999)
    recent = decoded(await site.get("/api/v1/series", {"tag": "pump", "points": "100", "start": str(TS + 3_990)}))
    assert (recent["source"], recent["decimated"]) == ("raw", False)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/series?tag=a&strat=1",
        "/api/v1/statistics?tag=a&points=5",
        "/api/v1/status?verbose",
        "/api/v1/tags?x=1",
        "/-/ready?x=1",
        "/metrics?x=1",
        "/api/v1/series?tag=a&step=0",
        "/api/v1/series?tag=a&step=nan",
        "/api/v1/series?tag=a&step=60&points=10",
        "/api/v1/series?tag=word&step=60",
        "/api/v1/series?tag=a&outline=yes",
        "/api/v1/series?tag=a&outline=1&points=10",
        "/api/v1/series?tag=a&outline=1&format=csv",
        "/api/v1/statistics",
    ],
)
async def test_what_is_not_known_is_refused(site: Site, address: str) -> None:
    """A parameter that is misspelt would be passed over, and the answer be wrong without a word."""
    await site.post([{"tag": "a", "ts": TS, "value": 1}, {"tag": "word", "ts": TS, "value": "RUN"}])
    answer = await site.get(address)
    assert (answer.code, error_code(answer)) == (400, "bad_query")


async def test_a_series_says_since_when_every_point_is_held(start_site: Callable[..., Site]) -> None:
    """Points alone are asked for: what lies before the answer is not silently missing. null where none had to go."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    raw = decoded(await site.get("/api/v1/series", {"tag": "pump"}))
    assert (raw["points_since"], len(raw["time"])) == (raw["time"][0], 100)
    before = {"tag": "pump", "step": "1", "end": repr(raw["points_since"] - 1e-6)}
    assert sum(decoded(await site.get("/api/v1/series", before))["count"]) == 3_900
    await site.post({"tag": "new", "ts": TS, "value": 1})
    assert decoded(await site.get("/api/v1/series", {"tag": "new"}))["points_since"] is None
    listed = {row["tag"]: row["points_since"] for row in decoded(await site.get("/api/v1/tags"))}
    assert listed == {"pump": raw["time"][0], "new": None}


async def test_a_table_says_in_headers_what_it_does_not_have(start_site: Callable[..., Site]) -> None:
    """As JSON does in fields; of several tags since when all of all is there."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    await site.post({"tag": "new", "ts": TS, "value": 1})
    since = decoded(await site.get("/api/v1/series", {"tag": "pump"}))["points_since"]

    async def said(query: str) -> list[str | None]:
        headers = (await site.get(f"/api/v1/series?format=csv&{query}")).headers
        return [headers.get(f"Mqtt-Plot-{name}") for name in ("Source", "Points-Since")]

    assert [await said(query) for query in ("tag=new", "tag=new&tag=pump", "tag=pump&points=50", "tag=new&points=50")] == [
        [None, None], [None, repr(since)], ["outline", None], ["raw", None]
    ]  # fmt: skip


async def test_another_bridge_gets_the_outline_and_the_points_that_it_does_not_know(
    start_site: Callable[..., Site],
) -> None:
    """No outline where `start` would leave a hole between both."""
    site = start_site(limits=Limits(max_points=100, history=HISTORY))
    await fill(site, 4_000)
    whole = decoded(await site.get("/api/v1/series", {"tag": "pump", "outline": "1"}))
    (entry,) = entries_of(b64decode(whole["outline"]))
    assert (
        sum(int.from_bytes(entry.tiers[at + 4 : at + 8], "little") >> 2 for at in range(0, len(entry.tiers), 40))
        + len(whole["time"])
        == 4_000
    )
    later = {"tag": "pump", "outline": "1", "start": repr(whole["time"][1])}
    assert decoded(await site.get("/api/v1/series", later))["outline"] is None


async def test_a_series_of_states_has_the_changes_from_before_its_points(start_site: Callable[..., Site]) -> None:
    """They are points too: every change is held, so nothing is missing."""
    site = start_site(limits=Limits(max_points=20, history=HISTORY))
    words = [("RUN", "STOP")[i // 50 % 2] for i in range(400)]
    for i in range(0, 400, 100):
        rows = [{"tag": "mode", "ts": TS + i + n, "value": word} for n, word in enumerate(words[i : i + 100])]
        await site.post(rows)
    answer = decoded(await site.get("/api/v1/series", {"tag": "mode", "start": str(TS + 60)}))
    pairs = pairwise(zip(answer["time"], answer["value"], strict=True))
    changes = [time - TS for (_, one), (time, two) in pairs if one != two]
    assert (changes, answer["points_since"]) == ([150, 200, 250, 300, 350], None)


async def test_a_file_of_200_000_rows_is_held_whole(start_site: Callable[..., Site]) -> None:
    """The newest points as such, all before them in outline: no row and no peak is missing, and the answer says so."""
    history = (Width(10, 2_880), Width(60, 2_880), Width(600, 4_320))
    site = start_site(limits=Limits(history=history))
    rows = "".join(f"{TS + n},{9.5 if n == 70_000 else n % 7}\n" for n in range(200_000))
    answer = decoded(await site.request("POST", "/api/v1/upload", "time,force\n" + rows, {"Content-Type": "text/csv"}))
    assert (answer["accepted"], answer["kept"]) == (200_000, 10_000)
    assert answer["notes"] == [
        "of up to 200000 points of 'force' the newest 10000 are kept, those before in outline (--max-points)"
    ]
    told = decoded(await site.get("/api/v1/statistics", {"tag": "force"}))
    assert (told["count"], told["max"]) == (200_000, 9.5)
    assert told["max_time"] == pytest.approx(TS + 70_000, abs=600)
    picture = decoded(await site.get("/api/v1/series", {"tag": "force", "points": "1000"}))
    assert (picture["source"], max(picture["value"])) == ("outline", 9.5)
    assert picture["time"][0] == pytest.approx(TS, abs=600)
