"""Replays into ingest, with real files and the real clock."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mqtt_plot.errors import RecordingError, ReplayError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.recordings import replays as replay_module
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.player import FAST, NOW, ORIGINAL, PACE, Plan
from mqtt_plot.recordings.replays import MAX_RUNNING, MAX_RUNNING_PER_OWNER, MAX_TOLD, Replay, ReplayRequest, Replays
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.bodies import accept_body
from tests.support.stretches import measured

START = 1_523_526_900.0
WALL = 1_700_000_000.0
AT_ONCE = Plan(FAST, stamps=ORIGINAL)


class Rig:
    """A folder, a store and the replays between them; `events` are those told to the browsers."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.store = Store(limits or Limits(), Counters())
        self.ingest = Ingest(self.store, TopicMap(["plot/#"]), Rules(), self.store.counters)
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.news = asyncio.Event()
        self.replays = Replays(Folder(folder), self.ingest, self.announce, lambda: WALL)

    def announce(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.events.append((kind, fields))
        self.news.set()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def rows(self, name: str, n: int, columns: str = "a,b") -> None:
        cells = "".join(f",{{i}}.{place}" for place in range(columns.count(",") + 1))
        self.write(name, f"time,{columns}\n" + "".join(f"{START + i}{cells.format(i=i)}\n" for i in range(n)))

    def start(self, file: str, plan: Plan = AT_ONCE, owner: str = "", **options: Any) -> Replay:  # noqa: ANN401 - fields of ReplayRequest
        return self.replays.start(ReplayRequest(file, plan=plan, **options), self.replays.folder.open(file), owner)

    async def end(self, replay: Replay) -> None:
        assert replay.task is not None
        async with asyncio.timeout(10):
            await asyncio.wait([replay.task])

    async def until(self, is_reached: Callable[[], bool]) -> None:
        """Wait for news until `is_reached`."""
        async with asyncio.timeout(10):
            while not is_reached():  # noqa: ASYNC110 - see below
                await asyncio.sleep(0.005)  # rows arrive without an event of their own

    def points(self, tag: str) -> list[tuple[float, float | None]]:
        times, values = self.store.find(tag).window(None, None)
        return [(t, None if math.isnan(v) else v) for t, v in zip(times, values, strict=True)]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    await rig.replays.close()


async def test_a_recording_arrives_with_its_own_times_under_the_files_name(rig: Rig) -> None:
    rig.rows("run.csv", 3)
    replay = rig.start("run.csv")
    await rig.end(replay)
    assert rig.points("run/a") == [(START, 0.0), (START + 1, 1.0), (START + 2, 2.0)]
    assert rig.points("run/b") == [(START, 0.1), (START + 1, 1.1), (START + 2, 2.1)]
    assert (replay.state, replay.player.rows_played, replay.errors) == ("finished", 3, 0)
    assert rig.kinds() == ["replay_started", "replay_finished"]
    assert rig.events[-1][1]["replay"]["progress"] == 1.0


async def test_what_is_not_played_and_not_kept_is_said(tmp_path: Path) -> None:
    """Each column that cannot be drawn with its reason; how many of the rows a tag can hold."""
    rig = Rig(tmp_path, Limits(max_points=4))
    rig.write("run.csv", "time,a,note\n" + "".join(f"{START + i},{i},text {i} by hand\n" for i in range(10)))
    replay = rig.start("run.csv")
    await rig.end(replay)
    (left_out,) = rig.events[-1][1]["replay"]["left_out"]
    assert left_out["name"] == "note"
    assert left_out["reason"].startswith("text, such as 'text 0 by hand'")
    assert replay.text == "of 10 rows at most the newest 4 are kept of each tag (--max-points)"
    await rig.replays.close()


async def test_only_the_chosen_columns_come_under_the_chosen_prefix(rig: Rig) -> None:
    rig.rows("run.csv", 2)
    await rig.end(rig.start("run.csv", columns=("b",), prefix="old run/"))
    assert [series.tag for series in rig.store] == ["old run/b"]


async def test_every_row_of_a_large_file_arrives_once_and_in_order(rig: Rig) -> None:
    rig.rows("run.csv", 5_000)
    await rig.end(rig.start("run.csv"))
    assert rig.points("run/a") == [(START + i, float(i)) for i in range(5_000)]


async def test_empty_cells_are_gaps_or_nothing_as_asked(rig: Rig) -> None:
    rig.write("run.csv", f"time,a,b\n{START},1,\n{START + 1},,2\n{START + 2},3,\n")
    await rig.end(rig.start("run.csv"))
    assert rig.points("run/a") == [(START, 1.0), (START + 1, None), (START + 2, 3.0)]
    await rig.end(rig.start("run.csv", skips_empty=True))
    assert rig.points("run/a") == [(START, 1.0), (START + 2, 3.0)]
    assert rig.points("run/b") == [(START + 1, 2.0)]


async def test_words_are_states_and_two_states_stay_two_states(rig: Rig) -> None:
    rig.write("run.csv", "state,on\n" + "RUN,true\nSTOP,false\n" * 4)
    await rig.end(rig.start("run.csv", Plan(FAST)))
    states, on = rig.store.find("run/state"), rig.store.find("run/on")
    assert (states.kind, states.states, on.kind) == ("state", ["RUN", "STOP"], "boolean")


async def test_a_long_file_makes_its_tags_as_they_come_with_their_units(rig: Rig) -> None:
    rig.write("log.csv", f"time,tag,value,unit\n{START},x,1,bar\n{START + 1},y,RUN,\n{START + 2},x,,\n")
    await rig.end(rig.start("log.csv", prefix=""))
    assert rig.points("x") == [(START, 1.0), (START + 2, None)]
    assert (rig.store.find("x").unit, rig.store.find("y").states) == ("bar", ["RUN"])


async def test_a_long_file_played_fast_keeps_every_number_whatever_the_flood_guard_says(rig: Rig) -> None:
    rig.ingest = Ingest(rig.store, TopicMap(["plot/#"]), Rules(), rig.store.counters, rate=Rate.of(1))
    rig.replays = Replays(Folder(rig.folder), rig.ingest, rig.announce, lambda: WALL)
    rig.write("log.csv", "time,tag,value\n" + "".join(f"{START + i},{'xy'[i % 2]},{i}\n" for i in range(4_000)))
    await rig.end(rig.start("log.csv", prefix=""))
    assert rig.points("x") == [(START + i, float(i)) for i in range(0, 4_000, 2)]


async def test_the_usual_interval_is_that_of_the_stamps_and_not_of_the_arrivals(rig: Rig) -> None:
    """Or a recording played fast would be drawn as nothing but gaps."""
    rig.rows("run.csv", 3_000)
    await rig.end(rig.start("run.csv"))
    assert rig.store.find("run/a").interval == pytest.approx(1.0)


async def test_errors_in_rows_are_told_with_line_numbers_and_the_rest_goes_on(rig: Rig) -> None:
    rig.write(
        "run.csv", "time,a\n" + "".join(f"{START + i},{i if i != 5 else '1_0'}\n" for i in range(10)) + "later,1\n"
    )
    replay = rig.start("run.csv")
    await rig.end(replay)
    told = [fields for kind, fields in rig.events if kind == "replay_error"]
    assert [fields["line"] for fields in told] == [7, 12]
    assert [fields["message"].split(":")[0] for fields in told] == ["line 7", "line 12"]
    assert (replay.state, replay.errors, len(rig.points("run/a"))) == ("finished", 2, 10)


async def test_of_many_errors_only_the_first_are_told_and_all_are_counted(rig: Rig) -> None:
    rig.write("run.csv", "a,b\n" + "1,2\n" * 300 + "1\n" * 100)
    replay = rig.start("run.csv", Plan(FAST))
    await rig.end(replay)
    assert rig.kinds().count("replay_error") == MAX_TOLD
    assert replay.errors == 100


async def test_a_rate_is_kept(rig: Rig) -> None:
    rig.rows("run.csv", 1_000)
    replay = rig.start("run.csv", Plan(factor=100.0, stamps=NOW))
    begun = asyncio.get_running_loop().time()
    await rig.until(lambda: replay.player.rows_played >= 50)
    assert asyncio.get_running_loop().time() - begun == pytest.approx(0.5, abs=0.15)
    assert [time for time, _ in rig.points("run/a")[:3]] == pytest.approx([WALL, WALL + 0.01, WALL + 0.02])


async def test_stop_is_immediate_and_final(rig: Rig) -> None:
    rig.rows("run.csv", 100_000)
    replay = rig.start("run.csv")
    await rig.until(lambda: replay.player.rows_played > 0)
    rig.replays.stop(replay)
    seen = rig.store.find("run/a").ring.next
    await rig.end(replay)
    assert (replay.state, rig.store.find("run/a").ring.next) == ("stopped", seen)
    assert rig.kinds()[-1] == "replay_stopped"


async def test_starting_again_begins_empty(rig: Rig) -> None:
    rig.rows("run.csv", 50)
    await rig.end(rig.start("run.csv"))
    replay = rig.start("run.csv", Plan(factor=0.01), columns=("a",))
    assert [series.tag for series in rig.store] == ["run/a"]
    assert rig.points("run/a") == []
    rig.replays.stop(replay)


async def test_a_replay_never_touches_live_data(rig: Rig) -> None:
    accept_body(rig.ingest, b'{"tag": "run/a", "value": 5}', WALL)
    rig.rows("run.csv", 5)
    with pytest.raises(ReplayError, match="'run/a' has live data"):
        rig.start("run.csv")
    assert rig.points("run/a") == [(WALL, 5.0)]
    assert len(rig.store) == 1


async def test_a_long_file_leaves_live_tags_alone_and_tells_so(rig: Rig) -> None:
    accept_body(rig.ingest, b'{"tag": "x", "value": 5}', WALL)
    rig.write("log.csv", f"time,tag,value\n{START},x,1\n{START + 1},y,2\n")
    replay = rig.start("log.csv", prefix="")
    await rig.end(replay)
    assert (rig.points("x"), rig.points("y"), replay.errors) == ([(WALL, 5.0)], [(START + 1, 2.0)], 1)


async def test_several_replays_run_at_once_but_not_into_the_same_tags(rig: Rig) -> None:
    rig.rows("one.csv", 100)
    rig.rows("two.csv", 100)
    slow = Plan(factor=1.0)
    rig.start("one.csv", slow)
    rig.start("two.csv", slow)
    rig.start("one.csv", slow, prefix="again/")
    with pytest.raises(ReplayError, match="being played already"):
        rig.start("one.csv", slow)
    with pytest.raises(ReplayError, match="another replay plays the tag 'one/a'"):
        rig.start("two.csv", slow, prefix="one/")
    assert [entry["state"] for entry in rig.replays.list()] == ["running"] * 3


async def test_there_is_a_limit_on_replays_at_once(rig: Rig) -> None:
    rig.rows("run.csv", 100)
    for i in range(MAX_RUNNING):
        rig.start("run.csv", Plan(factor=1.0), owner=str(i % 2), prefix=f"{i}/")
    with pytest.raises(ReplayError, match=f"at most {MAX_RUNNING} replays"):
        rig.start("run.csv", prefix="more/")


async def test_one_address_cannot_take_all_places(rig: Rig) -> None:
    rig.rows("run.csv", 100)
    for i in range(MAX_RUNNING_PER_OWNER):
        rig.start("run.csv", Plan(factor=1.0), owner="10.0.0.1", prefix=f"{i}/")
    with pytest.raises(ReplayError, match=f"at most {MAX_RUNNING_PER_OWNER} replays at once from one address"):
        rig.start("run.csv", owner="10.0.0.1", prefix="more/")
    assert rig.start("run.csv", owner="10.0.0.2", prefix="more/").state == "running"


async def test_ended_replays_are_remembered_up_to_a_limit(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_module, "MAX_ENDED", 2)
    rig.rows("run.csv", 1)
    for _ in range(5):
        await rig.end(rig.start("run.csv"))
    assert [entry["id"] for entry in rig.replays.list()] == ["5", "4", "3"]


async def test_a_loop_with_the_files_own_times_begins_empty_each_pass(rig: Rig) -> None:
    rig.rows("run.csv", 3)
    replay = rig.start("run.csv", Plan(factor=200.0, is_looped=True, stamps=ORIGINAL))
    await rig.until(lambda: replay.player.passes >= 3)
    rig.replays.stop(replay)
    assert len(rig.points("run/a")) <= 3
    assert rig.store.find("run/a").is_ordered


async def test_a_loop_shifted_to_now_goes_on_in_time(rig: Rig) -> None:
    rig.rows("run.csv", 3)
    replay = rig.start("run.csv", Plan(factor=200.0, is_looped=True))
    await rig.until(lambda: replay.player.passes >= 3)
    rig.replays.stop(replay)
    assert len(rig.points("run/a")) >= 9
    assert rig.store.find("run/a").is_ordered


async def test_when_the_tags_are_full_the_start_is_refused(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Limits(max_tags=1))
    rig.rows("run.csv", 5)
    with pytest.raises(ReplayError, match="--max-tags"):
        rig.start("run.csv")
    assert rig.replays.list() == []


async def test_a_bad_file_a_bad_column_and_a_bad_tag_are_refused_in_words(rig: Rig) -> None:
    rig.write("text.csv", "a,note\n1,n1\n2,n2\n3,n3\n")
    rig.write("empty.csv", "")
    for file, columns, message in (
        ("gone.csv", (), "no recording called"),
        ("empty.csv", (), "expected CSV rows, got an empty file"),
        ("text.csv", ("note",), "holds text"),
        ("text.csv", ("x",), "no column 'x'"),
    ):
        with pytest.raises(RecordingError, match=message):
            rig.start(file, columns=columns)
    with pytest.raises(ReplayError, match="at most 256 bytes"):
        rig.start("text.csv", prefix="x" * 300)
    with pytest.raises(ReplayError, match="no time column"):
        rig.start("text.csv", Plan(PACE, 1.0))
    with pytest.raises(ReplayError, match="no broker to publish to"):
        rig.start("text.csv", target="broker")


async def test_a_file_that_shrinks_while_it_is_played_is_told_and_ends(rig: Rig) -> None:
    rig.rows("run.csv", 50_000)
    replay = rig.start("run.csv", Plan(factor=2_000.0))
    await rig.until(lambda: replay.player.rows_played > 0)
    rig.write("run.csv", "time,a,b\n")
    await rig.end(replay)
    messages = [fields["message"] for kind, fields in rig.events if kind == "replay_error"]
    assert any("bytes while it is played" in message for message in messages)
    assert replay.state == "finished"


async def test_a_tag_deleted_while_it_is_played_comes_again_and_stays_the_replays_own(rig: Rig) -> None:
    rig.rows("run.csv", 1_000)
    replay = rig.start("run.csv", Plan(factor=500.0))
    await rig.until(lambda: replay.player.rows_played > 5)
    rig.store.delete("run/a")
    await rig.until(lambda: "run/a" in rig.store and len(rig.points("run/a")) > 5)
    rig.replays.stop(replay)
    rig.replays.stop(rig.start("run.csv"))


@pytest.mark.timing
async def test_the_loop_has_its_turn_while_a_file_is_played_as_fast_as_possible(rig: Rig) -> None:
    rig.rows("run.csv", 30_000)
    with measured() as stretches:
        await rig.end(rig.start("run.csv"))
    assert 0 < stretches.longest < 0.25


async def test_closing_stops_all_and_twice_is_safe(rig: Rig) -> None:
    rig.rows("run.csv", 100)
    replay = rig.start("run.csv", Plan(factor=1.0))
    await rig.replays.close()
    await rig.replays.close()
    assert replay.state == "stopped"


async def test_what_the_file_has_no_times_for_is_refused(rig: Rig) -> None:
    """Its own stamps without a column of times; its own pace where the newest row stands first."""
    rig.write("bare.csv", "a,b\n1,2\n2,1\n")
    rig.write("newest.csv", "time,a\n" + "".join(f"{START - i},{i}\n" for i in range(9)))
    for name, plan, code in [
        ("bare.csv", Plan(stamps="original"), "no_times"),
        ("newest.csv", Plan(PACE), "newest_first"),
    ]:
        with pytest.raises(ReplayError) as caught:
            rig.start(name, plan)
        assert caught.value.code == code
    await rig.end(rig.start("newest.csv"))
    assert rig.points("newest/a")[0] == (START - 8, 8.0)
