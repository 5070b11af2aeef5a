"""The file of computed tags: read whole, or one line says what is wrong."""

from pathlib import Path

import pytest

from mqtt_plot.config.signals_file import read_signals
from mqtt_plot.errors import SettingsError
from mqtt_plot.ingest.signals import Definition

GOOD = """
[[signal]]
tag = "pump1/power"
expression = '{pump1/pressure} * {pump1/flow} / 600'
unit = "kW"

[[signal]]
tag = "pump1/runs"
expression = 'on_time({pump1/state} == "RUN") / 1h'
"""


def test_each_table_is_a_computed_tag(tmp_path: Path) -> None:
    """In the order of the file."""
    path = tmp_path / "signals.toml"
    path.write_text(GOOD, encoding="utf-8")
    wanted = (
        Definition("pump1/power", "{pump1/pressure} * {pump1/flow} / 600", "kW"),
        Definition("pump1/runs", 'on_time({pump1/state} == "RUN") / 1h'),
    )
    assert read_signals(str(path)) == wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[signal]", "Expected"),
        ('x = 1\n[[signal]]\ntag = "a"', "expected [[signal]] tables, got 'x'"),
        ('[signal]\ntag = "a"', "expected [[signal]] tables, got 'signal'"),
        ('[[signal]]\ntag = "a"', "signal 1: expected a text in 'expression'"),
        ('[[signal]]\ntag = "a"\nexpression = "{b} +"', "signal 1: expected more at the end"),
        (GOOD + GOOD, "signal 3: expected a tag of its own"),
        ('[[signal]]\ntag = "a"\nexpression = "{b}"\n' * 101, "at most 100 computed tags, got 101"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, text: str, expected: str) -> None:
    """With the option, the file and the place in it."""
    path = tmp_path / "signals.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_signals(str(path))
    message = str(refused.value)
    assert (expected in message, message.startswith("--signals: "), "\n" in message) == (True, True, False), message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With the system's own words."""
    with pytest.raises(SettingsError, match=r"--signals: cannot read .*gone\.toml: No such file"):
        read_signals(str(tmp_path / "gone.toml"))
