"""Asks a demo for its page and whether its values move: `python3 ask_demo.py http://127.0.0.1:8080/`. Standard library only."""

import json
import sys
import time
import urllib.request

TIMEOUT_SECONDS = 120.0
LOOK_SECONDS = 5.0


def ask(url: str) -> bytes:
    """Return the answer, as soon as there is one."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def main(url: str) -> None:
    """Print what came; exit with 1 where the page is not there or nothing moves."""
    began = time.monotonic()
    page = ask(url)
    print(f"page after {time.monotonic() - began:.1f} s")
    before = json.loads(ask(f"{url}api/v1/status"))
    time.sleep(LOOK_SECONDS)
    after = json.loads(ask(f"{url}api/v1/status"))
    print(f"{after['tags']} tags, {(after['points'] - before['points']) / LOOK_SECONDS:.0f} points/s")
    if b'<div id="app">' not in page or after["points"] <= before["points"]:
        sys.exit("expected the page, and values that move")


if __name__ == "__main__":
    main(sys.argv[1])
