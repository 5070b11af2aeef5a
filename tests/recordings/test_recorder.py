"""Recording from the page: what comes is in the file, whole, and a disk that is full or slow costs nothing else."""

import math
import time
from pathlib import Path
from typing import Any

import pytest

from mqtt_plot.errors import WatchError
from mqtt_plot.metrics import Counters
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.recorder import MAX_RECORDERS, Recorder, RecorderList
from mqtt_plot.recordings.recorder_settings import parse_recorder
from mqtt_plot.store.store import Limits, Store
from tests.support.waiting import until

T = 1_700_000_000.0  # Tuesday, 22:13:20 UTC


class Plant:
    """A store and its recorders; `look` is one second of theirs."""

    def __init__(self, folder: Path | None, max_points: int = 1000, least_free: int = 1) -> None:
        self.counters = Counters()
        self.store = Store(Limits(max_points=max_points), self.counters)
        self.recorders = RecorderList(folder, self.store, self.counters, local=time.gmtime, least_free=least_free)

    def put(self, tag: str, *points: tuple[float, float | str], unit: str = "") -> None:
        series = self.store.open(tag)
        series.unit = unit
        for at, value in points:
            self.store.append(series, T + at, value)

    async def look(self, at: float) -> None:
        self.recorders.look(T + at)
        await until(lambda: not any(recorder.is_writing for recorder in self.recorders), "the disk")

    def add(self, **fields: object) -> Recorder:
        return self.recorders.add(parse_recorder({"name": "night", "tags": ["*"], **fields}))


def texts(folder: Path) -> dict[str, list[str]]:
    return {file.name: file.read_text().splitlines()[1:] for file in sorted(folder.glob("*.csv"))}


async def test_what_comes_is_in_the_file(tmp_path: Path) -> None:
    """From the start on, of the tags that match, also new ones, in the order of time; words for states, a gap is empty."""
    plant = Plant(tmp_path)
    plant.put("line1/a", (-5, 1.0))
    recorder = plant.add(tags=["line1/*"])
    await plant.look(0)
    plant.put("line1/a", (1, 2.5), (3, math.nan), unit="°C")
    plant.put("line1/b", (2, "RUN"))
    plant.put("line2/c", (2, 7.0))
    await plant.look(4)
    await plant.recorders.stop(T + 5)
    name = "night-20231114T221320Z.csv"
    assert (texts(tmp_path), recorder.rows, recorder.matched, recorder.file, recorder.lost) == (
        {name: [f"{T + 1},line1/a,2.5,°C", f"{T + 2},line1/b,RUN,", f"{T + 3},line1/a,,°C"]}, 3, 2, name, 0
    )  # fmt: skip
    file = Folder(tmp_path).open(name)
    assert (file.layout.is_long, file.facts.first_time) == (True, T + 1)
    file.close()


async def test_a_file_begins_anew_by_size_and_by_time(tmp_path: Path) -> None:
    """Each file is whole in itself."""
    plant = Plant(tmp_path)
    by_size, by_time = plant.add(name="size", rotate_bytes=65536), plant.add(name="time", rotate_seconds=60)
    for second in range(0, 150, 30):
        plant.put("a", *((second + i / 1000, float(i)) for i in range(900)))
        await plant.look(second)
        plant.put("b", (second, 1.0))
    await plant.recorders.stop(T + 150)
    found = texts(tmp_path)
    rows = {
        name: sum(len(lines) for file, lines in found.items() if file.startswith(name)) for name in ("size", "time")
    }
    assert (rows, [name for name in found if name.startswith("time")], sum(name.startswith("size") for name in found) > 1) == (
        {"size": by_size.rows, "time": by_time.rows},
        ["time-20231114T221320Z.csv", "time-20231114T221420Z.csv", "time-20231114T221520Z.csv"], True,
    )  # fmt: skip


async def test_a_full_disk_stops_recording_with_a_word(tmp_path: Path) -> None:
    """The bridge goes on, another recorder too where it may; somebody who starts it again has it try."""
    plant = Plant(tmp_path, least_free=1 << 60)
    recorder = plant.add()
    await plant.look(0)
    failed = recorder.state, recorder.text
    await plant.look(1)
    plant.recorders.change(recorder, recorder.wanted)
    assert (failed[0], "left on the disk" in failed[1], recorder.state, plant.counters.get("recordings_failed")) == (
        "failed", True, "stopped", 1
    )  # fmt: skip


async def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """While it records."""
    folder = tmp_path / "disk"
    folder.mkdir()
    plant = Plant(folder)
    recorder = plant.add()
    folder.rmdir()
    await plant.look(0)
    assert (recorder.state, "No such file" in recorder.text) == ("failed", True)


