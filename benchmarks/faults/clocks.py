"""Device clocks that are wrong: what is held of them, in which order, and on what axis."""

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from benchmarks.faults.outcome import Outcome
from benchmarks.harness import ROOT, Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import publish, publish_packet

MESSAGES = 1_000
_OTHER_TIME = """
import time
real = time.time
time.time = lambda: real() + float(open({!r}).read() or 0)
"""
HOUR, DAY = 3600.0, 86400.0


def _shuffled(number: int, now: float) -> float:
    """30 % come late, by up to a minute."""
    chance = random.Random(number)  # noqa: S311 - no secret hangs on it
    return now + number * 0.1 - (chance.uniform(1, 60) if chance.random() < 0.3 else 0)


# What a device says the time is, by its message's number and the true time.
CLOCKS: dict[str, Callable[[int, float], float]] = {
    "30 % out of order": _shuffled,
    "a day ahead": lambda number, now: now + DAY - 600 + number * 0.1,
    "a day behind": lambda number, now: now - DAY + number * 0.1,
    "one hour back in the middle": lambda number, now: now + number * 0.1 - (HOUR if number >= MESSAGES // 2 else 0),
    "in the year 1970": lambda number, _: 5.0 + number * 0.1,
}


def run() -> Iterator[Outcome]:
    """Let one device with each clock publish."""
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        for name, clock in CLOCKS.items():
            now = time.time()
            stamps = [round(clock(number, now), 3) for number in range(MESSAGES)]
            publish(port, [_message(name, number, stamp) for number, stamp in enumerate(stamps)])
            yield _held(target, name, stamps, now)
    yield _set_back()


def _set_back() -> Outcome:
    """Set the bridge's own clock back by two hours: its time.time reads an error from a file, as root alone may set the real clock."""
    with tempfile.TemporaryDirectory() as folder:
        ahead = Path(folder) / "ahead"
        ahead.write_text("7200")
        Path(folder, "sitecustomize.py").write_text(_OTHER_TIME.format(str(ahead)))
        with bridge("--broker", "none", prefix=("env", f"PYTHONPATH={folder}:{ROOT}")) as target:
            target.post(b'{"tag": "dead", "value": 1}')
            time.sleep(2)
            ahead.write_text("0")
            time.sleep(1)
            age = time.time() - float(str(next(iter(json.loads(target.get("/api/v1/tags"))))["last"]))
            wait_for(lambda: "was set by -7200" in target.log, 5, "the step to be noticed", is_fatal=False)
            noticed = "was set by -7200" in target.log
            for _ in range(20):
                target.post(b'{"tag": "alive", "value": 1}')
                time.sleep(0.1)
            rates = {entry["tag"]: entry["rate"] for entry in json.loads(target.get("/api/v1/tags"))}
    return Outcome(
        "the bridge's own clock set back by two hours",
        "noticed, rates go on",
        f"{'noticed' if noticed else 'not noticed'}, rate {rates['alive']:.1f}/s, a sample from before told {age:+.0f} s old",
        noticed and rates["alive"] > 0,
    )


def _message(tag: str, number: int, stamp: float) -> bytes:
    return publish_packet(f"plot/{tag}", json.dumps({"value": number, "ts": stamp}).encode())


def _held(target: Bridge, tag: str, stamps: list[float], now: float) -> Outcome:
    path = f"/api/v1/series?tag={quote(tag)}"
    wait_for(lambda: target.counter("messages_received") % MESSAGES == 0, 10, "the messages")
    time.sleep(0.5)
    series = json.loads(target.get(path))
    times, values = series["time"], series["value"]
    # A clock that was never set says nothing: those samples are of their arrival.
    expected = sorted(stamps) if min(stamps) > DAY else times
    is_sane = times == sorted(times) and times[0] > now - 2 * DAY and times[-1] < time.time() + 2 * DAY
    return Outcome(
        f"a clock {tag}" if tag.startswith(("a ", "one")) else f"times {tag}",
        "history kept, axis sane",
        f"{len(values)} of {MESSAGES} kept, in order, from {times[0] - now:+.0f} s to {times[-1] - now:+.0f} s",
        sorted(values) == list(range(MESSAGES)) and times == expected and is_sane,
    )
