"""The log of events over REST."""

import pytest

from mqtt_plot.samples import Message
from tests.support.site import NOW, Site, decoded, error_code


def publish(site: Site, tag: str, payload: bytes, at: float = 0.0) -> None:
    site.services.ingest.accept_messages([Message(f"plot/{tag}", payload, NOW + at)])


async def test_events_are_told_with_begin_end_and_worst(site: Site) -> None:
    """Nobody had to look while it happened."""
    await site.request("PUT", "/api/v1/limits?tag=oven", '{"hi": 80, "deadband": 2}')
    for second, value in enumerate((79, 81, 85, 79, 77)):
        publish(site, "oven", str(value).encode(), second)
    assert decoded(await site.get("/api/v1/events/log")) == {
        "events": [
            {"id": 1, "tag": "oven", "kind": "hi", "begin": NOW + 1, "end": NOW + 4, "value": 85.0, "limit": 80.0, "text": ""}
        ],
        "dropped": 0,
        "counts": {"oven": 1},
    }  # fmt: skip


async def test_events_can_be_chosen(site: Site) -> None:
    """By tag, kind, time and state."""
    for tag in ("a", "b"):
        publish(site, f"{tag}/$meta", b'{"hi": 1}')
        publish(site, tag, b"2", 10)
    publish(site, "a", b"0", 20)
    queries = [
        {"tag": "a"},
        {"kind": "lo"},
        {"open": "true"},
        {"start": str(NOW + 21)},
        {"end": str(NOW + 9)},
        {"limit": "1"},
    ]
    found = [decoded(await site.get("/api/v1/events/log", query))["events"] for query in queries]
    assert [[event["tag"] for event in events] for events in found] == [["a"], [], ["b"], ["b"], [], ["b"]]


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"open": "x"}, {"start": "x"}, {"limit": "0"}, {"limit": "x"}, {"tag": "x" * 300}]
)
async def test_a_query_that_cannot_be_meant_is_refused(site: Site, query: dict[str, str]) -> None:
    """400, with what was expected."""
    answer = await site.get("/api/v1/events/log", query)
    assert (answer.code, error_code(answer)) == (400, "bad_query")
