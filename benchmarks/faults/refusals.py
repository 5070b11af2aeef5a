"""Real brokers that will not have us: a wrong password, no right to read, a certificate that nobody vouches for."""

import json
import tempfile
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.outcome import Outcome
from benchmarks.harness import Bridge, bridge, wait_for
from tests.support.broker import Broker, DynamicSecurity
from tests.support.certificates import make_certificates, make_passwords

# Long enough for several tries: a refusal is said once, not at each.
SECONDS = 10.0


def run() -> Iterator[Outcome]:
    """Ask each of them in turn."""
    with tempfile.TemporaryDirectory() as folder:
        secure = Broker(Path(folder) / "secure", "secure.conf")
        authority = make_certificates(secure.folder / "certs")
        make_passwords(secure.folder / "secrets" / "passwords", {"bridge": "bridge-secret"})
        wrong = Path(folder) / "wrong"
        wrong.write_text("not-the-password")
        secure.start()
        url = f"mqtts://bridge@127.0.0.1:{secure.port}"
        try:
            yield _refused(
                "broker refuses the password",
                "refused",
                "refused the password for user bridge",
                *("--broker", url, "--broker-ca", str(authority), "--broker-password-file", str(wrong)),
            )
            yield _refused("broker's certificate not trusted", "lost", "not trusted", "--broker", url)
        finally:
            secure.stop()
        closed = DynamicSecurity(Path(folder) / "closed")
        closed.start()
        right = Path(folder) / "right"
        right.write_text("secret")
        try:
            yield _refused(
                "broker's access rules deny the subscription",
                "connected",
                "refused the subscription to plot/#",
                *("--broker", closed.url.replace("://", "://bridge@"), "--broker-password-file", str(right)),
            )
        finally:
            closed.stop()


def _refused(fault: str, state: str, words: str, *options: str) -> Outcome:
    with bridge(*options) as target:
        wait_for(lambda: words in readiness(target)[1], 10, f"the bridge to say {words!r}")
        time.sleep(SECONDS)
        code, text = readiness(target)
        lines = [line for line in target.log.splitlines() if words in line]
        broker = target.status()["broker"]
        said = broker["state"] if isinstance(broker, dict) else ""
    return Outcome(
        fault,
        "not ready, one clear line",
        f"/-/ready {code}, “{text}”; {len(lines)} line in {SECONDS:.0f} s",
        code == 503 and len(lines) == 1 and said == state,
    )


def readiness(target: Bridge) -> tuple[int, str]:
    """Return the status of /-/ready and what it says."""
    try:
        return 200, target.get("/-/ready").decode().strip()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, str(json.loads(error.read())["error"]["message"])
