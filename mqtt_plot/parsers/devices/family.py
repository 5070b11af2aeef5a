"""A family of devices: the topics its devices publish to, and which part of a payload holds the values. Knows none of them.

What is in that part is read as any JSON is: names, times, units and qualities need no family.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers import formats
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.flatten import Flattener
from mqtt_plot.parsers.home_assistant import Described
from mqtt_plot.parsers.samples_json import sensor_beside
from mqtt_plot.parsers.speakers import speakers_of
from mqtt_plot.samples import Parsed


class NoValuesError(Exception):
    """A message of the family that holds no values, and is none to be complained of; the words say what it is."""


@dataclass(frozen=True)
class Family:
    """`topics` are mappings as `--topic` takes them, special ones before general ones.

    `pick` is given the levels of a topic and a decoded JSON object or array, and returns the part with the values; it raises NoValuesError.
    `pick_text` does so for a payload that is no JSON. `why_ignored` tells of a topic, once, why nothing on it is ever plotted, "" for
    all others. `describe` returns how to read what the messages on a topic say of tags, None for all other topics. Keys of `leave_out`
    hold no values. With `is_shared` one topic carries many devices, which say who they are.
    """

    topics: tuple[str, ...]
    pick: Callable[[Sequence[str], object], object] | None = None
    pick_text: Callable[[Sequence[str], str], object] | None = None
    why_ignored: Callable[[Sequence[str]], str] | None = None
    describe: Callable[[Sequence[str]], Callable[[object], list[Described]] | None] | None = None
    leave_out: frozenset[str] = frozenset()
    is_shared: bool = False

    @property
    def has_reader(self) -> bool:
        """True where payloads are not read as any other."""
        return bool(self.pick or self.pick_text or self.why_ignored or self.leave_out or self.is_shared)


def read(name: str, family: Family, topic: str, payload: bytes, context: Context) -> Parsed:
    """Return what came of one payload of a family. Raises PayloadError when nothing of it can be used."""
    limit = context.rules.max_payload
    if len(payload) > limit:
        raise PayloadError("too_large", f"expected a payload of at most {limit} bytes, got {len(payload)}")
    levels = topic.split("/")
    begin = payload[:64].lstrip()[:1]
    try:
        if begin in (b"{", b"["):
            return _read_json(name, family, levels, payload, context)
        if family.pick_text is not None and len(payload) <= _LONGEST_TEXT:
            picked = family.pick_text(levels, payload.decode(errors="replace").strip())
            if picked is not None:
                return Parsed(name, Flattener(context).find(picked), context.rejected, context.notes)
    except NoValuesError as reason:
        return Parsed(name, [], notes=(f"{reason}: no values",))
    return formats.parse(payload, context.rules, context.now)


_LONGEST_TEXT = 4_096


def _read_json(name: str, family: Family, levels: Sequence[str], payload: bytes, context: Context) -> Parsed:
    context.whole = decoded = formats.decode_json(payload, context)
    picked = family.pick(levels, decoded) if family.pick is not None else decoded
    speakers = speakers_of(picked) if family.is_shared and isinstance(picked, dict) else ()
    sensor = sensor_beside(picked, speakers) if speakers and isinstance(picked, dict) else ""
    samples = Flattener(context, family.leave_out, (*speakers, sensor)).find(picked)
    if not samples and context.rejected:
        first = context.rejected[0]
        raise PayloadError(first.code, first.reason)
    if not samples:
        context.note("no values")
    return Parsed(
        name,
        samples,
        context.rejected,
        context.notes,
        speakers=speakers,
        sensor=sensor,
        doubted=context.doubted,
        is_classic=context.is_classic,
    )
