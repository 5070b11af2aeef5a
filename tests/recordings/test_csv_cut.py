"""Files of the corpus cut to their first rows give what these rows of the whole file give: the same series, times and values."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_encoding import to_utf8
from mqtt_plot.recordings.csv_table import Table
from tests.support.corpus import NOW, ROOT, cases_of

# By their list: how many rows of a file are enough.
SHORT: dict[str, dict[str, list[int]]] = json.loads(
    Path(__file__).with_name("short_files.json").read_text(encoding="utf-8")
)


def _points(table: Table, pieces: Sequence[bytes], options: Sequence[str]) -> dict[str, list[tuple[float, object]]]:
    """Return what a bridge stores of pieces of a table, by series; but for gaps."""
    ingest = make_ingest(load(list(options), {}), lambda _topic, _error: None)
    for piece in pieces:
        ingest.accept_parsed(table.parse(piece), piece, NOW, is_recording=True)
    found = dict[str, list[tuple[float, object]]]()
    for series in ingest.store:
        times, values = series.window(None, None)
        points = [(time, value) for time, value in zip(times, values, strict=True) if not math.isnan(value)]
        if points:
            states = series.states if series.kind == "state" else ()
            found[series.tag] = [(time, states[int(value)] if states else value) for time, value in points]
    return found


@pytest.mark.parametrize(("file", "case"), [
    (file, case)
    for file in SHORT
    for case in cases_of(ROOT / "csv" / file)
    if case["file"] in SHORT[file]
], ids=lambda it: it["file"] if isinstance(it, dict) else "")  # fmt: skip
def test_a_file_cut_to_its_first_rows_reads_as_the_whole(file: str, case: dict[str, Any]) -> None:
    data = to_utf8((ROOT / "csv" / case["file"]).read_bytes())
    options: list[str] = case.get("options", [])
    settings = load(options, {})
    choices = Choices(settings.time_zone, settings.date_order)
    lines = data.splitlines(keepends=True)
    full = [index for index, line in enumerate(lines) if line.strip()]
    for count in SHORT[file][case["file"]]:
        whole = Table(data, now=NOW, choices=choices)
        cut = b"".join(lines[: full[whole.layout.first_row + count - 1] + 1])
        short = Table(cut, now=NOW, choices=choices)
        assert _points(short, list(short.pieces()), options) == _points(whole, [cut], options)
