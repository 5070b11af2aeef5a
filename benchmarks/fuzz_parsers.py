"""Mutated payloads through every parser: `python -m benchmarks.fuzz_parsers [N] [SECONDS]` (default 1,000,000 within 15 minutes).

Nothing but PayloadError may come out; the slowest payloads are named, and a payload that takes more than 10 ms of processor time twice in a
row fails the run; finding out the layout of a table, which a bridge does in a thread, has as much, and a
tenth of a second for 256 KiB in lines of any length. On a slow machine each may take as much longer as other work does.
The random numbers are seeded: a run can be repeated.
"""

import contextlib
import itertools
import json
import math
import random
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.devices.families import family_of, readers
from mqtt_plot.parsers.devices.family import read
from mqtt_plot.parsers.formats import FORMATS, MAX_PAYLOAD, Rules, parse
from mqtt_plot.parsers.sparkplug import Nodes
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.samples import Columns, Parsed, Sample
from tests.support.corpus import ROOT, cases_of, payload_files, payload_of
from tests.support.payloads import RECORDED, SEEDS
from tests.support.slowness import slowness

LIMIT_SECONDS = 0.010
# Finding out how a table is read looks at 200 rows again and again. That runs in a thread: nobody waits for it but who sent the file.
LAYOUT_SECONDS, WIDE_LAYOUT_SECONDS = 0.010, 0.1
STREAM = Path(__file__).parent.parent / "tests" / "sparkplug" / "stream.json"
# One in so many payloads is blown up to the size limit: there the time limit bites.
LARGE = 200
SPARKPLUG_SHARE = 0.15
TABLE_SHARE = 0.1
HINTED_SHARE = 0.2
SHOWN = 8
NOW = 1_700_000_000.0
DEVICE_SHARE = 0.2
TABLES = (
    *(file.read_bytes()[:4_000] for file in sorted((ROOT / "csv").glob("*.*")) if file.suffix != ".json"),
    b"time,temp,mode\n1700000000,21.5,RUN\n1700000001,21.6,RUN\n1700000002,,STOP\n1700000003,21.7,STOP\n",
    b"Zeit;Druck;Text\n14.11.2023 22:13:10;1,5;auf\n14.11.2023 22:13:11;1,75;zu\n",
    b"time,tag,value,unit\n2023-11-14T22:13:20Z,a/b,1.5,bar\n2023-11-14T22:13:21Z,c,2,\n",
    b'sep=;\ntime;"a;b"\n0;1\n0.5;2\n1;"3\n"\n',
)
FARTHEST_TIME = 3e11  # the year 9999, and numbers as far
PIECES = (
    b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"=", b" ", b"\n", b"\x00", b"#", b"1", b"-", b"e", b".", b"null", b"1e400", b'{"value":',
    b'"ts":', b'{"bn":"', b"[1,", b'{"a":', b"16#", b"T#", b"\xff", b"\x9f", b"\xbf", b"\x80", b"\xed\xa0\x80", b"\\ud800", b"NaN", b"9" * 40,
    b'"2023-11-14T22:13:20Z",', b'"2023-W46-2",', b'"24:00"', b'a b="', b",a=b", b"\x12\x04\x10\x01", b"\xfb\x7f\xf8\x00\x00\x00\x00\x00\x00",
    b'{"n":"a","v":1},', b'{"value":1,"ts":1700000000},', b'{"t":1700000000,"a":1},', b'{"Value":', b'{"Payload":{"a":',
)  # fmt: skip


def find_layout(text: bytes, rules: Rules) -> list[Parsed]:
    """Find out how a CSV text is read."""
    Table(text, rules.zone, NOW)
    return []


def device_payloads() -> list[tuple[str, str, bytes]]:
    """Return (family, topic, payload) of the corpus; a payload that is of no family with a reader goes to each in turn."""
    cases = [case for file in payload_files() for case in cases_of(file)]
    known = readers()
    names = itertools.cycle(known)
    found = list[tuple[str, str, bytes]]()
    for case in cases:
        own = [name for name in case.get("options", []) if name in known]
        found.append((own[0] if own else next(names), case["topic"], payload_of(case["payload"])))
    return found


def pieces_of(text: bytes, rules: Rules, *, is_large: bool) -> Callable[[], list[Parsed]]:
    """Return what to time of a CSV text: all of its pieces, of a large one only one, as others get their turn in between."""
    try:
        table = Table(text, rules.zone, NOW)
    except PayloadError:
        return list
    pieces = [max(table.pieces(), key=len)] if is_large else list(table.pieces())
    return lambda: [table.parse(piece) for piece in pieces]


