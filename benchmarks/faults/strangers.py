"""People who do not belong here: every route of a bridge with users, asked in every way a stranger has."""

import http.client
import json
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.faults.outcome import Outcome
from benchmarks.harness import Bridge, bridge
from mqtt_plot.web.auth.passwords import hash_password, hash_token

PASSWORD, TOKEN = "the-right-one", "t0ken"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ELSEWHERE = {
    "/ws": ["get"],
    "/login": ["post"],
    "/logout": ["post"],
    "/index.html": ["get"],
    "/nothing": ["get", "post"],
}
# They answer everybody, a supervisor has no password; and what they answer tells nothing.
PUBLIC = {"/-/healthy", "/-/ready"}
# Where who has not logged in is sent to the login, logs in or out, or finds nothing.
OPEN = PUBLIC | {"/login", "/logout", "/", "/index.html", "/nothing"}
SAFE = {"get", "head"}
REFUSED = {401, 403}
OTHER_SITES: Sequence[Mapping[str, str]] = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://evil.example", "Content-Type": "text/plain"},
]
NAMES = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example"]
TRAVERSALS = [
    *("/../pyproject.toml", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/assets/../../cli.py"),
    *("//etc/passwd", "/assets/%2e%2e/%2e%2e/cli.py", "/....//cli.py", "/..%5c..%5ccli.py", "/%00/etc/passwd", "/assets/..%252f..%252fcli.py"),
]  # fmt: skip
GUESSES = 20


def run() -> Iterator[Outcome]:
    """One bridge for all of it; what it must not do is let a sample in."""
    with tempfile.TemporaryDirectory() as folder:
        users = Path(folder) / "users"
        users.write_text(f"anna:view:{hash_password(PASSWORD)}\nboss:admin:{hash_token(TOKEN)}\n")
        with bridge("--broker", "none", "--users-file", str(users)) as target:
            routes = list(_routes(target))
            yield from _strangers(target, routes)
            yield _traversal(target)
            yield _stolen(target)
            yield _guessed(target)


def _routes(target: Bridge) -> Iterator[tuple[str, str]]:
    """Yield (method, path) of all there is, from the bridge's own description."""
    request = urllib.request.Request(f"{target.url}/api/v1/openapi.json", headers=BEARER)
    with urllib.request.urlopen(request) as answer:
        paths = json.load(answer)["paths"]
    for path, methods in {**paths, **ELSEWHERE}.items():
        for method in methods:
            yield method, path.replace("{id}", "1") + ("?tag=a" if path.endswith("/series") else "")


def _ask(
    target: Bridge, method: str, path: str, headers: Mapping[str, str], body: str | None = None
) -> tuple[int, str, str]:
    """Send one request as it is; return status, body and the cookie it sets."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=10)
    try:
        sent = '{"tag": "stranger", "value": 1}' if body is None and method not in SAFE else body
        connection.request(method.upper(), path, sent, dict(headers))
        answer = connection.getresponse()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return answer.status, answer.read(4096).decode("utf-8", "replace"), cookie
    finally:
        connection.close()


def _upgrade(path: str) -> Mapping[str, str]:
    if path != "/ws":
        return {}
    return {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }


def _strangers(target: Bridge, routes: list[tuple[str, str]]) -> Iterator[Outcome]:
    changing = [(method, path) for method, path in routes if method not in SAFE or path == "/ws"]
    yield _refused(
        target, "cross-site POST, PUT, DELETE and WebSocket, Origin null, with an admin's token", changing, OTHER_SITES
    )
    names = [{"Host": name} for name in NAMES]
    yield _refused(target, "DNS rebinding: names that are not ours, with an admin's token", routes, names)
    guarded = [(method, path) for method, path in routes if path not in OPEN]
    nobody = [{"Authorization": ""}, {"Authorization": "Bearer guess"}]
    yield _refused(target, "no login, no token, a wrong one", guarded, nobody)


def _refused(target: Bridge, fault: str, routes: list[tuple[str, str]], ways: Sequence[Mapping[str, str]]) -> Outcome:
    answers: Counter[int] = Counter()
    let_in: list[str] = []
    for method, path in routes:
        for way in ways:
            status, _, _ = _ask(target, method, path, {**BEARER, **_upgrade(path), **way})
            answers[status] += 1
            if status not in REFUSED:
                let_in.append(f"{status} {method} {path}")
    told = ", ".join(f"{count} times {status}" for status, count in sorted(answers.items()))
    measured = f"{answers.total() - len(let_in)} of {answers.total()} refused on {len(routes)} routes ({told})"
    return Outcome(
        fault,
        "refused on every route, /metrics and /ws included",
        "; ".join([measured, *let_in[:3]]),
        not let_in and _count_tags(target) == 0,
    )


def _count_tags(target: Bridge) -> int:
    """Return how many tags there are: each would be a stranger's."""
    return len(json.loads(_ask(target, "get", "/api/v1/tags", BEARER)[1]))


def _traversal(target: Bridge) -> Outcome:
    answers = [_ask(target, "get", path, BEARER) for path in TRAVERSALS]
    leaks = [
        path for path, (status, body, _) in zip(TRAVERSALS, answers, strict=True) if status == 200 or "root:" in body
    ]
    return Outcome("path traversal", "refused", f"{len(answers) - len(leaks)} of {len(answers)} refused", not leaks)


def _log_in(target: Bridge, password: str) -> tuple[int, str]:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, cookie = _ask(target, "post", "/login", form, f"user=anna&password={password}")
    return status, cookie


def _stolen(target: Bridge) -> Outcome:
    _, cookie = _log_in(target, PASSWORD)
    stolen = {"Cookie": cookie}
    before = _ask(target, "get", "/metrics", stolen)[0]
    _ask(target, "post", "/logout", stolen, "")
    routes = [route for route in _routes(target) if route[0] == "get" and route[1] not in PUBLIC | {"/nothing"}]
    after = [_ask(target, method, path, {**stolen, **_upgrade(path)})[0] for method, path in routes]
    refused = sum(status in {401, 303} for status in after)
    return Outcome(
        "stolen cookie after the logout",
        "refused on every route",
        f"{before} before, refused on {refused} of {len(after)} routes after",
        before == 200 and refused == len(after),
    )


def _guessed(target: Bridge) -> Outcome:
    answers = Counter(_log_in(target, f"guess{number}")[0] for number in range(GUESSES))
    right = _log_in(target, PASSWORD)[0]
    return Outcome(
        f"{GUESSES} guesses of a password",
        "locked out after 5, the right one too",
        f"{answers[401]} wrong, {answers[429]} locked out, then the right one: {right}",
        answers[401] == 5 and answers[429] == GUESSES - 5 and right == 429,
    )
