"""The store as segments of the state file, and back."""

import json
import math
import zlib
from array import array
from collections.abc import Callable, Iterator
from random import Random
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.metrics import Counters
from mqtt_plot.store.entries import TagEntry, content_of
from mqtt_plot.store.journal import GONE, TAGS, StoreJournal
from mqtt_plot.store.segments import DamagedStateError, Pending
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import outline, shares, statistics
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width

HISTORY = (Width(10, 50), Width(60, 1000), Width(600, 1000))
EVER = (-math.inf, math.inf)
T = 1_700_000_000.0
Written = list[tuple[int, bytes]]


def make_store(history: tuple[Width, ...] = HISTORY, points: int = 100, tags: int = 1_000) -> Store:
    """Return an empty store that keeps so many points of a tag, and an outline."""
    return Store(Limits(max_points=points, max_tags=tags, history=history), Counters())


def made(pending: Iterator[Pending]) -> Written:
    """Return what a journal tells, as the file would have it."""
    return [(one[0], one[1]()) for one in pending if one is not None]


class File:
    """A store whose journal is written to a list, much as the state file does it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal = StoreJournal(store)
        self.written: Written = []

    def rewrite(self) -> None:
        self.written = made(self.journal.everything())
        self.journal.settle()

    def append(self, room: float = math.inf) -> int:
        """Return about the bytes that it takes."""
        new = made(self.journal.news(room))
        self.journal.settle()
        self.written += new
        return sum(len(zlib.compress(content, 1)) for _, content in new)


def loaded(written: Written, store: Store | None = None) -> Store:
    """Return a store that was filled from the file."""
    store = make_store() if store is None else store
    journal = StoreJournal(store)
    for kind, content in written:
        journal.apply(kind, content)
    journal.finish(is_whole=True)
    assert store.nbytes == sum(series.nbytes for series in store)
    return store


def points(series: Series) -> list[list[str]]:
    return [list(map(repr, column)) for column in series.ring.read(series.ring.first, series.ring.next)]


def full_store() -> Store:
    """Return a store with a number, a boolean, a state, a gap, steps back in time, and a tag without points."""
    store = make_store()
    number = store.open("line1/Temperatur ℃")
    number.unit, number.meta, number.interval = "°C", {"lo": 1.5, "label": "Öl"}, 0.5
    store.extend(number, array("d", [1.0, 2.0, 1.5]), array("d", [20.0, math.nan, -1e300]))
    number.heard(7.25, 3)
    kinds: list[tuple[str, list[bool | str]]] = [("flag", [True, False]), ("word", ["RUN", "STOP", "RUN"])]
    for tag, values in kinds:
        for position, value in enumerate(values):
            store.append(store.open(tag), float(position), value)
    store.open("empty")
    return store


def busy_store() -> Store:
    """Return a store with far more than it keeps of a number, and of a boolean."""
    store = make_store()
    for i in range(5_000):
        store.append(store.open("a"), 1e9 + i, 50.0 if i == 1_234 else i % 7)
        store.append(store.open("b"), 1e9 + i, i // 100 % 2 == 0)
    return store


@pytest.mark.parametrize("tell", [File.rewrite, File.append])
def test_what_is_written_is_read_back(tell: Callable[[File], object]) -> None:
    """Points in their order, units, kinds, states, meta, and when each tag was last heard."""
    file = File(full_store())
    tell(file)
    after = loaded(file.written)
    assert {series.tag for series in after} == {series.tag for series in file.store}
    for old in file.store:
        new = after.find(old.tag)
        assert points(new) == points(old)
        for name in ("unit", "kind", "states", "meta", "is_ordered"):
            assert getattr(new, name) == getattr(old, name), name
        for name in ("arrival", "interval"):
            assert repr(getattr(new, name)) == repr(getattr(old, name)), name


def test_a_state_goes_on_where_it_was() -> None:
    """After a restart a known word is the known index, and a new one the next."""
    file = File(full_store())
    file.rewrite()
    store = loaded(file.written)
    series = store.find("word")
    store.append(series, 9.0, "STOP")
    store.append(series, 10.0, "ALARM")
    assert list(series.ring.read(0, series.ring.next)[1]) == [0.0, 1.0, 0.0, 1.0, 2.0]


def test_smaller_limits_than_before_hold() -> None:
    """Of more points the newest stay, of more tags the first; what comes of the others is passed over."""
    file = File(full_store())
    file.rewrite()
    file.store.append(file.store.find("word"), 5.0, "STOP")
    file.append()
    store = loaded(file.written, make_store((), points=2, tags=2))
    series = store.find("line1/Temperatur ℃")
    assert list(series.ring.read(series.ring.first, series.ring.next)[0]) == [2.0, 1.5]
    assert [series.tag for series in store] == ["line1/Temperatur ℃", "flag"]


def test_an_outline_survives() -> None:
    """The same statistics after a restart, no sample twice or missing, and it goes on."""
    file = File(busy_store())
    file.rewrite()
    after, before = loaded(file.written), file.store
    assert statistics(after.find("a"), *EVER) == statistics(before.find("a"), *EVER)
    assert shares(after.find("b"), *EVER) == shares(before.find("b"), *EVER)
    for store in (before, after):
        for i in range(5_000, 6_000):
            store.append(store.find("a"), 1e9 + i, float(i % 7))
    assert statistics(after.find("a"), *EVER).samples == statistics(before.find("a"), *EVER).samples == 6_000


def test_changes_that_became_sums_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds and counts of a flickering contact are the same after a restart, also of what held meanwhile."""
    monkeypatch.setattr("mqtt_plot.store.changes.MAX_CHANGES", 50)
    file = File(make_store())
    for i in range(5_000):
        file.store.append(file.store.open("b"), T + 7 * i, i // 3 % 2 == 0)
    file.rewrite()
    assert shares(loaded(file.written).find("b"), *EVER) == shares(file.store.find("b"), *EVER)


@pytest.mark.parametrize("history", [(Width(60, 1000),), (Width(5, 10), Width(120, 1000)), (Width(600, 1000),)])
def test_an_outline_of_other_widths_is_folded(history: tuple[Width, ...]) -> None:
    """`--history` may be another one after the restart: what has wider buckets than any now is forgotten, the rest is kept."""
    file = File(busy_store())
    file.rewrite()
    found = statistics(loaded(file.written, make_store(history)).find("a"), *EVER)
    assert (found.samples, found.high) == (5_000, 50.0)


def test_an_outline_that_nobody_wants_is_left_out() -> None:
    """`--history none`: the points come, the outline does not."""
    file = File(busy_store())
    file.rewrite()
    after = loaded(file.written, make_store(()))
    assert (after.find("a").outlines, len(after.find("a").ring) > 0) == ([], True)


steps = st.sampled_from([0.0, 0.1, 1.0, 3.7, 10.0, 25.0, 61.0, 700.0, -2.0, -90.0, -4000.0])
values = st.floats(-1e6, 1e6, allow_nan=False, width=32) | st.just(math.nan)
rounds = st.lists(
    st.tuples(st.sampled_from([1.0, 60.0, 90.0, 150.0, 400.0, math.inf]), st.lists(st.tuples(steps, values), max_size=60)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(rounds, st.sampled_from([File.append, File.rewrite]), st.integers(4, 120))
def test_what_was_appended_tells_the_same_as_memory(
    drawn: list[tuple[float, list[tuple[float, float]]]], begin: Callable[[File], object], size: int
) -> None:
    """Whatever came, late or not, and however little room there was: in buckets of the widest width the file tells what memory does."""
    file = File(make_store(points=size))
    series = file.store.open("a")
    time, is_late, is_waiting, came = T, False, False, []
    for number, (room, samples) in enumerate(drawn):
        for step, value in samples:
            is_late |= step < 0
            time += step
            came.append((time, value))
            file.store.append(series, time, value)
        if number == 0:
            begin(file)
        else:
            file.append(room)
        is_waiting |= file.journal.left_out > 0
    if is_waiting:
        file.rewrite()
    after = loaded(file.written, make_store(points=size)).find("a")
    mine, theirs = ([one for one in outline(which, *EVER, 600.0) if one.samples] for which in (series, after))
    assert [(one.start, one.samples) for one in theirs] == [(one.start, one.samples) for one in mine]
    sound = [value for _, value in came if not math.isnan(value)]
    rounding = 2**-14 * (max(sound, default=0.0) - min(sound, default=0.0))  # of what holds when a bucket begins
    for one, other in zip(theirs, mine, strict=True):  # those with a gap alone are not known of late ones
        inside = [value for time, value in came if one.start <= time < one.end and not math.isnan(value)]
        assert one.low <= min(inside) <= max(inside) <= one.high
        if not is_late:  # else what holds how long is not known exactly, and depends on what was remembered first
            assert max(abs(one.low - other.low), abs(one.high - other.high)) <= rounding
            assert math.isclose(one.seconds, other.seconds, rel_tol=1e-6, abs_tol=1e-3)
            assert math.isnan(other.mean) or abs(one.mean - other.mean) <= rounding + 1e-9


def fed(store: Store, tags: int, start: float, seconds: int, per_second: int = 10) -> None:
    """Let numbers come for so many seconds."""
    noise = Random(start)  # noqa: S311 - no secret
    for tag in range(tags):
        times = array("d", [start + i / per_second for i in range(seconds * per_second)])
        store.extend(store.open(f"t{tag}"), times, array("d", [noise.gauss(20, 1) for _ in times]))


def test_of_much_the_outline_is_told_and_the_newest_point() -> None:
    """With room for less than all points: minutes, exact in their lowest and highest value, up to the newest point, which is there itself."""
    file = File(make_store(points=20_000))
    fed(file.store, 4, T, 600)
    file.rewrite()
    fed(file.store, 4, T + 600, 600)
    series = file.store.find("t0")
    file.store.append(series, T + 1_150.05, 99.5)  # late
    written = file.append(4 * 500.0)
    after = loaded(file.written, make_store(points=20_000)).find("t0")
    assert written < 4 * 500
    assert after.ring.last() == max(zip(*series.ring.read(0, series.ring.next), strict=True))
    found, truth = statistics(after, *EVER), statistics(series, *EVER)
    assert (found.samples, found.low, found.high) == (truth.samples, truth.low, 99.5)
    assert abs(found.mean - truth.mean) <= found.error
    assert [bucket.end - bucket.start for bucket in outline(after, T + 700, T + 1_000, 60)] == [60.0] * 6


def test_points_are_told_again_as_soon_as_there_is_room() -> None:
    """After buckets come points, and what was told before stays known in outline."""
    file = File(make_store(points=20_000))
    fed(file.store, 1, T, 600)
    file.rewrite()
    for number, room in ((1, 400.0), (2, math.inf), (3, 400.0), (4, math.inf)):
        fed(file.store, 1, T + 600 * number, 600)
        file.append(room)
    after = loaded(file.written, make_store(points=20_000)).find("t0")
    assert len(after.ring) == 6_001
    assert statistics(after, *EVER).samples == 30_000


def test_a_quiet_tag_keeps_every_point_beside_busy_ones() -> None:
    """What it does not need of its share is for the others."""
    file = File(make_store(points=20_000))
    fed(file.store, 3, T, 600)
    for i in range(5):
        file.store.append(file.store.open("quiet"), T + 60.0 * i, float(i))
    file.append(4 * 500.0)
    after = loaded(file.written, make_store(points=20_000))
    assert [len(after.find(tag).ring) for tag in ("t0", "t1", "t2", "quiet")] == [1, 1, 1, 5]


@pytest.mark.parametrize("kind", ["boolean", "state"])
def test_of_a_busy_state_every_change_is_told(kind: str) -> None:
    """Not every point; and how long each was there is the same."""
    file = File(make_store(points=20_000))
    series = file.store.open("a")
    for start in (0, 600):
        for i in range(6_000):
            time = start + i / 10
            value = time % 100 < 30
            file.store.append(series, T + time, value if kind == "boolean" else "RUN" if value else "STOP")
        file.append(1_000.0)
    after = loaded(file.written, make_store(points=20_000)).find("a")
    assert (len(after.ring), after.kind) == (1, kind)
    end = T + 1_199.9
    assert {name: (round(one.seconds, 3), one.began) for name, one in shares(after, T, end).items()} == {
        name: (round(one.seconds, 3), one.began) for name, one in shares(series, T, end).items()
    }


def test_words_that_became_numbers_are_told_anew() -> None:
    """What was told of them would mean something else; so it is replaced in the same segment as the new kind."""
    file = File(make_store())
    series = file.store.open("a")
    for i, word in enumerate(("n/a", "1.5", "2.5", "n/a", "1.5") * 40):
        file.store.append(series, T + i, word)
    file.append()
    for i, value in enumerate((1.0, 2.0, 3.0, 4.0)):
        file.store.append(series, T + 1_000 + i, value)
    assert series.kind == "number"
    file.append()
    after = loaded(file.written).find("a")
    assert (after.kind, points(after)[1][-4:]) == ("number", ["1.0", "2.0", "3.0", "4.0"])
    assert shares(after, *EVER) == shares(series, *EVER)


def test_without_an_outline_the_newest_points_are_told() -> None:
    """`--history none`: those before them go, as nothing can be said of what lies between."""
    file = File(make_store((), points=20_000))
    fed(file.store, 1, T, 600)
    file.append(400.0)
    after = loaded(file.written, make_store((), points=20_000)).find("t0")
    series = file.store.find("t0")
    assert 40 < len(after.ring) < 60
    assert points(after)[0] == [*map(repr, series.ring.read(series.ring.next - len(after.ring), series.ring.next)[0])]


def test_a_deleted_tag_does_not_come_back() -> None:
    """Nor do the points of one that was deleted and came anew."""
    file = File(make_store())
    for tag in ("a", "b", "c"):
        file.store.append(file.store.open(tag), T, 1.0)
    file.append()
    file.store.delete("b")
    file.store.delete("c")
    file.store.append(file.store.open("c"), T + 5, 2.0)
    file.append()
    after = loaded(file.written)
    assert {series.tag: points(series) for series in after} == {
        "a": [[repr(T)], ["1.0"]], "c": [[repr(T + 5)], ["2.0"]]
    }  # fmt: skip


def test_a_deleted_tag_is_told_though_there_is_no_room() -> None:
    file = File(make_store())
    file.store.append(file.store.open("a"), T, 1.0)
    file.append()
    file.store.delete("a")
    file.append(0.0)
    assert [series.tag for series in loaded(file.written)] == []


def test_what_is_not_settled_is_told_again() -> None:
    """A write that failed has told nothing."""
    file = File(make_store())
    file.store.append(file.store.open("a"), T, 1.0)
    made(file.journal.news(math.inf))
    file.append()
    assert [series.tag for series in loaded(file.written)] == ["a"]


def test_what_has_no_room_is_counted() -> None:
    """At each save that it waits through, until all is told."""
    file = File(make_store(points=20_000))
    fed(file.store, 5, T, 600)
    for room in (10.0, 10.0):
        file.append(room)
    file.append()
    assert (file.store.counters.get("state_left_out"), len(loaded(file.written))) == (10, 5)


def test_nothing_new_is_nothing_told() -> None:
    file = File(busy_store())
    file.rewrite()
    assert file.append() == 0
    journal = StoreJournal(store := make_store())
    for kind, content in file.written:
        journal.apply(kind, content)
    journal.finish(is_whole=True)
    assert (made(journal.news(math.inf)), len(store)) == ([], 2)


def test_points_put_in_afterwards_are_told() -> None:
    """As a backfill does it: all points get new numbers."""
    file = File(make_store(points=20_000))
    fed(file.store, 1, T + 1_000, 10, 100)
    fed(file.store, 1, T + 2_000, 10, 100)
    file.append()
    series = file.store.find("t0")
    times = array("d", [T + 1_500.0, T + 1_501.0])
    file.store.splice(series, series.ring.first + 1_000, series.ring.first + 1_000, times, array("d", [77.0, 78.0]))
    file.append(5_000.0)
    after = loaded(file.written, make_store(points=20_000)).find("t0")
    found = statistics(after, *EVER)
    assert (found.samples, found.high) == (2_002, 78.0)


FACTS: dict[str, object] = {
    "tag": "a", "unit": "", "kind": "number", "states": [], "meta": {}, "arrival": None, "interval": None
}  # fmt: skip
ENTRY: dict[str, object] = {"id": 1, "facts": FACTS, "since": None}
GOOD_ROW = (170_000_000, 4, 10.0, 1.0, 2.0, 0.5, 0.1, 0, 0)


def forged(fields: object, times: list[float], tiers: bytes = b"", changes: bytes = b"") -> bytes:
    """Return the content of a segment that we would not write."""
    values = array("d", [1.0] * len(times))
    content = content_of([TagEntry({}, array("d", times), values, tiers, changes)])
    head = fields if isinstance(fields, bytes) else json.dumps([fields]).encode()
    return pack("<I", len(head)) + head + content[8:]


def row(**changed: float) -> bytes:
    names = ("index", "count", "seconds", "low", "high", "mean", "deviation", "first", "last")
    return pack("<IIfddffHH", *({**dict(zip(names, GOOD_ROW, strict=True)), **changed}[name] for name in names))


TIERS = {"end": T + 10, "rows": [[10, 40]]}
CHANGES = {"end": T + 10, "width": 600, "rows": 0, "changes": 2}


def test_the_forger_of_these_tests_can_forge() -> None:
    """Good entries in the same envelope are read."""
    store = make_store()
    StoreJournal(store).apply(TAGS, forged({**ENTRY, "points": 1, "tiers": TIERS}, [T + 20], row()))
    assert (store.find("a").ring.last(), statistics(store.find("a"), *EVER).samples) == ((T + 20, 1.0), 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xff\xff\xff",
        forged(b"{", []),
        forged(b"\xff", []),
        forged(b"[" * 100_000, []),
        forged([], []),
        forged(5, []),
        forged({"id": 1}, []),
        forged({**ENTRY, "id": "1"}, []),
        forged({**ENTRY, "id": -1}, []),
        forged({**ENTRY, "facts": []}, []),
        forged({**ENTRY, "facts": {**FACTS, "tag": "x" * 300}}, []),
        forged({**ENTRY, "facts": {**FACTS, "tag": 5}}, []),
        forged({**ENTRY, "facts": {**FACTS, "unit": 5}}, []),
        forged({**ENTRY, "facts": {**FACTS, "kind": "other"}}, []),
        forged({**ENTRY, "facts": {**FACTS, "states": [1]}}, []),
        forged({**ENTRY, "facts": {**FACTS, "states": ["x"] * 65}}, []),
        forged({**ENTRY, "facts": {**FACTS, "meta": []}}, []),
        forged({**ENTRY, "heard": "yesterday"}, []),
        forged({**ENTRY, "heard": math.inf}, []),
        forged({**ENTRY, "since": "then"}, []),
        forged({**ENTRY, "points": -1}, []),
        forged({**ENTRY, "points": 10**15}, []),
        forged({**ENTRY, "points": 2}, [T]),
        forged({**ENTRY, "points": 1}, [T, T]),
        forged({**ENTRY, "points": 1}, [math.nan]),
        forged({**ENTRY, "points": 1}, [1e300]),
        forged({**ENTRY, "points": True}, [T]),
        forged({**ENTRY, "tiers": {**TIERS, "end": math.nan}}, [], row()),
        forged({**ENTRY, "tiers": {"end": T, "rows": [[0, 40]]}}, [], row()),
        forged({**ENTRY, "tiers": {"end": T, "rows": [[10, 39]]}}, [], row()),
        forged({**ENTRY, "tiers": {"end": T, "rows": 5}}, [], row()),
        *(
            forged({**ENTRY, "tiers": TIERS}, [], row(**{name: value}))
            for name, value in (
                ("seconds", 99.0), ("seconds", -1.0), ("low", 5.0), ("low", math.nan),
                ("high", math.inf), ("mean", 7.0), ("deviation", -1.0),
            )
        ),
        forged({**ENTRY, "tiers": {"end": T + 10, "rows": [[10, 80]]}}, [], row() + row()),
        forged({**ENTRY, "changes": CHANGES}, [T + 1, T]),
        forged({**ENTRY, "changes": {**CHANGES, "width": 0}}, [T, T + 1]),
        forged({**ENTRY, "changes": {**CHANGES, "end": None}}, [T, T + 1]),
        forged({**ENTRY, "changes": {**CHANGES, "rows": 16}}, [T, T + 1], changes=pack("<IfIf", 1, -1.0, 1, 1.0)),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(content: bytes) -> None:
    """Even with a right checksum nothing of it is believed unchecked."""
    with pytest.raises(DamagedStateError):
        StoreJournal(make_store()).apply(TAGS, content)


@pytest.mark.parametrize("content", [b"{", b"5", b"[7]", b'["a"]', b"[[]]", b"null"])
def test_a_goodbye_that_makes_no_sense_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedStateError):
        StoreJournal(make_store()).apply(GONE, content)


def test_two_tags_are_not_mixed_up() -> None:
    """One number for two tags, and two numbers for one tag, are refused."""
    first = forged(ENTRY, [])
    for other in ({**ENTRY, "id": 2}, {**ENTRY, "facts": {**FACTS, "tag": "b"}}):
        journal = StoreJournal(make_store())
        journal.apply(TAGS, first)
        with pytest.raises(DamagedStateError):
            journal.apply(TAGS, forged(other, []))
