"""Another bridge over its REST interface, with limits on time and size. Knows nothing of what its answers are for."""

import json
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from mqtt_plot.errors import PayloadError, PeerError
from mqtt_plot.store.facts import Facts

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 10.0
# One answer: about 200,000 points, or the list of 100,000 tags.
MAX_ANSWER = 16 * 1024 * 1024
MAX_REQUESTS = 2


class Peer:
    """The bridge at `url`; a user and password in it are sent. Every failure is a PeerError."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self.address = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self._login = (unquote(parts.username or ""), unquote(parts.password or "")) if parts.username else (None, None)
        self._client: AsyncHTTPClient = SimpleAsyncHTTPClient(
            force_instance=True, max_clients=MAX_REQUESTS, max_body_size=MAX_ANSWER
        )

    async def epoch(self) -> str:
        """Return the epoch of the bridge, by which a bridge recognises itself."""
        status = await self._get("status")
        return str(status.get("epoch", "")) if isinstance(status, dict) else ""

    async def tags(self) -> list[dict[str, object]]:
        """Return the entries of GET /api/v1/tags, but those that make no sense."""
        entries = await self._get("tags")
        if not isinstance(entries, list):
            raise PeerError(f"expected a list of tags from {self.address}")
        return [found for entry in entries if (found := _checked(entry)) is not None]

    async def series(self, tag: str, start: float | None, *, outline: bool = False) -> object:
        """Return the answer to GET /api/v1/series for a tag, from `start` (POSIX seconds) on, or with what is known in outline too."""
        since = "" if start is None else f"&start={start!r}"
        return await self._get(f"series?tag={quote(tag, safe='')}{since}{'&outline=1' if outline else ''}")

    def close(self) -> None:
        """Cancel all requests."""
        self._client.close()

    async def _get(self, path: str) -> object:
        user, password = self._login
        request = HTTPRequest(
            f"{self.address}/api/v1/{path}",
            connect_timeout=CONNECT_SECONDS,
            request_timeout=ANSWER_SECONDS,
            follow_redirects=False,
            auth_username=user,
            auth_password=password,
        )
        try:
            answer = await self._client.fetch(request)
            decoded: object = json.loads(answer.body)
        except HTTPClientError as error:
            raise PeerError(f"{self.address} answers {error.code}: {error.message}") from None
        except (OSError, ValueError, RecursionError) as error:
            raise PeerError(f"no answer from {self.address}: {error}") from None
        return decoded


def _checked(entry: object) -> dict[str, object] | None:
    if not isinstance(entry, dict):
        return None
    try:
        facts = Facts.checked(entry)
    except PayloadError:
        return None
    return {**entry, "tag": facts.tag, "unit": facts.unit}
