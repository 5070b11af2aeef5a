"""The limits of tags that a person sets, over REST."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from mqtt_plot.parsers.tag_metadata import LIMIT_FIELDS
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import refusals


class LimitsHandler(BaseHandler):
    """GET, PUT and DELETE: the limits of a tag. Those set here take the place of the device's."""

    queries = frozenset(("tag",))

    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW}  # the others want an admin
    name: ClassVar[str] = "limits"
    fields: ClassVar[frozenset[str]] = LIMIT_FIELDS

    def get(self) -> None:
        tag = self.named_tag()
        book = self.services.ingest.descriptions.book
        series = self.services.store.get(tag)
        counted = book.get(tag) or ({} if series is None else series.meta)
        self.write_json(
            {
                "tag": tag,
                self.name: self._among(counted),
                "set": self._among(book.settings(tag)),
                "device": self._among(book.said(tag)),
            }
        )

    def _among(self, meta: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in meta.items() if name in self.fields}

    def put(self) -> None:
        self._set(self.named_tag(), self.request.body)
        self.get()

    def delete(self) -> None:
        self._set(self.named_tag(), b"{}")
        self.set_status(HTTPStatus.NO_CONTENT)

    def _set(self, tag: str, body: bytes) -> None:
        with refusals():
            self.services.ingest.descriptions.set_fields(tag, body, self.fields)
