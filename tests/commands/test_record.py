"""What `mqtt-plot record` writes, and that `mqtt-plot replay` brings it back."""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt_plot.cli import main
from mqtt_plot.commands.record import MessageRecorder, rows_of
from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.message_reader import MessageReader
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.recordings.csv_writer import Logbook
from mqtt_plot.samples import Message
from mqtt_plot.tags import TopicMap
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.listener import Listener
from tests.support.processes import ROOT, Program
from tests.support.waiting import wait_until

TOPICS = TopicMap(["plot/#"])


def rows(topic: str, payload: bytes, *, is_retained: bool = False) -> list[tuple[float, str, float | str, str | None]]:
    return list(rows_of(Message(topic, payload, 1_700_000_000.0, is_retained), MessageReader(TOPICS, Rules())))


def test_a_sample_without_a_time_gets_that_of_its_arrival() -> None:
    assert rows("plot/a", b"1.5") == [(1_700_000_000.0, "a", 1.5, None)]


def test_a_batch_gives_a_row_for_each_point() -> None:
    assert rows("plot/a", b'{"unit": "bar", "ts": [1600000000, 1600000001], "value": [1, null]}')[0] == (
        1_600_000_000.0,
        "a",
        1.0,
        "bar",
    )


def test_fields_of_an_object_become_tags_below_the_topics() -> None:
    assert [row[1] for row in rows("plot/a", b'{"value": 1}')] == ["a"]


def test_a_retained_copy_without_a_time_is_no_sample() -> None:
    assert rows("plot/a", b"1.5", is_retained=True) == []
    assert len(rows("plot/a", b'{"value": 1, "ts": 1600000000}', is_retained=True)) == 1


def test_what_describes_a_tag_is_no_sample() -> None:
    assert rows("plot/a/$meta", b'{"lo": 5, "hi": 80}') == []


def test_sparkplug_is_recorded_under_its_own_names() -> None:
    """The stream of an independent client: births name what data then says by alias."""
    stream = json.loads((ROOT / "tests" / "sparkplug" / "stream.json").read_text())
    reader = MessageReader(TopicMap(["spBv1.0/#"]), Rules())
    found = [
        row for topic, text in stream for row in rows_of(Message(topic, bytes.fromhex(text), 1_700_000_000.0), reader)
    ]
    assert [row[2] for row in found if row[1] == "plant/edge1/press/Temp/Inlet"] == [21.5, 22.25]


def test_a_family_is_recorded_as_the_bridge_reads_it() -> None:
    """A value of a receiver lies below the sensor's name, a command is no sample."""
    reader = MessageReader(
        TopicMap(["rtl_433/+/events → {1} as rtl_433", "zigbee2mqtt/# → z2m/{#} as zigbee2mqtt"]), Rules()
    )
    heard = Message(
        "rtl_433/pi/events", b'{"model":"Prologue-TH","id":23,"channel":2,"temperature_C":4.5}', 1_700_000_000.0
    )
    told = Message("zigbee2mqtt/lamp/set", b'{"brightness":100}', 1_700_000_000.0)
    assert [row[1:3] for row in rows_of(heard, reader)] == [("pi/Prologue-TH/2/23/temperature_C", 4.5)]
    assert list(rows_of(told, reader)) == []


def test_a_payload_that_is_none_is_rejected() -> None:
    with pytest.raises(PayloadError):
        rows("plot/a", b"{")


