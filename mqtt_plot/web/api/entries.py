"""Lists that the server keeps, over REST: what triggers, captures, notes, recorders and computed tags share."""

from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import ClassVar, Generic, TypeVar

from mqtt_plot.parsers.strict_json import loads
from mqtt_plot.store.ledger import Entry, Ledger
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError, refusals

E = TypeVar("E", bound=Entry)


class EntriesHandler(BaseHandler):
    """A list, or one of its entries."""

    def body(self) -> object:
        """Return the JSON of the body."""
        with refusals():
            return loads(self.request.body.decode())


class EntryHandler(EntriesHandler, Generic[E]):
    """GET and DELETE: one entry. A subclass names it, says which list it is in, and what PUT does."""

    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW, "PUT": Role.WRITE, "DELETE": Role.WRITE}
    name: ClassVar[str]  # of one; the list has an s

    @property
    def entries(self) -> Ledger[E]:
        """The list."""
        raise NotImplementedError

    def find(self, entry_id: str) -> E:
        entry = self.entries.get(int(entry_id))
        if entry is None:
            raise RefusedError(
                404, f"unknown_{self.name}", f"no {self.name} {entry_id}; GET /api/v1/{self.name}s lists them"
            )
        return entry

    def get(self, entry_id: str) -> Awaitable[None] | None:
        self.write_json(self.find(entry_id).to_json())
        return None

    def delete(self, entry_id: str) -> None:
        entry = self.find(entry_id)
        with refusals():
            self.entries.delete(entry)
        self.set_status(HTTPStatus.NO_CONTENT)
