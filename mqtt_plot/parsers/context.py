"""One payload being read: the rules it is read by, the time it came, and what there is to say of it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.samples import Rejected, Sample

MAX_PAYLOAD = 256 * 1024
MAX_BATCH = 10_000
MAX_LEAVES = 100
MAX_DEPTH = 16
# What takes longer than a plain number (a text, a value inside an object, a refusal: one to three microseconds) is work; a message gets
# this much of it, so that 256 KiB of the worst take about 10 ms.
MAX_WORK = 3_000
# A verdict is read by a person: the first notes tell the story, the rest would repeat it.
MAX_NOTES = 8


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user may set about parsing.

    `zone` is for stamps that name none; `max_payload` in bytes, `max_batch` in points of one message. `is_strict` refuses what
    PLC tolerance would read. Of an object, at most `max_leaves` values become tags: those whose path matches a glob of `include`
    (empty: all that make sense) and none of `exclude`. `date_order` (dmy, mdy, ymd) is for dates
    that leave open what is the day and what the month; without it they are not read.
    """

    zone: tzinfo = UTC
    max_payload: int = MAX_PAYLOAD
    max_batch: int = MAX_BATCH
    is_strict: bool = False
    max_leaves: int = MAX_LEAVES
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    date_order: str = ""


class Context:
    """Collects, for one payload, the notes for its verdict and the parts refused. `now` is POSIX seconds."""

    __slots__ = (
        "_known",
        "_notes",
        "_work",
        "doubted",
        "is_classic",
        "is_doubted",
        "now",
        "rejected",
        "rules",
        "whole",
    )

    def __init__(self, rules: Rules, now: float = 0.0) -> None:
        self.rules = rules
        self.now = now
        self.rejected: list[Rejected] = []
        self.whole: object = None  # the decoded message, for what only all of it tells
        self.is_classic = False  # a quality shows that its source counts as OPC DA does
        self.is_doubted = False  # whether the value at hand is good only its source's other messages tell
        self.doubted: list[Sample] = []
        self._known: dict[Callable[[object], bool], bool] = {}
        self._notes: dict[str, None] = {}
        self._work = 0

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def knows(self, question: Callable[[object], bool]) -> bool:
        """Answer a question about the whole message; it is looked through once."""
        if question not in self._known:
            self._known[question] = question(self.whole)
        return self._known[question]

    def note(self, text: str) -> None:
        """Keep words for the verdict; equal ones once, and of many the first."""
        if len(self._notes) < MAX_NOTES:
            self._notes[text] = None

    def tolerate(self, got: str, meaning: str) -> None:
        """Note that `got` was read as `meaning` although it is not written so. Raises PayloadError where rules are strict."""
        if self.rules.is_strict:
            raise PayloadError(
                "not_a_number", f"expected a plain value, got {shown(got)} ({meaning}); --strict refuses it"
            )
        self.note(f"{shown(got)}: {meaning}")

    def foresee(self, work: int) -> None:
        """Refuse now what is sure to make too much work, before anything is done about it. Raises PayloadError("batch_too_large")."""
        done = self._work
        self.spend(work)
        self._work = done

    def spend(self, work: int = 1) -> None:
        """Count work. Raises PayloadError("batch_too_large") when the message makes too much of it."""
        self._work += work
        if self._work > MAX_WORK:
            raise PayloadError(
                "batch_too_large",
                f"expected at most {MAX_WORK} texts, names and faulty samples in one message, got more; send several, or numbers in columns",
            )

    def reject(self, position: int, error: PayloadError) -> None:
        """Keep one refused part of the payload, by its place in a batch. Raises PayloadError when there are too many."""
        self.spend()
        self.rejected.append(Rejected(position, error.code, str(error)))

    def check_batch_size(self, n: int) -> None:
        """Raise PayloadError("batch_too_large") for a batch of more than `max_batch` points."""
        if n > self.rules.max_batch:
            raise PayloadError(
                "batch_too_large", f"expected at most {self.rules.max_batch} points in one batch, got {n}; send several"
            )
