"""State files of before there were segments: `state-2-*.bin` were written then."""

import io
import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.store import snapshot
from mqtt_plot.store.segments import DamagedStateError
from mqtt_plot.store.statistics import shares, statistics
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width


def make_store(**limits: int) -> Store:
    return Store(Limits(**limits), Counters())  # type: ignore[arg-type]  # a test names what it needs


def golden(name: str) -> bytes:
    return Path(__file__).with_name(f"state-2-{name}.bin").read_bytes()


def read(data: bytes, store: Store) -> int:
    file = io.BytesIO(data)
    snapshot.check(file)
    return snapshot.restore(file, store)


def test_points_are_read() -> None:
    """In their order, with units, kinds, states, meta, and when each tag was last heard."""
    store = make_store()
    assert read(golden("points"), store) == 4
    assert [
        (series.tag, series.unit, series.kind, series.states, series.meta, series.is_ordered) for series in store
    ] == [
        ("line1/Temperatur ℃", "°C", "number", [], {"lo": 1.5, "label": "Öl"}, False),
        ("flag", "", "boolean", [], {}, True),
        ("word", "", "state", ["RUN", "STOP"], {}, True),
        ("empty", "", "", [], {}, True),
    ]
    number = store.find("line1/Temperatur ℃")
    assert [list(map(repr, column)) for column in number.ring.read(0, number.ring.next)] == [
        ["1.0", "2.0", "1.5"], ["20.0", "nan", "-1e+300"]
    ]  # fmt: skip
    assert (number.arrival, number.interval) == (7.25, 0.5)


def test_a_state_goes_on_where_it_was() -> None:
    """After a restore a known word is the known index, and a new one the next."""
    store = make_store()
    read(golden("points"), store)
    series = store.find("word")
    store.append(series, 9.0, "STOP")
    store.append(series, 10.0, "ALARM")
    assert list(series.ring.read(0, series.ring.next)[1]) == [0.0, 1.0, 0.0, 1.0, 2.0]


def test_smaller_limits_than_before_hold() -> None:
    """Of more points the newest stay, of more tags the first."""
    store = make_store(max_points=2, max_tags=2)
    assert read(golden("points"), store) == 2
    series = store.find("line1/Temperatur ℃")
    assert list(series.ring.read(series.ring.first, series.ring.next)[0]) == [2.0, 1.5]
    assert store.find("flag").kind == "boolean"


