"""The description of a tag, /api/v1/meta: label, unit, limits, states."""

from collections.abc import Mapping
from typing import ClassVar

from mqtt_plot.parsers.tag_metadata import LIMIT_FIELDS
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError, refusals


class MetaHandler(BaseHandler):
    """GET and PUT: what is known of a tag beside its samples. A device says the same with a retained `plot/<tag>/$meta`.

    Who may write describes a tag; other limits than it has are for an admin.
    """

    queries = frozenset(("tag",))

    roles: ClassVar[Mapping[str, Role]] = {**BaseHandler.roles, "PUT": Role.WRITE}

    def get(self) -> None:
        tag = self.named_tag()
        meta = self.services.ingest.descriptions.book.get(tag)
        if not meta and tag not in self.services.store:
            raise RefusedError(404, "unknown_tag", f"nothing is known of the tag {tag!r:.120}")
        self.write_json({"tag": tag, "meta": meta})

    def put(self) -> None:
        tag = self.named_tag()
        descriptions = self.services.ingest.descriptions
        with refusals():
            meta = descriptions.read(self.request.body)
            if any(meta.get(name) != descriptions.book.said(tag).get(name) for name in LIMIT_FIELDS):
                self.need(Role.ADMIN)  # as PUT /api/v1/limits
            descriptions.describe(tag, meta)
        self.write_json({"tag": tag, "meta": descriptions.book.get(tag)})