def test_only_chosen_tags_are_written_and_rejects_are_counted(tmp_path: Path) -> None:
    with Logbook(tmp_path / "log.csv") as book:
        recorder = MessageRecorder(book, TOPICS, ["line1/#", "+/temp"], Rules())
        for topic in ("plot/line1/flow", "plot/line2/temp", "plot/line2/flow", "plot/temp"):
            recorder.write(Message(topic, b"1", 1_700_000_000.0))
        recorder.write(Message("plot/line1/flow", b"{", 1_700_000_000.0))
        assert (book.rows, recorder.rejected) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["record", "FILE"], "nothing is recorded by default"),
        (["record", "FILE", "--tag", "a#"], "--tag: expected"),
        (["record", "FILE", "--tag", "a", "--rotate", "big"], "--rotate: expected a size"),
        (["record", "FILE", "--tag", "a", "--broker", "none"], "--broker: expected a broker's URL"),
        (["record"], "FILE.csv"),
        (["replay"], "FILE.csv"),
        (["replay", "FILE", "--rate", "fast"], "--rate"),
        (["replay", "FILE", "--rate", "1", "--fast"], "not allowed with"),
        (["replay", "FILE", "--topic", "one"], "--topic: expected a filter that ends in #"),
    ],
)
def test_a_wrong_option_is_one_clear_line_and_status_2(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.csv"
    assert main([str(path) if word == "FILE" else word for word in arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("mqtt-plot: ")
    assert message in error
    assert error.count("\n") == 1
    assert not path.exists()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a broker up soon."""
    monkeypatch.setattr("mqtt_plot.mqtt.publisher.CONNECT_SECONDS", 0.2)


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (None, [], "no recording called"),
        (b"", [], "expected CSV rows, got an empty file"),
        (b"\x00\x01", [], "binary"),
        (b"a,note\n1,n1\n2,n2\n", ["--column", "note"], "holds text"),
        (b"a\n1\n2\n", ["--pace", "1"], "no time column"),
        (b"a\n1\n2\n", ["--rate", "0"], "expected a speed"),
        (b"a\n1\n2\n", ["--broker", "mqtt://127.0.0.1:1"], "no connection"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_one_clear_line_and_status_1(
    content: bytes | None,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if content is not None:
        (tmp_path / "run.csv").write_bytes(content)
    assert main(["replay", str(tmp_path / "run.csv"), *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


class Run:
    """Starts `mqtt-plot` commands against one broker; all end with the test."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.programs: list[Program] = []

    def __call__(self, *words: str | Path) -> Program:
        command = [sys.executable, "-m", "mqtt_plot", *map(str, words), "--broker", self.broker.url]
        self.programs.append(Program(command))
        return self.programs[-1]


@pytest.fixture
def run(broker: Broker) -> Iterator[Run]:
    run = Run(broker)
    yield run
    for program in run.programs:
        program.stop()


VALUES: list[float | str | None] = [0.1, 1 / 3, 1e-300, -7.25, None, 5e15, "true"]


def test_what_was_recorded_replays_with_equal_values_and_times(
    broker: Broker, bridge: Bridge, run: Run, start_bridge: StartBridge, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    recorder = run("record", path, "--tag", "line1/#")
    recorder.wait_for("granted|connected to .* with MQTT (5|3.1.1)$")
    wait_until(lambda: recorder.find("connected"), "the recorder")
    times = [1_600_000_000 + i / 7 for i in range(len(VALUES))]
    with Listener(broker.port, "plot/line1/temp"):
        _publish(broker, times)
    wait_until(lambda: bridge.tags().get("line1/temp", {}).get("points") == len(VALUES), "all points")
    wait_until(lambda: path.read_text().count("\n") == 1 + len(VALUES), "all rows")
    recorder.stop()
    before = bridge.series("line1/temp")

    bridge.request("DELETE", "api/v1/series?tag=line1/temp")
    player = run("replay", path, "--fast", "--stamps", "original")
    assert player.wait() == 0
    wait_until(lambda: bridge.tags().get("line1/temp", {}).get("points") == len(VALUES), "all points again")
    after = bridge.series("line1/temp")
    assert (after["time"], after["value"], after["unit"]) == (before["time"], before["value"], before["unit"])
    assert before["time"] == times
    assert before["value"][:4] == VALUES[:4]


def test_a_preset_records_a_device_family(broker: Broker, run: Run, tmp_path: Path) -> None:
    """Under the names that the bridge gives its tags."""
    path = tmp_path / "log.csv"
    recorder = run("record", path, "--preset", "tasmota", "--tag", "plug/#")
    wait_until(lambda: recorder.find("connected to .* with MQTT (5|3.1.1)$"), "the recorder")
    with Listener(broker.port, "tele/#"):
        broker.publish("tele/plug/SENSOR", '{"Time": "2024-01-02T03:04:05", "ENERGY": {"Power": 42}}')
    wait_until(lambda: path.exists() and path.read_text().count("\n") == 2, "the row")
    assert path.read_text().splitlines()[1] == "1704164645.0,plug/ENERGY/Power,42.0,"


def _publish(broker: Broker, times: list[float]) -> None:
    for time, value in zip(times, VALUES, strict=True):
        told = "null" if value is None else value if isinstance(value, str) else repr(value)
        broker.publish("plot/line1/temp", f'{{"value": {told}, "ts": {time!r}, "unit": "°C"}}')


def test_a_recording_is_published_row_by_row_and_the_bridge_shows_it(bridge: Bridge, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("zeit;druck;temp\n" + "".join(f"12.04.2018 09:55:{i:02};{i},5;\n" for i in range(20)))
    player = run("replay", path, "--rate", "200", "--prefix", "old/", "--column", "druck")
    assert player.wait() == 0, player.log
    wait_until(lambda: bridge.tags().get("old/druck", {}).get("points") == 20, "all rows")
    assert bridge.series("old/druck")["value"] == [i + 0.5 for i in range(20)]
    assert math.isclose(bridge.tags()["old/druck"]["last"], bridge.status()["time"], abs_tol=10)


def test_a_replay_tells_how_it_reads_the_file(run: Run, tmp_path: Path) -> None:
    """Its time and why, what stands above, and the columns that are not sent, before the first row goes out."""
    rows = "".join(f"1{i}/02/2024 10:00;{i},5;note {i} of many words;\n" for i in range(2, 9))
    path = tmp_path / "run.csv"
    path.write_text(f"Zeit;Druck;Notiz;leer\n{rows}")
    player = run("replay", path, "--fast", "--date-order", "dmy")
    assert player.wait() == 0, player.log
    for words in (
        "column 'Zeit' is the time: dates and times of day",
        "column 'Notiz' is not sent: text, such as 'note 2 of many words'",
        "column 'leer' is not sent: no cell holds anything",
        "end of run.csv: 7 rows, 0 with faults",
    ):
        assert words in player.log
    assert player.log.index("is the time") < player.log.index("publishing run.csv")


def test_a_file_without_times_says_so_and_is_sent(run: Run, tmp_path: Path) -> None:
    """Columns that are asked for by name need no words on the others."""
    path = tmp_path / "run.csv"
    path.write_text("a;b\n" + "".join(f"{i % 3};text {i}\n" for i in range(9)))
    player = run("replay", path, "--fast", "--column", "a")
    assert player.wait() == 0, player.log
    assert "no column is a time" in player.log
    assert "not sent" not in player.log


def test_a_replay_of_the_bridge_may_go_to_the_broker_for_all_to_hear(
    broker: Broker, start_bridge: StartBridge, tmp_path: Path
) -> None:
    (tmp_path / "run.csv").write_text("time,a,b+c\n" + "".join(f"{1_600_000_000 + i},{i},1\n" for i in range(300)))
    bridge = start_bridge("--broker", broker.url, "--recordings", str(tmp_path))
    bridge.wait_ready()
    request = {"file": "run.csv", "columns": ["a"], "fast": True, "stamps": "original", "target": "broker"}
    refused = bridge.post("api/v1/replays", {**request, "columns": ["b+c"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_topic")
    with Listener(broker.port, "plot/run/#") as listener:
        assert bridge.post("api/v1/replays", request).status_code == 201
        wait_until(lambda: bridge.tags()["run/a"]["points"] == 300, "all rows to come back")
        wait_until(lambda: listener.count == 300, "all messages")
    series = bridge.series("run/a")
    assert series["value"] == [float(i) for i in range(300)]
    assert series["time"] == [1_600_000_000.0 + i for i in range(300)]
    wait_until(lambda: bridge.get("api/v1/replays").json()[0]["state"] == "finished", "the end of the replay")
