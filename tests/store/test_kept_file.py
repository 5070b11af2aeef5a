"""The file that keeps small things over a restart: whole or not at all, and never in the way."""

import json
from pathlib import Path

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.store.kept_file import KeptFile


class Things:
    """What is kept; a list of numbers."""

    def __init__(self, *numbers: int) -> None:
        self.revision = 1
        self.numbers = list(numbers)

    def dump(self) -> object:
        return self.numbers

    def restore(self, kept: object) -> None:
        if not isinstance(kept, list):
            raise TypeError("expected a list")
        self.numbers = [int(number) for number in kept]


async def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    """Each section its own; one that the file does not know stays as it is."""
    counters = Counters()
    await KeptFile(tmp_path / "kept", {"a": Things(1, 2)}, counters).save()
    a, b = Things(), Things(7)
    KeptFile(tmp_path / "kept", {"a": a, "b": b}, counters).load()
    assert (a.numbers, b.numbers, counters.as_dict()) == ([1, 2], [7], {"kept_saves": 1})


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 3, "b": [4]}', '{"a": ["x"], "b": [4]}', "[" * 100_000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str) -> None:
    """The bridge starts all the same, with the sections that make sense."""
    (tmp_path / "kept").write_text(text)
    a, b = Things(), Things()
    KeptFile(tmp_path / "kept", {"a": a, "b": b}, Counters()).load()
    assert (a.numbers, b.numbers, [file.name for file in tmp_path.iterdir()]) == (
        [], [4] if "4" in text else [], ["kept.damaged"]
    )  # fmt: skip


async def test_a_folder_that_is_gone_is_counted(tmp_path: Path) -> None:
    """Once in the log, and the bridge goes on."""
    counters = Counters()
    file = KeptFile(tmp_path / "gone" / "kept", {"a": Things(1)}, counters)
    file.load()
    await file.save()
    assert counters.as_dict() == {"kept_saves.failed": 1}


async def test_the_stop_saves(tmp_path: Path) -> None:
    """What changed just before is on the disk."""
    things = Things()
    file = KeptFile(tmp_path / "kept", {"a": things}, Counters())
    file.start()
    things.numbers.append(3)
    await file.stop()
    await file.stop()
    assert json.loads((tmp_path / "kept").read_text()) == {"a": [3]}
