"""Records that are alike: read in a tenth of the time, and as the general way reads them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers import flatten, samples_json
from mqtt_plot.parsers.alike import FEWEST
from mqtt_plot.parsers.formats import Rules, parse

NOW = 1_700_000_000.0
Wrap = Callable[[list[dict[str, Any]]], object]
NAMES = st.sampled_from(["id", "name", "tag", "NodeId", "DisplayName", "Name", "point", "sensor", "type", "device"])
VALUES = st.sampled_from(["v", "value", "Value", "val", "presentValue"])
TIMES = st.sampled_from(["t", "ts", "timestamp", "Timestamp", "time", ""])
OTHERS = st.dictionaries(
    st.sampled_from(
        [
            "q",
            "quality",
            "StatusCode",
            "unit",
            "uom",
            "dataType",
            "description",
            "scale",
            "model",
            "x",
            "min",
            "invalid",
            "device",
        ]
    ),
    st.sampled_from(
        [True, False, 192, 0, 1, "Good", "bad", "°C", "bar", "Double", None, 3.5, 65535, "a b", {"code": 0}]
    ),
    max_size=3,
)
TEXTS = st.sampled_from(
    [
        "A.B.C1",
        "A.B.C2",
        "ns=2;s=Temp",
        "t1",
        "t2",
        "12",
        "",
        "Double",
        "a/b",
        "5f0c1a2b3c4d5e6f7a8b9c0d",
        "ä ö",
        "x" * 130,
        "plant/line.1",
        5,
    ]
)
NUMBERS = st.sampled_from(
    [0, 1, 1.5, -99.0, -98, 21.25, 2e9, 1_700_000_000, True, "21.5", "on", None, 10**20, -32768, 65535]
)
STAMPS = st.sampled_from(
    [1_700_000_000, 1_700_000_000_000, 1_700_000_001.5, "2023-11-14T22:13:20Z", "2023-11-14 22:13:20", "x", 0, None]
)


@st.composite
def lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw records of one list, most of them alike."""
    name, value, time, others = draw(NAMES), draw(VALUES), draw(TIMES), draw(OTHERS)
    texts, numbers, stamps = (draw(st.lists(kind, min_size=1, max_size=4)) for kind in (TEXTS, NUMBERS, STAMPS))
    is_numbered = draw(st.booleans())
    items = list[dict[str, Any]]()
    for index in range(FEWEST + 4):
        text = texts[index % len(texts)]
        item = {**others, name: f"{text}{index}" if is_numbered else text, value: numbers[index % len(numbers)]}
        items.append({**item, time: stamps[index % len(stamps)]} if time else item)
    odd = draw(st.integers(0, 3 * len(items)))
    if odd < len(items):
        items[odd] = {**items[odd], **draw(OTHERS)}
    return items


def read(payload: object) -> tuple[object, ...]:
    """Return all that comes of a payload."""
    try:
        parsed = parse(json.dumps(payload).encode(), Rules(), NOW)
    except PayloadError as error:
        return (str(error),)
    samples = [repr(sample) for sample in parsed.samples]
    return samples, parsed.rejected, sorted(parsed.notes), len(parsed.doubted), parsed.speakers


@pytest.mark.parametrize(
    "wrap", [lambda items: items, lambda items: {"d": items}, lambda items: {"gw": "g1", "values": items, "ts": NOW}]
)
@settings(max_examples=300, deadline=None)
@given(lists())
def test_what_is_alike_is_read_as_one_by_one(wrap: Wrap, items: list[dict[str, Any]]) -> None:
    """Samples, times, units, notes and what is refused are the same as of the general way."""
    payload = wrap(items)
    quick = read(payload)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flatten, "FEWEST", 10**9)
        patch.setattr(samples_json, "FEWEST", 10**9)
        assert quick == read(payload)


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"values": items}])
def test_a_gateway_may_send_fourteen_hundred_tags_at_once(wrap: Wrap) -> None:
    """Where they are alike; each by its own name, with its own time."""
    items = [{"id": f"Ch.Dev.Tag{n}", "v": n + 0.5, "q": True, "t": 1_700_000_000_000 + n} for n in range(1_400)]
    samples = parse(json.dumps(wrap(items)).encode(), Rules(), NOW).samples
    assert len(samples) == len(items)
    assert (str(samples[-1].field).endswith("Ch/Dev/Tag1399"), samples[-1].value) == (True, 1_399.5)  # type: ignore[union-attr]  # no columns
