"""What became of the last messages, and why: /api/v1/verdicts."""

from mqtt_plot.live.protocol import MAX_PATTERN
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError


class VerdictsHandler(BaseHandler):
    """GET: what became of the last messages, oldest first."""

    queries = frozenset(("topic", "since"))

    def get(self) -> None:
        topic = self.get_query_argument("topic", "*", strip=False) or "*"
        since = self.get_query_argument("since", "0")
        if len(topic) > MAX_PATTERN:
            raise RefusedError(
                400, "bad_query", f"expected at most {MAX_PATTERN} characters in 'topic', got {len(topic)}"
            )
        if not since.isascii() or not since.isdecimal() or len(since) > 15:  # noqa: PLR2004 - digits of a 53-bit number
            raise RefusedError(400, "bad_query", f"expected a verdict's number in 'since', got {since!r:.40}")
        verdicts = self.services.ingest.verdicts
        self.write_json(
            {
                "verdicts": [verdict.to_json() for verdict in verdicts.since(int(since), topic)],
                "skipped": verdicts.skipped,
            }
        )
