"""A CSV text read to its end, as an upload does."""

from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.samples import Columns, Rejected

NOW = 1_800_000_000.0


def read(text: str | bytes) -> tuple[Table, dict[str, list[tuple[float, object]]], list[Rejected]]:
    """Return a text as a table that has been read to its end, its points by tag, and what was rejected."""
    table = Table(text.encode() if isinstance(text, str) else text, now=NOW)
    points, rejected = dict[str, list[tuple[float, object]]](), list[Rejected]()
    for piece in table.pieces():
        parsed = table.parse(piece)
        rejected += parsed.rejected
        for sample in parsed.samples:
            assert sample.tag is not None
            if isinstance(sample, Columns):
                assert sample.times is not None
                points.setdefault(sample.tag, []).extend(zip(sample.times, sample.values, strict=True))
            else:
                points.setdefault(sample.tag, []).append((sample.time or 0.0, sample.value))
    return table, points, rejected
