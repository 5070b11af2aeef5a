"""`mqtt-plot check`: the bridge's own verdict, in words, with an exit status for scripts."""

import io
import json
from pathlib import Path

import pytest

from mqtt_plot.cli import main
from mqtt_plot.commands.check import check
from mqtt_plot.config.loading import load
from mqtt_plot.samples import series_tag
from tests.support.payloads import RECORDED
from tests.support.processes import ROOT

NOW = 1_700_000_000.0


def test_a_good_message_is_told_with_what_is_made_of_it() -> None:
    """Format, tag, value, unit and time."""
    lines, is_taken = check(load([], {}), "plot/line1/temp", b'{"value": 21.5, "unit": "C"}', NOW)
    assert is_taken
    assert lines == [
        "stored: 28 bytes on plot/line1/temp, read as json, 1 sample",
        "  tag line1/temp (number)",
        "    21.5 C at 1700000000.000",
    ]


def test_states_and_gaps_are_told_as_such() -> None:
    """A person reads words."""
    assert check(load([], {}), "plot/a", b"FAULT", NOW)[0][-1] == "    FAULT at 1700000000.000"
    assert check(load([], {}), "plot/a", b"nan", NOW)[0][-1] == "    gap at 1700000000.000"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["plot/a", "21.5"], 0, "stored"),
        (["plot/a", "12.5.3"], 1, "expected a number such as 12.5, got '12.5.3'"),
        (["other/a", "21.5"], 1, "add one, or a --preset"),
        (["tele/k/SENSOR", '{"AM2301": {"Temperature": 21.9}}', "--preset", "tasmota"], 0, "tag k/AM2301/Temperature"),
        (["--preset", "tasmota", "stat/k/POWER", "ON"], 0, "ON at"),
        (["plot/a", "-5"], 0, "-5 at"),
        (["plot/a/$meta", '{"unit": "m"}'], 0, "described"),
    ],
)
def test_the_exit_status_tells_scripts(
    words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 when all of the message would be taken, 1 when not; the reason is on standard output."""
    assert main(["check", *words]) == status
    assert said in capsys.readouterr().out


def test_the_payload_may_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Binary payloads have no other way."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe2\x001\x00")))
    assert main(["check", "plot/a", "-"]) in {0, 1}
    assert "6 bytes on plot/a" in capsys.readouterr().out


@pytest.mark.parametrize("name", RECORDED)
def test_every_format_is_told(name: str) -> None:
    """Whatever a device sends, the command says what becomes of it: each tag by its name."""
    recorded = RECORDED[name]
    lines, is_taken = check(load([], {}), "plot/a", recorded.payload, NOW)
    assert is_taken
    told = {line.split(" (")[0] for line in lines if line.startswith("  tag ")}
    assert told == {f"  tag {series_tag('a', field)}" for field, *_ in recorded.expected}


def test_sparkplug_is_told_too() -> None:
    """A birth with its names, from the stream of an independent client."""
    topic, text = json.loads((ROOT / "tests" / "sparkplug" / "stream.json").read_text())[0]
    lines, is_taken = check(load(["--preset", "sparkplug"], {}), topic, bytes.fromhex(text), NOW)
    assert is_taken
    assert "  tag plant/edge1/Load (number)" in lines


def test_too_few_words_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit status 2."""
    assert main(["check", "plot/a"]) == 2
    assert "expected TOPIC and PAYLOAD" in capsys.readouterr().err


CSV = "time;Druck [bar];note\n" + "".join(f"0{day}/02/2023;{day}.5;text {day}\n" for day in range(1, 9))


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (
            [],
            1,
            "expected dates of one meaning in column 'time', got such as '01/02/2023', with the day or the month first",
        ),
        (["--date-order", "mdy"], 0, "from 2023-01-02T00:00:00.000+00:00 to 2023-08-02T00:00:00.000+00:00"),
        (["--date-order", "dmy"], 0, "column 'note' is not drawn: text, such as 'text 1'"),
        (["--date-order", "dmy"], 0, "tag Druck [bar]: 8 points"),
        (["--time-column", "Druck [bar]"], 1, "expected"),
        (["--date-order", "dmy", "--decimal", "point"], 0, "decimal point"),
        (["--decimal", "dot"], 2, ""),
    ],
)
def test_a_file_is_told_by_its_columns(
    options: list[str], status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is the time and why, and what became of each other."""
    (tmp_path / "run.csv").write_text(CSV)
    file = str(tmp_path / "run.csv")
    for words in ([file, *options], [*options, file]):
        assert main(["check", *words]) == status
        assert said in capsys.readouterr().out


def test_rows_that_cannot_be_used_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line of the first."""
    (tmp_path / "run.csv").write_text(
        "time,a\n" + "".join(f"{1_700_000_000 + n},{n}\n" for n in range(20)) + "soon,1\n"
    )
    assert main(["check", str(tmp_path / "run.csv")]) == 1
    assert "1 rows or cells cannot be used, first line 22: expected a time" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "none.csv")]) == 2


def test_a_file_longer_than_a_tag_can_hold_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And an empty column is named too."""
    (tmp_path / "run.csv").write_text("time,a,empty\n" + "".join(f"{1_700_000_000 + n},{n},\n" for n in range(20)))
    assert main(["check", str(tmp_path / "run.csv"), "--max-points", "5"]) == 0
    told = capsys.readouterr().out
    assert "of up to 20 points of 'a' the newest 5 are kept, those before in outline (--max-points)" in told
    assert "column 'empty' is not drawn: no cell holds anything" in told