def mutated(seed: bytes, chance: random.Random, pieces: list[bytes]) -> bytes:
    """Return `seed` with a few random edits."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        match chance.randrange(7):
            case 0:
                data[at:at] = chance.choice(pieces)
            case 1:
                del data[at : at + chance.randint(1, 8)]
            case 2 if data:
                data[at % len(data)] = chance.randrange(256)
            case 3 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 4:
                other = chance.choice(pieces)
                data[at : at + len(other)] = other
            case 5:
                data[at:at] = data[at : at + chance.randint(1, 40)] * chance.randint(1, 20)
            case _:
                data[at:] = chance.choice(pieces) * chance.randint(1, 5)
    return bytes(data[:MAX_PAYLOAD])


def blown_up(seed: bytes, chance: random.Random) -> bytes:
    """Return about 256 KiB made of one part of `seed`, repeated, between its head and its tail."""
    start = chance.randint(0, len(seed))
    end = chance.randint(start, min(len(seed), start + 60))
    part = seed[start:end] or b"["
    return (seed[:start] + part * (MAX_PAYLOAD // len(part)) + seed[end:])[:MAX_PAYLOAD]


def outlandish(parsed: Parsed | list[Parsed]) -> list[Sample | Columns]:
    """Return the samples that no parser may let out: a time beyond all calendars, an infinite value."""
    parts = parsed if isinstance(parsed, list) else [parsed]
    return [sample for part in parts for sample in part.samples if not is_fit(sample)][:3]


def is_fit(sample: Sample | Columns) -> bool:
    """Tell whether the core can hold a sample: past the door nobody looks again."""
    if isinstance(sample, Columns):
        return all(map(_is_time, sample.times or ())) and not any(map(math.isinf, sample.values))
    is_word = isinstance(sample.value, str)
    return (sample.time is None or _is_time(sample.time)) and (is_word or not math.isinf(float(sample.value)))


def _is_time(seconds: float) -> bool:
    return abs(seconds) < FARTHEST_TIME  # False for NaN


class Tally:
    """What came of the payloads so far, and the five slowest."""

    def __init__(self) -> None:
        self.done = self.refused = self.faults = self.slow = 0
        self.slowest: list[tuple[float, str, bytes]] = []

    def run(
        self, run: Callable[[], Parsed | list[Parsed]], how: str, payload: bytes, limit: float = LIMIT_SECONDS
    ) -> None:
        """Run one payload; tell of faults and slowness at once."""
        self.done += 1
        before = time.process_time()
        try:
            wrong = outlandish(run())
            if wrong:
                self._fault(how, payload, f"not for the core: {wrong}")
        except PayloadError as error:
            self.refused += 1
            if not str(error).startswith("expected "):
                self._fault(how, payload, f"words of a refusal: {error}")
        except Exception:  # noqa: BLE001 - finding these is the purpose
            self._fault(how, payload, traceback.format_exc())
        spent = time.process_time() - before
        if spent > limit:
            spent = least(run)
        if len(self.slowest) < SHOWN or spent > self.slowest[-1][0]:
            self.slowest = sorted([*self.slowest, (spent, how, payload)], reverse=True)[:SHOWN]
        if spent > limit and spent > limit * slowness():
            self.slow += 1
            print(
                f"SLOW {spent * 1000:.1f} ms, {len(payload)} bytes, {how}: {payload[:100]!r} … {payload[-40:]!r}",
                flush=True,
            )

    def _fault(self, how: str, payload: bytes, what: str) -> None:
        self.faults += 1
        print("FAULT", how, payload[:200], what, sep="\n", flush=True)


def least(run: Callable[[], object]) -> float:
    """Return the least of three further runs: the machine may have been busy with something else."""
    times = []
    for _ in range(3):
        before = time.process_time()
        with contextlib.suppress(PayloadError):
            run()
        times.append(time.process_time() - before)
    return min(times)


def main(n: int = 1_000_000, seconds: int = 900) -> int:
    """Run until `n` payloads or `seconds` are spent; return the exit status."""
    chance = random.Random(8428)  # noqa: S311 - not for secrets
    stream = [(topic, bytes.fromhex(text)) for topic, text in json.loads(STREAM.read_text())]
    plain = [item.payload for item in RECORDED.values()] + list(SEEDS)
    binary = [payload for _, payload in stream]
    devices = device_payloads()
    plain += [payload for _, _, payload in devices]
    pieces = [*PIECES, *plain, *binary]
    rules = [Rules(), Rules(), Rules(is_strict=True), Rules(include=("*a*",), exclude=("*/b",), max_leaves=3)]
    nodes = Nodes(lambda _topic, _payload: None)
    tally = Tally()
    started = time.monotonic()
    while tally.done < n and time.monotonic() - started < seconds:
        lot = chance.random()
        is_sparkplug, is_table = lot < SPARKPLUG_SHARE, lot > 1 - TABLE_SHARE
        is_device = SPARKPLUG_SHARE < lot < SPARKPLUG_SHARE + DEVICE_SHARE
        name, topic, own = chance.choice(devices)
        seed = own if is_device else chance.choice(binary if is_sparkplug else TABLES if is_table else plain)
        payload = mutated(seed, chance, pieces)
        is_large = tally.done % LARGE == 0
        if is_large:
            payload = blown_up(payload, chance)
        rule = chance.choice(rules)
        if is_table:
            limit = WIDE_LAYOUT_SECONDS if is_large else LAYOUT_SECONDS
            tally.run(partial(find_layout, payload, rule), "csv layout", payload, limit)
            tally.run(pieces_of(payload, rule, is_large=is_large), "csv", payload)
        elif is_sparkplug:
            topic = chance.choice(stream)[0]
            tally.run(partial(nodes.parse, topic, payload, rule, NOW), topic, payload)
        elif is_device:
            tally.run(partial(read, name, family_of(name), topic, payload, Context(rule, NOW)), name, payload)
        else:
            hint = chance.choice(tuple(FORMATS)) if chance.random() < HINTED_SHARE else ""
            tally.run(partial(parse, payload, rule, NOW, hint), hint, payload)
    print(
        f"{tally.done:,} payloads in {time.monotonic() - started:.0f} s: {tally.done - tally.refused - tally.faults:,} read, "
        f"{tally.refused:,} refused, {tally.faults} faults, {tally.slow} over {LIMIT_SECONDS * 1000:.0f} ms "
        f"(finding out a table: {LAYOUT_SECONDS * 1000:.0f} ms)"
    )
    for spent, how, payload in tally.slowest:
        print(f"  {spent * 1000:6.2f} ms  {len(payload):7} bytes  {how:12} {payload[:60]!r}")
    return 1 if tally.faults or tally.slow else 0


if __name__ == "__main__":
    sys.exit(main(*[int(text.replace(",", "")) for text in sys.argv[1:3]]))
