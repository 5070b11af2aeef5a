"""The state file, and the bridge that keeps one."""

import io
import math
import resource
import signal
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.time_policy import TimePolicy, TimeRule
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from mqtt_plot.store.drawing import drawn
from mqtt_plot.store.journal import StoreJournal
from mqtt_plot.store.kept_journal import KeptJournal
from mqtt_plot.store.segments import MAGIC, segments
from mqtt_plot.store.state_file import DAILY_BYTES, Portion, StateFile, daily_bytes
from mqtt_plot.store.statistics import outline, shares, statistics, step_for
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width
from mqtt_plot.tags import TopicMap
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.waiting import wait_until

T = 1_700_000_000.0
EVER = (-math.inf, math.inf)
LIMITS = Limits(history=(Width(10, 2_880), Width(60, 2_880), Width(600, 4_320)))
POINTS, GONE, KEPT = 1, 2, 3  # kinds of segments


class Kept:
    """A store, and notes of a kind, in a state file; `now` is its clock."""

    def __init__(self, path: Path, every: float = 600.0, limits: Limits = LIMITS) -> None:
        self.counters = Counters()
        self.store = Store(limits, self.counters)
        self.notes = Notes()
        self.now = 0.0
        self.path = path
        journal = StoreJournal(self.store)
        portions = [Portion(journal, 0.7, every), Portion(KeptJournal({"notes": self.notes}), 0.1, 10.0)]
        self.file = StateFile(path, self.store, portions, self.counters, clock=lambda: self.now)

    def add(self, tag: str, value: float, time: float = 1.0) -> None:
        self.store.append(self.store.open(tag), time, value)

    async def save(self, after: float = 600.0) -> None:
        """Save when so many seconds have passed."""
        self.now += after
        await self.file.save()

    def points(self) -> dict[str, list[float]]:
        """Return the times of all points held."""
        return {one.tag: list(one.ring.read(one.ring.first, one.ring.next)[0]) for one in self.store}


class Notes:
    """What is kept beside the store: numbers by id."""

    def __init__(self) -> None:
        self.revision = 1
        self.texts: dict[int, str] = {}

    def put(self, number: int, text: str) -> None:
        self.revision += 1
        self.texts[number] = text

    def dump(self) -> object:
        return [{"id": number, "text": text} for number, text in self.texts.items()]

    def restore(self, kept: object) -> None:
        if not isinstance(kept, list):
            raise TypeError("expected a list")
        self.texts = {item["id"]: item["text"] for item in kept}


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_saved_and_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What one life saved the next one has; nothing is left beside the file."""
    caplog.set_level("INFO")
    before, after = Kept(tmp_path / "state"), Kept(tmp_path / "state")
    before.file.load()
    before.add("a", 5.0)
    await before.file.save()
    after.file.load()
    assert after.store.find("a").ring.last() == (1.0, 5.0)
    assert names(tmp_path) == ["state"]
    assert [record.getMessage() for record in caplog.records] == [
        f"no state in {tmp_path / 'state'} yet",
        f"1 tags with 1 points read from {tmp_path / 'state'}",
    ]


def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line says so, and the next start does not meet it again."""
    (tmp_path / "state").write_bytes(b"mqtt_plot state 1\n and then something else")
    kept = Kept(tmp_path / "state")
    kept.file.load()
    assert len(kept.store) == 0
    assert names(tmp_path) == ["state.damaged"]
    assert [record.getMessage() for record in caplog.records] == [
        f"state in {tmp_path / 'state'} refused: its checksum is wrong: it was cut off or changed; set aside as state.damaged"
    ]


async def lived(path: Path) -> tuple[Kept, list[dict[str, list[float]]], list[dict[int, str]]]:
    """Return what wrote a file in four goes, and which points and notes there were after each."""
    kept = Kept(path)
    points, notes = [], []
    for number in range(4):
        kept.add("a", 5.0, T + number)
        kept.add(f"b{number}", number, T)
        kept.notes.put(number, "x" * 20)
        if number == 3:
            kept.store.delete("b0")
        await kept.save()
        points.append(kept.points())
        notes.append(dict(kept.notes.texts))
    return kept, points, notes