async def test_what_was_overwritten_is_counted(tmp_path: Path) -> None:
    """A tag that is faster than the disk."""
    plant = Plant(tmp_path, max_points=10)
    recorder = plant.add()
    plant.put("a", (0, 0.0))
    await plant.look(0)
    plant.put("a", *((i, 0.0) for i in range(1, 31)))
    await plant.look(1)
    await plant.recorders.stop(T)
    assert (recorder.rows, recorder.lost) == (10, 20)


@pytest.mark.parametrize(
    ("day", "at", "is_due"),
    [
        (1, "22:00", True),
        (1, "21:59", False),
        (2, "05:59", True),
        (2, "06:00", False),
        (2, "22:30", False),
        (1, "05:00", False),
    ],
)
def test_a_weekly_schedule_may_span_midnight(day: int, at: str, is_due: bool) -> None:  # noqa: FBT001 - a table
    """The night of Tuesday ends on Wednesday."""
    wanted = parse_recorder({"name": "n", "tags": ["*"], "schedule": [{"days": [1], "from": "22:00", "to": "06:00"}]})
    hour, minute = map(int, at.split(":"))
    assert wanted.is_due(day, 60 * hour + minute) is is_due


async def test_it_records_when_it_is_time(tmp_path: Path) -> None:
    """Outside of its hours it waits, and a stopped one does not."""
    plant = Plant(tmp_path)
    recorder = plant.add(schedule=[{"from": "22:14", "to": "22:15"}])
    states = []
    for second in (0, 50, 110):
        await plant.look(second)
        states.append(recorder.state)
    plant.recorders.change(recorder, parse_recorder({"name": "night", "tags": ["*"], "on": False}))
    await plant.look(120)
    assert [*states, recorder.state] == ["waiting", "recording", "waiting", "stopped"]


async def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    """With its schedule and its count."""
    before = Plant(tmp_path)
    before.add(schedule=[{"days": [0, 1], "from": "00:00", "to": "23:59"}], rotate_bytes=1 << 20, rotate_seconds=3600)
    await before.look(0)
    await before.recorders.stop(T)
    after = Plant(tmp_path)
    after.recorders.restore(before.recorders.dump())
    await after.look(60)
    await after.recorders.stop(T)
    assert [(one.wanted, one.state) for one in after.recorders] == [
        (one.wanted, "recording") for one in before.recorders
    ]


async def test_a_deleted_recorder_closes_its_file(tmp_path: Path) -> None:
    """The file stays."""
    plant = Plant(tmp_path)
    plant.recorders.delete(plant.add())
    recorder = plant.add()
    await plant.look(0)
    plant.recorders.delete(recorder)
    await plant.recorders.stop(T)
    assert (len(plant.recorders), len(texts(tmp_path))) == (0, 1)


@pytest.mark.parametrize(
    "fields",
    [
        [], {}, {"name": "../x", "tags": ["*"]}, {"name": "x"}, {"name": "x", "tags": []}, {"name": "x", "tags": ["*"], "on": 1},
        {"name": "x", "tags": ["*"], "rotate_bytes": 1}, {"name": "x", "tags": ["*"], "rotate_seconds": "x"},
        {"name": "x", "tags": ["*"], "y": 1},
        {"name": "x", "tags": ["*"], "schedule": [{}]}, {"name": "x", "tags": ["*"], "schedule": [{"from": "25:00", "to": "01:00"}]},
        {"name": "x", "tags": ["*"], "schedule": [{"days": [7], "from": "01:00", "to": "02:00"}]},
        {"name": "x", "tags": ["*"], "schedule": [1]},
        {"name": "x" * 41, "tags": ["*"]}, {"name": "x", "tags": ["*"], "schedule": [{"from": "01:00", "to": "02:00"}] * 15},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(fields: Any) -> None:  # noqa: ANN401 - whatever JSON may hold
    """In words."""
    with pytest.raises(WatchError, match="expected"):
        parse_recorder(fields)


def test_recorders_are_bounded_and_need_a_folder(tmp_path: Path) -> None:
    """So many at once, each with a name of its own."""
    with pytest.raises(WatchError, match="--recordings"):
        Plant(None).add()
    plant = Plant(tmp_path)
    for i in range(MAX_RECORDERS):
        plant.add(name=f"n{i}")
    with pytest.raises(WatchError, match="at most 8"):
        plant.add(name="one-more")
    plant.recorders.delete(next(iter(plant.recorders)))
    with pytest.raises(WatchError, match="no other recorder"):
        plant.add(name="n1")
