"""The log of events over REST."""

import re

from mqtt_plot.ingest.events import KINDS, MAX_EVENTS
from mqtt_plot.live.protocol import MAX_PATTERN
from mqtt_plot.web.api.query import parse_time
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError

_OPEN = {None: None, "true": True, "false": False}


class EventLogHandler(BaseHandler):
    """GET: what happened to the tags, oldest first."""

    queries = frozenset(("start", "end", "tag", "kind", "open", "limit"))

    def get(self) -> None:
        services = self.services
        log = services.ingest.watcher.log
        zone = services.ingest.rules.zone
        start, end = (parse_time(name, self.get_query_argument(name, None), zone) for name in ("start", "end"))
        found = log.find(
            tag=self._tag(),
            kinds=self._kinds(),
            start=-float("inf") if start is None else start,
            end=float("inf") if end is None else end,
            is_open=self._is_open(),
            limit=self._limit(),
        )
        self.write_json(
            {
                "events": [event.to_json() for event in found],
                "dropped": log.dropped,
                "counts": {tag: log.counts[tag] for tag in sorted({event.tag for event in found}) if tag in log.counts},
            }
        )

    def _tag(self) -> str:
        pattern = self.get_query_argument("tag", "*", strip=False)
        if len(pattern) > MAX_PATTERN:
            raise RefusedError(400, "bad_query", f"expected a pattern of at most {MAX_PATTERN} characters in 'tag'")
        return pattern

    def _kinds(self) -> frozenset[str]:
        kinds = frozenset(self.get_query_arguments("kind")) or frozenset(KINDS)
        if unknown := sorted(kinds - set(KINDS)):
            raise RefusedError(400, "bad_query", f"expected 'kind' of {', '.join(KINDS)}, got {unknown[0]!r:.40}")
        return kinds

    def _is_open(self) -> bool | None:
        text = self.get_query_argument("open", None)
        if text not in _OPEN:
            raise RefusedError(400, "bad_query", f"expected true or false in 'open', got {text!r:.40}")
        return _OPEN[text]

    def _limit(self) -> int:
        text = self.get_query_argument("limit", str(MAX_EVENTS))
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or int(text) < 1:
            raise RefusedError(400, "bad_query", f"expected a whole number from 1 in 'limit', got {text!r:.40}")
        return int(text)
