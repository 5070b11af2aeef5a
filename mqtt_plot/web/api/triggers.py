"""Triggers over REST."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from mqtt_plot.ingest.trigger_list import TriggerList
from mqtt_plot.ingest.triggers import Trigger, parse_trigger
from mqtt_plot.web.api.entries import EntriesHandler, EntryHandler
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.errors import refusals


class TriggersHandler(EntriesHandler):
    """GET: all triggers. POST: one more, for an admin."""

    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW}

    def get(self) -> None:
        self.write_json([trigger.to_json() for trigger in self.services.lookout.flight.triggers])

    def post(self) -> None:
        fields = self.body()
        with refusals():
            trigger = self.services.lookout.flight.triggers.add(parse_trigger(fields))
        self.set_status(HTTPStatus.CREATED)
        self.write_json(trigger.to_json())


class TriggerHandler(EntryHandler[Trigger]):
    """GET, and for an admin PUT and DELETE: one trigger."""

    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW}
    name = "trigger"

    @property
    def entries(self) -> TriggerList:
        return self.services.lookout.flight.triggers

    def put(self, trigger_id: str) -> None:
        trigger = self.find(trigger_id)
        fields = self.body()
        with refusals():
            self.entries.change(trigger, parse_trigger(fields))
        self.write_json(trigger.to_json())
