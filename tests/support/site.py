"""The web side alone, in this process: the real core and the real routes on a loopback port, with a clock that the test turns."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.testing import bind_unused_port

from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.live.broadcaster import Broadcaster
from mqtt_plot.live.hub import Hub
from mqtt_plot.live.limits import ClientLimits
from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.broker import BrokerState
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.lookout import Lookout
from mqtt_plot.recordings.replays import Replays
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from mqtt_plot.web.answers import Answers
from mqtt_plot.web.application import Server
from mqtt_plot.web.auth.access import Access
from mqtt_plot.web.auth.hosts import Hosts
from mqtt_plot.web.auth.users import Users, parse_line
from mqtt_plot.web.dashboard_files import Dashboards
from mqtt_plot.web.listener import Listener, bound_send_buffer
from mqtt_plot.web.routes import make_app
from mqtt_plot.web.services import PAGE, Services

NOW = 1_700_000_000.0
SMALL_QUOTAS = ClientLimits(clients=6, clients_per_address=4)


class Site:
    """A served bridge without broker. `now` is its clock, `ready` and `healthy` are what it says of itself."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        static: Path | None = None,
        base_path: str = "",
        recordings: Path | None = None,
        dashboards: Path | None = None,
        captures: Path | None = None,
        users: str = "",
        proxies: tuple[str, ...] = (),
        body_timeout: float = 10.0,
        idle_timeout: float = 60.0,
        client_limits: ClientLimits = SMALL_QUOTAS,
        answers: Answers | None = None,
    ) -> None:
        asyncio.get_running_loop()  # made outside of one, it would be served by a loop that nobody runs
        self.now = NOW
        self.access = Access(
            Hosts(["plots.example.org"], "gateway"),
            Users([parse_line(line) for line in users.splitlines()]) if users else None,
            proxies=proxies,
            clock=self.clock,
        )
        self.ready = (True, "connected")
        self.healthy = (True, "ok")
        self.counters = Counters()
        self.client_limits = client_limits
        self.store = Store(limits or Limits(), self.counters)
        rules = Rules()
        hub = Hub(self.store, "epoch")
        ingest = Ingest(self.store, TopicMap(["plot/#"]), rules, self.counters)
        self.lookout = Lookout(ingest, captures=captures, recordings=recordings)
        self.lookout.start(NOW)
        self.live = Broadcaster(
            self.store,
            hub,
            self.counters,
            clock=self.clock,
            status=self.status,
            hello={"limits": {}},
            verdicts=ingest.verdicts,
            ledgers=self.lookout.ledgers,
            client_limits=self.client_limits,
        )
        self.replays = Replays(Folder(recordings), ingest, self.live.broadcast_event, self.clock)
        self.services = Services(
            ingest=ingest,
            store=self.store,
            hub=hub,
            live=self.live,
            counters=self.counters,
            clock=self.clock,
            status=self.status,
            broker_state=lambda: BrokerState("off", "no broker", 0.0),
            is_ready=lambda: self.ready,
            is_healthy=lambda: self.healthy,
            epoch="epoch",
            version="0.0",
            max_body=rules.max_payload,
            body_timeout=body_timeout,
            idle_timeout=idle_timeout,
            replays=self.replays,
            lookout=self.lookout,
            base_path=base_path,
            started=NOW,
            access=self.access,
            dashboards=Dashboards(dashboards),
            static=static or PAGE,
            answers=answers or Answers(),
        )
        sock, self.port = bind_unused_port()
        bound_send_buffer(sock)
        self._server = Server(make_app(self.services))
        self._listener = Listener(self._server.handle_stream, self.counters, limit=1_000, max_buffer=100 * 2**20)
        self._listener.open([sock])
        self._client = AsyncHTTPClient(force_instance=True)

    def clock(self) -> float:
        return self.now

    def status(self) -> dict[str, object]:
        return {"tags": len(self.store), "points": self.store.points, "counters": self.counters.as_dict()}

    async def close(self) -> None:
        self._client.close()
        self._listener.close()
        await self.replays.close()
        await self.lookout.stop(self.now)
        await self._server.close_all_connections()

    async def request(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        """Send one request as it is; errors are answers like any other."""
        return await self._client.fetch(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            body=body,
            headers=dict(headers or {}),
            raise_error=False,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            decompress_response=False,
        )

    async def get(self, path: str, query: Mapping[str, str] | list[tuple[str, str]] | None = None) -> HTTPResponse:
        return await self.request("GET", path + ("?" + urlencode(query) if query else ""))

    async def post(self, body: bytes | str | object, path: str = "/api/v1/samples") -> HTTPResponse:
        """POST bytes or text as they are, all else as JSON."""
        return await self.request("POST", path, body if isinstance(body, bytes | str) else json.dumps(body))

    async def exchange(self, data: bytes) -> bytes:
        """Send bytes over a fresh connection and return all that comes back until the server closes it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        try:
            await writer.drain()
            async with asyncio.timeout(10):
                return await reader.read()
        finally:
            writer.close()


def decoded(response: HTTPResponse) -> Any:  # noqa: ANN401 - JSON is any of its types
    """Return the JSON of an answer; NaN and Infinity, which no browser takes, fail."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    assert response.headers["Content-Type"].startswith("application/json")
    return json.loads(response.body, parse_constant=refuse)


def error_code(response: HTTPResponse) -> str:
    """Return the code of an error answer, which must have the one shape."""
    error = decoded(response)["error"]
    assert sorted(error.keys() - {"columns"}) == ["code", "message"]
    assert error["message"]
    code: str = error["code"]
    return code
