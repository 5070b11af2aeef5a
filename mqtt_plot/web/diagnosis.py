"""What a person asks when a plot is not as expected, /api/v1/verdicts and /api/v1/meta. Refuses to know how messages are read."""

from collections.abc import Mapping
from typing import ClassVar

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.live.protocol import MAX_PATTERN
from mqtt_plot.tags import check_tag
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.refusals import RefusedError
from mqtt_plot.web.users import Role


class VerdictsHandler(BaseHandler):
    """GET: what became of the last messages, oldest first."""

    def get(self) -> None:
        topic = self.get_query_argument("topic", "*", strip=False) or "*"
        since = self.get_query_argument("since", "0")
        if len(topic) > MAX_PATTERN:
            raise RefusedError(
                400, "bad_query", f"expected at most {MAX_PATTERN} characters in 'topic', got {len(topic)}"
            )
        if not since.isascii() or not since.isdigit() or len(since) > 15:  # noqa: PLR2004 - digits of a 53-bit number
            raise RefusedError(400, "bad_query", f"expected a verdict's number in 'since', got {since!r:.40}")
        verdicts = self.bridge.ingest.verdicts
        self.write_json(
            {
                "verdicts": [verdict.to_json() for verdict in verdicts.since(int(since), topic)],
                "skipped": verdicts.skipped,
            }
        )


class MetaHandler(BaseHandler):
    """GET and PUT: what is known of a tag beside its samples. A device says the same with a retained `plot/<tag>/$meta`."""

    roles: ClassVar[Mapping[str, Role]] = {**BaseHandler.roles, "PUT": Role.WRITE}

    def get(self) -> None:
        tag = self.tag()
        meta = self.bridge.ingest.descriptions.book.get(tag)
        if not meta and tag not in self.bridge.store:
            raise RefusedError(404, "unknown_tag", f"nothing is known of the tag {tag!r:.120}")
        self.write_json({"tag": tag, "meta": meta})

    def put(self) -> None:
        tag = self.tag()
        descriptions = self.bridge.ingest.descriptions
        try:
            descriptions.declare(tag, self.request.body)
        except PayloadError as error:
            raise RefusedError(400, error.code, str(error)) from None
        except StoreFullError as error:
            raise RefusedError(503, "tags_full", str(error)) from None
        self.write_json({"tag": tag, "meta": descriptions.book.get(tag)})

    def tag(self) -> str:
        try:
            return check_tag(self.get_query_argument("tag", "", strip=False))
        except PayloadError as error:
            raise RefusedError(400, "bad_query", f"expected ?tag=NAME: {error}") from None