Told = tuple[dict[str, list[float]], dict[int, str]]


def expected(data: bytes, until: int, points: list[dict[str, list[float]]], notes: list[dict[int, str]]) -> Told:
    """Return what a file of which only the first bytes are sound tells."""
    whole = [segment.kind for segment in segments(io.BytesIO(data[len(MAGIC) :])) if segment.end <= until]
    held = dict(points[whole.count(POINTS) - 1]) if POINTS in whole else {}
    if GONE in whole:
        held.pop("b0", None)
    return held, notes[whole.count(KEPT) - 1] if KEPT in whole else {}


async def test_cut_at_any_byte_the_file_tells_what_was_whole_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As a kill or a power cut leaves it; one line says how much is lost, and it is gone on with."""
    _, points, notes = await lived(tmp_path / "state")
    data = (tmp_path / "state").read_bytes()
    ends = {segment.end for segment in segments(io.BytesIO(data[len(MAGIC) :]))} | {len(MAGIC)}
    for stop in range(len(MAGIC), len(data)):
        caplog.clear()
        (tmp_path / "cut").write_bytes(data[:stop])
        after = Kept(tmp_path / "cut")
        after.file.load()
        assert (after.points(), after.notes.texts) == expected(data, stop, points, notes)
        said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        lost = stop - max(end for end in ends if end <= stop)
        line = f"state in {tmp_path / 'cut'}: it is cut off; the last {lost} of {stop} bytes are not read"
        assert said == ([f"{line}, what came before is; the whole file is kept as cut.damaged"] if lost else [])


async def test_what_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    """Nothing of before is lost by the next save."""
    await lived(tmp_path / "state")
    (tmp_path / "state").write_bytes((tmp_path / "state").read_bytes()[:-7])
    after = Kept(tmp_path / "state")
    after.file.load()
    after.add("c", 1.0)
    await after.save()
    again = Kept(tmp_path / "state")
    again.file.load()
    assert (again.points(), again.notes.texts) == (after.points(), after.notes.texts)


async def test_any_changed_byte_costs_what_follows_and_no_more(tmp_path: Path) -> None:
    """Nothing wrong is loaded; the file is kept as it is under another name."""
    _, points, notes = await lived(tmp_path / "state")
    data = (tmp_path / "state").read_bytes()
    ends = [len(MAGIC), *(segment.end for segment in segments(io.BytesIO(data[len(MAGIC) :])))]
    for place in range(len(data)):
        wrong = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
        (tmp_path / "wrong").write_bytes(wrong)
        after = Kept(tmp_path / "wrong")
        after.file.load()
        sound = max((end for end in ends if end <= place), default=0)
        assert (after.points(), after.notes.texts) == expected(data, sound, points, notes)
        assert (tmp_path / "wrong.damaged").read_bytes() == wrong


@contextmanager
def full_disk(length: int) -> Iterator[None]:
    """No file of this process may become longer than that, as if the disk were full in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_is_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """However often it fails; what was in the file stays, success is said once more, and then nothing is missing."""
    caplog.set_level("INFO")
    kept, *_ = await lived(tmp_path / "state")
    good = (tmp_path / "state").read_bytes()
    with full_disk(len(good) + 100):
        for number in range(3):
            kept.add("a", number, T + 10 + number)
            kept.notes.put(9, "y" * 1_000 + str(number))
            await kept.save()
            assert (tmp_path / "state").read_bytes() == good
    await kept.save()
    assert [record.getMessage() for record in caplog.records] == [
        f"state not saved to {tmp_path / 'state'}: File too large; the one before stays",
        f"state saved to {tmp_path / 'state'} again",
    ]
    after = Kept(tmp_path / "state")
    after.file.load()
    assert (after.points(), after.notes.texts, kept.counters.get("state_saves", "failed")) == (
        kept.points(), kept.notes.texts, 3
    )  # fmt: skip