def test_any_changed_byte_is_found() -> None:
    """One bit anywhere, one byte less or more: damaged, and the store stays empty."""
    data = golden("points")
    wrong = [data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :] for position in range(len(data))]
    for damaged in [*wrong, data[:-1], data + b"\0", data[: len(data) // 2], b"", snapshot.MAGIC]:
        store = make_store()
        with pytest.raises(DamagedStateError):
            read(damaged, store)
        assert len(store) == 0


def forged(described: object, columns: bytes = b"") -> bytes:
    """Return a file with a right checksum around a description that we would not write."""
    text = described if isinstance(described, bytes) else json.dumps(described).encode()
    body = snapshot.MAGIC + struct.pack("<I", len(text)) + text + columns + struct.pack("<I", 0)
    return body + struct.pack("<I", crc32(body))


GOOD: dict[str, object] = {
    "tag": "a",
    "unit": "",
    "kind": "number",
    "states": [],
    "meta": {},
    "arrival": None,
    "interval": None,
    "points": 0,
}


@pytest.mark.parametrize(
    "make",
    [
        lambda: forged(b"{"),
        lambda: forged(b"\xff"),
        lambda: forged([]),
        lambda: forged({"tag": "a"}),
        lambda: forged(b"[" * 100_000),
        lambda: forged({**GOOD, "tag": "x" * 300}),
        lambda: forged({**GOOD, "tag": 5}),
        lambda: forged({**GOOD, "unit": 5}),
        lambda: forged({**GOOD, "kind": "other"}),
        lambda: forged({**GOOD, "states": [1]}),
        lambda: forged({**GOOD, "states": ["x"] * 65}),
        lambda: forged({**GOOD, "meta": []}),
        lambda: forged({**GOOD, "arrival": "yesterday"}),
        lambda: forged({**GOOD, "points": -1}),
        lambda: forged({**GOOD, "points": 10**15}),
        lambda: forged({**GOOD, "points": 1}, struct.pack("<dd", math.nan, 1.0)),
        lambda: forged({**GOOD, "points": 1}, struct.pack("<d", 1.0)),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(make: Callable[[], bytes]) -> None:
    """Even with a right checksum nothing of it is believed unchecked."""
    with pytest.raises(DamagedStateError):
        read(make(), make_store())


def test_the_forger_of_these_tests_can_forge() -> None:
    """A good description in the same envelope is read."""
    store = make_store()
    assert read(forged({**GOOD, "points": 1}, struct.pack("<dd", 1.0, 2.0)), store) == 1
    assert store.find("a").ring.last() == (1.0, 2.0)


HISTORY = (Width(10, 50), Width(60, 1000))


def outlined(history: tuple[Width, ...] = HISTORY) -> Store:
    """Return an empty store that keeps 100 points and an outline."""
    return Store(Limits(max_points=100, history=history), Counters())


def test_an_outline_is_read() -> None:
    """No sample twice or missing, and it goes on."""
    store = outlined()
    assert read(golden("outline"), store) == 2
    found = statistics(store.find("a"), -math.inf, math.inf)
    assert (found.samples, found.low, found.high, found.first) == (5_000, 0.0, 50.0, 0.0)
    assert {state: share.began for state, share in shares(store.find("b"), -math.inf, math.inf).items()} == {
        "false": 25, "true": 25
    }  # fmt: skip
    for i in range(5_000, 6_000):
        store.append(store.find("a"), 1e9 + i, float(i % 7))
    assert statistics(store.find("a"), -math.inf, math.inf).samples == 6_000


@pytest.mark.parametrize("history", [(Width(60, 1000),), (Width(5, 10), Width(120, 1000)), (Width(600, 1000),)])
def test_an_outline_of_other_widths_is_folded(history: tuple[Width, ...]) -> None:
    """`--history` may be another one after the restart: what has wider buckets than any now is forgotten, the rest is kept."""
    after = outlined(history)
    read(golden("outline"), after)
    found = statistics(after.find("a"), -math.inf, math.inf)
    assert (found.samples, found.high) == (5_000, 50.0)


def test_an_outline_that_nobody_wants_is_left_out() -> None:
    """`--history none`: the points come, the outline does not."""
    after = outlined(())
    read(golden("outline"), after)
    assert (after.find("a").outlines, len(after.find("a").ring) > 0) == ([], True)


def test_a_file_of_the_version_before_is_read() -> None:
    """It has points and no outline."""
    text = json.dumps({**GOOD, "points": 1}).encode()
    body = b"mqtt_plot state 1\n" + struct.pack("<I", len(text)) + text + struct.pack("<dd", 1e9, 5.0) + bytes(4)
    after = outlined()
    assert read(body + struct.pack("<I", crc32(body)), after) == 1
    assert after.points == 1


ROW = struct.Struct("<IIfddffHH")
GOOD_ROW = (100_000_000, 4, 10.0, 1.0, 2.0, 0.5, 0.1, 0, 0)


@pytest.mark.parametrize(
    ("place", "value"), [(2, 99.0), (2, -1.0), (3, 5.0), (3, math.nan), (4, math.inf), (5, 7.0), (6, -1.0)]
)
def test_a_row_that_we_could_not_have_written_is_refused(place: int, value: float) -> None:
    """Nothing wrong is loaded, even from a file with a right checksum."""
    tiers = {"end": 1e9 + 10, "rows": [[10, 40], [60, 0]]}
    good = forged({**GOOD, "points": 0, "tiers": tiers}, ROW.pack(*GOOD_ROW))
    assert read(good, outlined()) == 1
    row = [*GOOD_ROW]
    row[place] = value
    with pytest.raises(DamagedStateError):
        read(forged({**GOOD, "points": 0, "tiers": tiers}, ROW.pack(*row)), outlined())
