"""The whole of load and flood on a machine with 256 MB: nothing is killed."""

import time
from collections.abc import Iterator

from benchmarks import limited
from benchmarks.faults import flood, load, watchers
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import MIB, broker, wait_ready

CLIENTS, TAGS, PER_SECOND, SECONDS = 100, 100, 1000, 20


def run() -> Iterator[Outcome]:
    """Browsers and a steady load, then both floods, on one bridge whose memory is capped."""
    options = ["--max-clients-per-address", str(CLIENTS)]
    with broker() as port, limited.bridge("--broker", f"mqtt://127.0.0.1:{port}", *options, quota=1.0) as target:
        wait_ready(target)
        with load.running(port, TAGS, PER_SECOND) as tags, watchers.running(target.port, tags, CLIENTS) as crowd:
            time.sleep(SECONDS)
            p99 = crowd.p99()
            tags_hold = [outcome.holds for outcome in flood.flood_tags(target, port)]
            messages_hold = [outcome.holds for outcome in flood.flood_messages(target, port)]
            closed = len(crowd.codes())
        is_alive = target.process.poll() is None and target.get("/-/healthy") == b"ok\n"
        peak = target.peak() / MIB
    yield Outcome(
        f"load ({CLIENTS} browsers x {TAGS} tags x 10 Hz) and both floods, at once, in 256 MB ({limited.means()})",
        "no kill; what holds without the cap holds",
        f"{'alive' if is_alive else 'dead'}, peak {peak:.0f} MiB, p99 before the floods {1000 * p99:.0f} ms, {closed} browsers closed",
        is_alive and all(tags_hold) and all(messages_hold),
    )