async def test_a_full_disk_when_all_is_written_anew(tmp_path: Path) -> None:
    """As at the stop: the file of before stays, and no half of a new one is left."""
    kept, *_ = await lived(tmp_path / "state")
    good = (tmp_path / "state").read_bytes()
    kept.file.start()
    with full_disk(100):
        await kept.file.stop()
    assert ((tmp_path / "state").read_bytes() == good, names(tmp_path)) == (True, ["state"])


async def test_a_file_that_somebody_deleted_is_written_anew(tmp_path: Path) -> None:
    """Not only what came since."""
    kept, *_ = await lived(tmp_path / "state")
    (tmp_path / "state").unlink()
    kept.add("a", 1.0, T + 99)
    await kept.save()
    after = Kept(tmp_path / "state")
    after.file.load()
    assert (after.points(), after.notes.texts) == (kept.points(), kept.notes.texts)


@pytest.mark.parametrize(("name", "tags", "points"), [("points", 4, 8), ("outline", 2, 0)])
async def test_a_file_of_before_there_were_segments_is_read(tmp_path: Path, name: str, tags: int, points: int) -> None:
    """And written anew as one of today."""
    (tmp_path / "state").write_bytes(Path(__file__).with_name(f"state-2-{name}.bin").read_bytes())
    kept = Kept(tmp_path / "state")
    kept.file.load()
    held = kept.points()
    assert (len(held), kept.store.points >= points) == (tags, True)
    await kept.save()
    assert (tmp_path / "state").read_bytes().startswith(MAGIC)
    after = Kept(tmp_path / "state")
    after.file.load()
    assert {tag: len(times) for tag, times in after.points().items()} == {
        tag: len(times) for tag, times in held.items()
    }


async def test_notes_are_saved_soon_and_points_at_the_interval(tmp_path: Path) -> None:
    """A deleted tag soon as well."""
    kept, *_ = await lived(tmp_path / "state")
    kept.add("a", 1.0, T + 99)
    kept.notes.put(77, "soon")
    kept.store.delete("b1")
    await kept.save(10.0)
    after = Kept(tmp_path / "state")
    after.file.load()
    assert (after.notes.texts[77], sorted(after.points()), T + 99 in after.points()["a"]) == (
        "soon", ["a", "b2", "b3"], False
    )  # fmt: skip


async def turning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Return what keeps a folder in which a file goes on from an older one, and has told some of that anew."""
    monkeypatch.setattr("mqtt_plot.store.state_file.DAILY_BYTES", 100_000)
    monkeypatch.setattr("mqtt_plot.store.state_file.DAILY_TAG_BYTES", 0)
    monkeypatch.setattr("mqtt_plot.store.state_file._LEAST", 8_000)
    kept, random = Kept(folder / "state"), Random(1)  # noqa: S311 - no secret
    for number in range(500):
        times = array("d", [T + number * 600 + i * 6 for i in range(100)])
        kept.store.extend(kept.store.open(f"tag{number % 7}"), times, array("d", [random.gauss(0, 1) for _ in times]))
        kept.notes.put(number, f"note {number}")
        await kept.save()
        if (folder / "state.older").exists():
            return kept
    raise AssertionError("no new file was begun")


async def test_killed_between_two_renames_the_older_file_is_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one is not there yet; nothing is lost, and it goes on."""
    kept = await turning(tmp_path, monkeypatch)
    kept.store.delete("tag3")
    (tmp_path / "state").unlink()
    after = Kept(tmp_path / "state")
    after.file.load()
    after.add("new", 1.0, T)
    await after.save()
    third = Kept(tmp_path / "state")
    third.file.load()
    assert {one.tag for one in third.store} == {one.tag for one in kept.store} | {"tag3", "new"}


