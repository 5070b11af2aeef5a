"""The table of faults: what went wrong, what must hold, what was measured; on the terminal, and line by line in docs/operations.md."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
HEADER = "| fault | must hold | measured | `python -m benchmarks.faults` … |\n|---|---|---|---|"


class Outcome(NamedTuple):
    """What came of one fault; `holds` where everything did that must."""

    fault: str
    must_hold: str
    measured: str
    holds: bool


Fault = Callable[[], Iterator[Outcome]]


def line(outcome: Outcome, command: str) -> str:
    """Return one line of the table."""
    mark = "" if outcome.holds else " **does not hold**"
    return f"| {outcome.fault} | {outcome.must_hold} | {outcome.measured}{mark} | `{command}` |"


def write(path: Path, lines: Iterable[str]) -> None:
    """Put lines into the table of a document; a line on a fault that stands there is replaced, and all others stay."""
    document = path.read_text()
    before, _, rest = document.partition(BEGIN)
    table, _, after = rest.partition(END)
    known = {_fault(text): text for text in table.splitlines() if text.startswith("| ") and text not in HEADER}
    known.update({_fault(text): text for text in lines})
    path.write_text("\n".join([f"{before}{BEGIN}\n{HEADER}", *known.values(), f"{END}{after}"]))


def _fault(text: str) -> str:
    return text.split("|")[1].strip()
