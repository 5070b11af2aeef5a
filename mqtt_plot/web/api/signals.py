"""Computed tags over REST."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from mqtt_plot.ingest.signal_list import SignalList
from mqtt_plot.ingest.signals import ComputedTag, parse_definition
from mqtt_plot.web.api.captures import WatchHandler
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.errors import RefusedError, refusals


class SignalsHandler(WatchHandler):
    """GET: all computed tags. POST: one more."""

    def get(self) -> None:
        self.write_json([signal.to_json() for signal in self.services.ingest.signals])

    def post(self) -> None:
        fields = self.body()
        with refusals():
            signal = self.services.ingest.signals.add(parse_definition(fields))
        self.set_status(HTTPStatus.CREATED)
        self.write_json(signal.to_json())


class SignalHandler(WatchHandler):
    """GET, PUT and DELETE: one computed tag. Its points stay until somebody deletes the tag."""

    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW, "PUT": Role.WRITE, "DELETE": Role.WRITE}

    def get(self, signal_id: str) -> None:
        self.write_json(self.find(signal_id).to_json())

    def put(self, signal_id: str) -> None:
        signal = self.find(signal_id)
        fields = self.body()
        with refusals():
            changed = self.signals.change(signal, parse_definition(fields))
        self.write_json(changed.to_json())

    def delete(self, signal_id: str) -> None:
        signal = self.find(signal_id)
        with refusals():
            self.signals.delete(signal)
        self.set_status(HTTPStatus.NO_CONTENT)

    @property
    def signals(self) -> SignalList:
        return self.services.ingest.signals

    def find(self, signal_id: str) -> ComputedTag:
        signal = self.signals.get(int(signal_id))
        if signal is None:
            raise RefusedError(404, "unknown_signal", f"no computed tag {signal_id}; GET /api/v1/signals lists them")
        return signal


class PreviewHandler(WatchHandler):
    """POST: what would come of an expression, over the newest values that its tags hold. Nothing is kept."""

    roles: ClassVar[Mapping[str, Role]] = {"POST": Role.VIEW}

    def post(self) -> None:
        fields = self.body()
        with refusals():
            self.write_json(self.services.ingest.signals.preview(fields))