async def test_a_file_written_at_the_stop_needs_no_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before that is deleted, the next start does not read it."""
    kept = await turning(tmp_path, monkeypatch)
    older = (tmp_path / "state.older").read_bytes()
    kept.store.delete("tag3")
    kept.file.start()
    await kept.file.stop()
    assert names(tmp_path) == ["state"]
    (tmp_path / "state.older").write_bytes(older)
    after = Kept(tmp_path / "state")
    after.file.load()
    assert told(after) == told(kept)


async def test_damage_in_the_older_file_costs_what_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Both files are kept, one line says it, and all is written anew."""
    await turning(tmp_path, monkeypatch)
    older = bytearray((tmp_path / "state.older").read_bytes())
    older[len(older) // 2] ^= 1
    (tmp_path / "state.older").write_bytes(older)
    after = Kept(tmp_path / "state")
    after.file.load()
    assert (
        len(after.store) > 0,
        [r.getMessage() for r in caplog.records if "state.older: a checksum is wrong" in r.getMessage()] != [],
    ) == (True, True)
    await after.save()
    assert names(tmp_path) == ["state", "state.damaged", "state.older.damaged"]


async def test_an_older_file_that_somebody_deleted_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What only it told is missing; what the newer one tells is there, and nothing wrong."""
    kept = await turning(tmp_path, monkeypatch)
    (tmp_path / "state.older").unlink()
    after = Kept(tmp_path / "state")
    after.file.load()
    assert "state.older is not there; what only that told is missing" in caplog.text
    mine, all_there = told(after), told(kept)
    assert {tag: one[0] <= all_there[tag][0] for tag, one in mine.items()} == dict.fromkeys(mine, True)


def sizes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


async def test_the_file_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When more of it is out of date than not, another goes on, and tells anew what the older one told before that goes."""
    monkeypatch.setattr("mqtt_plot.store.state_file._LEAST", 20_000)
    kept = Kept(tmp_path / "state", limits=Limits(max_points=200, max_memory=64 * 1024, history=LIMITS.history))
    noise, longest, shorter, before = Random(1), 0, 0, 0  # noqa: S311 - no secret
    for hour in range(300):
        times = array("d", [T + hour * 3600 + i * 18 for i in range(200)])
        kept.store.extend(kept.store.open("a"), times, array("d", [noise.gauss(0, 1) for _ in times]))
        await kept.save(3600)
        size = sizes(tmp_path)
        longest, shorter, before = max(longest, size), shorter + (size < before), size
    assert (longest < 130_000, shorter > 2, kept.file.written < 300 / 24 * DAILY_BYTES) == (True, True, True)
    after = Kept(tmp_path / "state", limits=kept.store.limits)
    after.file.load()
    assert statistics(after.store.find("a"), T + 3600 * 290, math.inf).samples > 1_900


def told(kept: Kept) -> dict[str, tuple[float, ...]]:
    """Return of each tag how many samples are known, their lowest and highest value, and the last."""
    found = {series.tag: statistics(series, *EVER) for series in kept.store}
    return {tag: (one.samples, one.low, one.high, one.last) for tag, one in found.items()}


async def test_weeks_keep_to_the_budget_of_each_day_and_a_kill_loses_nothing_that_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told anew counts too, in any 24 hours. Kills come also while a new file tells anew what the older one told."""
    monkeypatch.setattr("mqtt_plot.store.state_file.DAILY_BYTES", 150_000)
    monkeypatch.setattr("mqtt_plot.store.state_file.DAILY_TAG_BYTES", 0)
    monkeypatch.setattr("mqtt_plot.store.state_file._LEAST", 8_000)
    folder, random, written, turns, kills = tmp_path / "kept", Random(3), [0], 0, 0  # noqa: S311 - no secret
    folder.mkdir()
    limits = Limits(max_points=600, history=(Width(600, 100), Width(3_600, 1_000)))
    kept = Kept(folder / "state", every=3600.0, limits=limits)
    kept.add("quiet", 77.0, T)
    for hour in range(12 * 24):
        times = array("d", [T + hour * 3600 + i * 12 for i in range(300)])
        for tag in ("a", "b", f"day{hour // 24}"):
            kept.store.extend(kept.store.open(tag), times, array("d", [random.gauss(0, 1) for _ in times]))
        if hour % 24 == 23 and hour > 48:
            kept.store.delete(f"day{hour // 24 - 2}")
        kept.notes.put(hour // 5, f"note {hour}")
        was_turning, before = (folder / "state.older").exists(), kept.file.written
        await kept.save(3600)
        written.append(kept.file.written - before)
        turns += (folder / "state.older").exists() and not was_turning
        if random.random() < 0.1:
            kills += was_turning
            after = Kept(folder / "state", every=3600.0, limits=limits)
            after.file.load()
            assert (told(after), after.notes.texts) == (told(kept), kept.notes.texts)
            kept = after
    assert (turns > 3, kills > 3) == (True, True)
    assert max(sum(written[at : at + 24]) for at in range(24, len(written))) <= 150_000


async def test_of_two_thousand_busy_tags_none_waits_for_a_second_interval(tmp_path: Path) -> None:
    """So a kill costs at most one interval, whatever their number: what may be written in a day grows with it."""
    limits = LIMITS._replace(max_tags=2_000)
    kept, noise = Kept(tmp_path / "state", 1.0, limits), Random(1)  # noqa: S311 - no secret
    values = array("d", [noise.gauss(20, 1) for _ in range(2_100)])
    written = []
    for interval in range(8):
        times = array("d", [T + interval * 600.0 + 6 * i for i in range(100)])
        for tag in range(2_000):
            kept.store.extend(kept.store.open(f"t{tag}"), times, values[tag : tag + 100])
        # The first come at once, so that little is left of what may be written after a pause.
        await kept.save(600.0 if interval > 3 else 1.0)
        written.append(kept.file.written)
    assert kept.counters.get("state_left_out") == 0
    assert (written[-1] - written[-2]) * 144 < daily_bytes(2_000) / 2
    after = Kept(tmp_path / "state", limits=limits)
    after.file.load()
    assert {series.newest for series in after.store} == {T + 7 * 600 + 99 * 6}


async def test_a_day_of_100_tags_ten_times_a_second_fits_into_the_budget(tmp_path: Path) -> None:
    """An hour of it, with the last 50 minutes for the rest of the day. A kill leaves minutes, exact in lowest, highest and count."""
    kept = Kept(tmp_path / "state")
    noise = Random(1)  # noqa: S311 - no secret
    values = array("d", [noise.gauss(20, 1) for _ in range(6_100)])
    await kept.save(10)
    begun = 0
    for interval in range(6):
        times = array("d", [T + interval * 600 + i / 10 for i in range(6_000)])
        for tag in range(100):
            kept.store.extend(kept.store.open(f"t{tag}"), times, values[tag : tag + 6_000])
        await kept.save()
        begun = begun or kept.file.written
    assert begun + 143 / 5 * (kept.file.written - begun) < DAILY_BYTES / 2
    after = Kept(tmp_path / "state")
    after.file.load()
    found, truth = (statistics(store.find("t7"), *EVER) for store in (after.store, kept.store))
    assert (found.samples, found.low, found.high, found.last) == (truth.samples, truth.low, truth.high, truth.last)
    assert abs(found.mean - truth.mean) <= found.error + truth.error


async def test_what_was_too_old_does_not_come_back(tmp_path: Path) -> None:
    """`--max-age`: the file tells of it yet, as it is not written anew each day; with the first look at ages it is gone, to a bucket."""
    limits = Limits(max_points=200, max_age=3_600.0, history=(Width(10, 2_880), Width(60, 2_880)))
    kept = Kept(tmp_path / "state", limits=limits)
    for begin in range(0, 10_800, 600):
        for i in range(begin, begin + 600):
            kept.add("a", float(i), T + i)
            kept.store.append(kept.store.open("word"), T + i, ("RUN", "STOP")[i // 50 % 2])
        kept.store.expire(T + begin + 600)
        await kept.save()
    after = Kept(tmp_path / "state", limits=limits)
    after.file.load()
    for one in (kept, after):
        one.store.expire(T + 10_800)
    assert [after.store.find(tag).since >= T + 10_800 - 3_660 for tag in ("a", "word")] == [True, True]
    assert told(after)["a"] == told(kept)["a"]
    assert shares(after.store.find("word"), T + 7_260, T + 10_799) == shares(
        kept.store.find("word"), T + 7_260, T + 10_799
    )


@pytest.mark.parametrize("policy", ["device", "arrival", "corrected"])
async def test_corrected_times_stay_corrected(tmp_path: Path, policy: str) -> None:
    """Of a clock that is set right over a restart: what was stored keeps its time, no sample is told twice, and what follows comes after it."""
    limits = Limits(max_points=200, history=LIMITS.history)

    def living(hours: range, ahead: float) -> Kept:
        kept = Kept(tmp_path / "state", limits=limits)
        ingest = Ingest(kept.store, TopicMap(["plot/#"]), Rules(), kept.counters, times=TimePolicy((TimeRule(policy),)))
        kept.file.load()
        for minute in range(60 * hours.start, 60 * hours.stop):
            now = T + 60.0 * minute
            payload = f'{{"value": {minute}, "ts": {now + ahead - 0.25}}}'.encode()
            ingest.accept_messages([Message("plot/a", payload, now)])
        return kept

    first = living(range(10), 900.0)
    await first.save()
    before = told(first)
    second = living(range(10, 20), 0.0)
    found = statistics(second.store.find("a"), *EVER)
    assert (before["a"][0], found.samples, found.low, found.high) == (600, 1_200, 0.0, 1_199.0)
    if policy != "device":  # whose stamps say themselves that they went back
        hours = [one.samples for one in outline(second.store.find("a"), T, T + 72_000, 36_000)]
        assert (sum(hours), found.error <= 1_199 * 2**-15) == (1_200, True)  # rounding alone: nothing came late


async def lived_days(kept: Kept, start: int, end: int) -> None:
    """Let tags come once a second from one day to another, with a spike of a moment in the second night."""
    noise = Random(start)  # noqa: S311 - no secret
    kept.file.load()
    await kept.save(10)
    for begin in range(start * 86_400, end * 86_400, 600):
        for tag in range(3):
            times = array("d", [T + begin + i for i in range(600)])
            values = array("d", [noise.gauss(3, 0.1) for _ in times])
            if tag == 0 and begin == 86_400 + 7_200:
                values[33] = 9.5
            kept.store.extend(kept.store.open(f"press{tag}"), times, values)
        await kept.save()


async def test_a_kill_in_the_middle_of_days_leaves_the_picture(tmp_path: Path) -> None:
    """The spike of the second night stands out as before; no sample of an interval that was saved is missing, and none is there twice."""
    limits = Limits(max_points=2_000, history=LIMITS.history)
    first, second = Kept(tmp_path / "state", limits=limits), Kept(tmp_path / "state", limits=limits)
    await lived_days(first, 0, 2)
    await lived_days(second, 2, 3)
    series = second.store.find("press0")
    found = drawn(series, T, T + 3 * 86_400, 1_000)
    assert found is not None
    spike = found.times[found.values.index(9.5)]
    assert (max(found.values), abs(spike - (T + 86_400 + 7_233)) < 3 * 86_400 / 500) == (9.5, True)
    hours = [
        bucket.samples for bucket in outline(series, T, T + 3 * 86_400 - 1, step_for(series, T, series.newest, 3_600))
    ]
    assert (sum(hours), max(hours)) == (3 * 86_400, 3_600)


def points(bridge: Bridge) -> int:
    return int(bridge.status()["points"])


def test_a_restart_keeps_the_points(start_bridge: StartBridge, tmp_path: Path) -> None:
    """SIGTERM writes them, the next start has them; a SIGKILL loses only what came after the last interval."""
    options = ("--broker", "none", "--state", str(tmp_path / "state"), "--state-interval", "1")
    first = start_bridge(*options)
    first.post("api/v1/samples", {"tag": "a", "ts": [1, 2, 3], "value": [1, 2, 3]})
    began = time.monotonic()
    assert first.stop() == 0
    assert time.monotonic() - began < 5
    second = start_bridge(*options)
    assert second.series("a")["value"] == [1, 2, 3]
    second.post("api/v1/samples", {"tag": "a", "ts": 4, "value": 4})
    saves = second.status()["counters"].get("state_saves", 0)
    wait_until(lambda: second.status()["counters"].get("state_saves", 0) >= saves + 2, "the state to be saved")
    second.kill()
    third = start_bridge(*options)
    assert third.series("a")["value"] == [1, 2, 3, 4]


def saved(bridge: Bridge, path: Path) -> None:
    """Wait until all that was there is in the file."""

    def saves() -> int:
        return int(bridge.status()["counters"].get("state_saves", 0))

    before = saves()
    wait_until(lambda: saves() >= before + 2, f"{path} to be saved")


def test_all_that_people_made_survives_a_kill(start_bridge: StartBridge, tmp_path: Path) -> None:
    """Limits, events, triggers, captures with their points, their names and pins, and notes; what was deleted stays away."""
    options = ("--broker", "none", "--state", str(tmp_path / "state"), "--state-interval", "1")
    first = start_bridge(*options)
    now = time.time()
    first.request("PUT", "api/v1/limits", params={"tag": "oven"}, json={"hi": 50})
    trigger = {"name": "hot", "tag": "oven", "condition": "rises", "level": 80, "before": 5, "after": 0}
    assert first.post("api/v1/triggers", trigger).ok
    first.post("api/v1/notes", {"text": "Filter changed"})
    first.post("api/v1/samples", [{"tag": "gone", "value": 1}, {"tag": "word", "value": "RUN"}])
    first.post("api/v1/samples", {"tag": "oven", "ts": [now - 2, now - 1, now], "value": [20, 60, 90.5]})
    wait_until(lambda: first.get("api/v1/captures").json()["captures"], "the capture")
    saved(first, tmp_path / "state")
    assert first.request("PUT", "api/v1/captures/1", json={"name": "the night", "pinned": True}).ok
    first.request("DELETE", "api/v1/series", params={"tag": "gone"})
    asked = ("limits", "triggers", "captures", "captures/1", "notes", "events/log")
    before = {path: first.get(f"api/v1/{path}").json() for path in asked}
    saved(first, tmp_path / "state")
    first.kill()
    second = start_bridge(*options)
    assert {path: second.get(f"api/v1/{path}").json() for path in asked} == before
    assert sorted(second.tags()) == ["oven", "word"]
    assert [name for name in names(tmp_path) if not name.startswith(".")] == ["state"]


def test_killed_under_load_again_and_again(start_bridge: StartBridge, tmp_path: Path) -> None:
    """Whenever the kill comes, the next start has all that was sent an interval before, in order, and nothing else."""
    options = ("--broker", "none", "--state", str(tmp_path / "state"), "--state-interval", "0.2")
    sent: list[float] = []
    moments = Random(7)  # noqa: S311 - no secret
    for _ in range(3):
        bridge = start_bridge(*options)
        held = bridge.series("a")["value"] if sent else []
        assert held == sent[: len(held)]
        known = len(sent)
        saves = 0
        while saves < 3 or moments.random() < 0.9:
            sent.append(float(len(sent)))
            bridge.post("api/v1/samples", {"tag": "a", "ts": T + len(sent), "value": sent[-1]})
            saves = bridge.status()["counters"].get("state_saves", 0)
            known = len(sent) if saves < 2 else known
        bridge.kill()
        after = start_bridge(*options)
        kept = after.series("a")["value"]
        assert (kept == sent[: len(kept)], len(kept) >= known) == (True, True)
        sent = kept
        after.kill()


def test_a_folder_that_may_not_be_written(start_bridge: StartBridge) -> None:
    """The bridge runs all the same; one line at the start, one at the stop."""
    bridge = start_bridge("--broker", "none", "--state", "/proc/none/state")
    bridge.post("api/v1/samples", {"tag": "a", "value": 1})
    assert points(bridge) == 1
    bridge.signal(signal.SIGTERM)
    assert bridge.wait() == 0
    assert bridge.log.count("state not saved") == 1
