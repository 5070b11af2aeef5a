"""Computed tags over REST."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from mqtt_plot.ingest.signal_list import SignalList
from mqtt_plot.ingest.signals import ComputedTag, parse_definition
from mqtt_plot.web.api.entries import EntriesHandler, EntryHandler
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.errors import refusals


class SignalsHandler(EntriesHandler):
    """GET: all computed tags. POST: one more."""

    def get(self) -> None:
        self.write_json([signal.to_json() for signal in self.services.ingest.signals])

    def post(self) -> None:
        fields = self.body()
        with refusals():
            signal = self.services.ingest.signals.add(parse_definition(fields))
        self.set_status(HTTPStatus.CREATED)
        self.write_json(signal.to_json())


class SignalHandler(EntryHandler[ComputedTag]):
    """GET, PUT and DELETE: one computed tag. Its points stay until somebody deletes the tag."""

    name = "signal"

    @property
    def entries(self) -> SignalList:
        return self.services.ingest.signals

    def put(self, signal_id: str) -> None:
        signal = self.find(signal_id)
        fields = self.body()
        with refusals():
            changed = self.entries.change(signal, parse_definition(fields))
        self.write_json(changed.to_json())


class PreviewHandler(EntriesHandler):
    """POST: what would come of an expression, over the newest values that its tags hold. Nothing is kept."""

    roles: ClassVar[Mapping[str, Role]] = {"POST": Role.VIEW}

    def post(self) -> None:
        fields = self.body()
        with refusals():
            self.write_json(self.services.ingest.signals.preview(fields))
