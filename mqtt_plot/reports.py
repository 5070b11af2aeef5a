"""What is told of each message that came: refusals counted and passed on to the log, and a verdict for a person. Stores no samples."""

from collections.abc import Callable, Iterable, Sequence

from mqtt_plot.counters import Counters
from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.samples import Parsed, Rejected
from mqtt_plot.verdicts import DESCRIBED, REFUSED, REJECTED, RETAINED, STORED, Verdict, Verdicts, excerpt

Refusal = PayloadError | StoreFullError
OnRefused = Callable[[str, Refusal], None]


class Reports:
    """`verdicts` are the newest ones; `on_refused` is told of every refusal. Times are POSIX seconds."""

    def __init__(self, counters: Counters, on_refused: OnRefused) -> None:
        self.verdicts = Verdicts()
        self.verdicts.count_against(lambda: counters.get("messages_received"))
        self._counters = counters
        self._on_refused = on_refused

    def refused_sample(self, topic: str, error: Refusal, *, is_batch: bool) -> None:
        """Count a sample that is refused: as one of several, or as the message that it was alone in."""
        self._count("samples" if is_batch else "messages", topic, error)

    def refused_parts(self, topic: str, parts: Iterable[Rejected]) -> None:
        """Count the samples that a parser could not use."""
        for part in parts:
            self._count("samples", topic, PayloadError(part.code, part.reason))

    def refused(
        self, topic: str, payload: bytes, now: float, error: Refusal, *, label: str = "", size: int = 0
    ) -> None:
        """Count a message that is unusable as a whole, and give it a verdict; `label` and `size` where they differ from topic and payload."""
        self._count("messages", topic, error)
        name = label or topic
        outcome = REFUSED if isinstance(error, StoreFullError) else REJECTED
        if self.verdicts.wants(name, outcome, now):
            self.verdicts.record(
                Verdict(
                    now, name, size or len(payload), outcome, code=error.code, reason=str(error), payload=excerpt(payload)
                )
            )  # fmt: skip

    def read(
        self,
        topic: str,
        payload: bytes,
        now: float,
        parsed: Parsed,
        *,
        taken: int,
        errors: Sequence[Rejected] = (),
        notes: tuple[str, ...] = (),
        is_retained: bool = False,
    ) -> None:
        """Give a message that was read its verdict, if one is wanted: `taken` points are stored, `errors` are the parts that are not."""
        outcome = STORED if taken or not errors else REJECTED
        if is_retained and not taken:
            outcome = RETAINED
        if not self.verdicts.wants(topic, outcome, now):
            return
        code, reason = (errors[0].code, errors[0].reason) if errors else ("", "")
        self.verdicts.record(
            Verdict(
                now, topic, len(payload), outcome, parsed.format, taken, len(errors), code, reason, (*parsed.notes, *notes),
                excerpt(payload),
            )
        )  # fmt: skip

    def described(self, topic: str, payload: bytes, now: float, kind: str, note: str) -> None:
        """Count a message that says something of tags, and give it a verdict."""
        self._counters.add("messages_described")
        if self.verdicts.wants(topic, DESCRIBED, now):
            self.verdicts.record(
                Verdict(now, topic, len(payload), DESCRIBED, kind, notes=(note,), payload=excerpt(payload))
            )

    def _count(self, what: str, topic: str, error: Refusal) -> None:
        how = "refused" if isinstance(error, StoreFullError) else "rejected"
        self._counters.add(f"{what}_{how}", error.code)
        self._on_refused(topic, error)
