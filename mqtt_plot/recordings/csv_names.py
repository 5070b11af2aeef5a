"""Names of columns that a row of names does not hold alone: with their group above, one a line, or with more behind bars. Knows no data."""

import re
from collections import Counter
from collections.abc import Sequence

from mqtt_plot.recordings.csv_units import is_row_of_units

_CHANNEL = re.compile(r"(?i)(?:channel|signal|column|sensor|variable)(?:[ _]?name)?\s*[:=]\s*([^\d:=].*)")
_BARS = 3  # parts of each name


def one_a_line(above: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the names that stand one a line (`Channel : Engine RPM`), where they are as many as columns, or but the time has none."""
    found = [name[1].strip() for row in above if (name := _CHANNEL.fullmatch(",".join(row).rstrip(", ")))]
    return ["", *found] if len(found) == width - 1 else found if len(found) == width else []


def parted(called: Sequence[str]) -> tuple[list[str], dict[int, str]]:
    """Return names without what stands behind bars in each of them, and the units that stand there first: `"Interval"|"ms"|0|0|1`."""
    parts = [[part.strip().strip('"') for part in cell.split("|")] for cell in called]
    if min((len(part) for part, cell in zip(parts, called, strict=True) if cell.strip()), default=0) < _BARS:
        return list(called), {}
    units = {place: part[1] for place, part in enumerate(parts) if len(part) > 1 and not part[1][:1].isdecimal()}
    return [part[0] for part in parts], units


def in_groups(called: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """Return names with that of their group before them, where the same come in several groups that another row names: Pump 1, Pump 2."""
    counts = Counter(cell.strip() for cell in called if cell.strip())
    for row in others:
        groups, last = list[str](), ""
        for cell in row:
            last = cell.strip() or last
            groups.append(last)
        joined = [
            f"{group}/{name.strip()}" if counts[name.strip()] > 1 and group else name
            for name, group in zip(called, [*groups, *[last] * len(called)], strict=False)
        ]
        full = [name for name in joined if name.strip()]
        if max(counts.values(), default=0) > 1 and len(set(full)) == len(full) and not is_row_of_units(row):
            return joined
    return list(called)
