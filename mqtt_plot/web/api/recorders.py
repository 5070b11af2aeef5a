"""Recorders over REST. Knows nothing of how they write."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from mqtt_plot.recordings.recorder import Recorder, RecorderList
from mqtt_plot.recordings.recorder_settings import parse_recorder
from mqtt_plot.web.api.captures import WatchHandler
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.errors import RefusedError, refusals


class RecordersHandler(WatchHandler):
    """GET: all recorders. POST: one more."""

    def get(self) -> None:
        recorders = self.services.lookout.recorders
        self.write_json(
            {"enabled": recorders.folder is not None, "recorders": [recorder.to_json() for recorder in recorders]}
        )

    def post(self) -> None:
        fields = self.body()
        with refusals():
            recorder = self.services.lookout.recorders.add(parse_recorder(fields))
        self.set_status(HTTPStatus.CREATED)
        self.write_json(recorder.to_json())


class RecorderHandler(WatchHandler):
    """GET, PUT and DELETE: one recorder; `"on": false` stops it. Files stay."""

    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW, "PUT": Role.WRITE, "DELETE": Role.WRITE}

    def get(self, recorder_id: str) -> None:
        self.write_json(self.find(recorder_id).to_json())

    def put(self, recorder_id: str) -> None:
        recorder = self.find(recorder_id)
        fields = self.body()
        with refusals():
            self.recorders.change(recorder, parse_recorder(fields))
        self.write_json(recorder.to_json())

    def delete(self, recorder_id: str) -> None:
        self.recorders.delete(self.find(recorder_id))
        self.set_status(HTTPStatus.NO_CONTENT)

    @property
    def recorders(self) -> RecorderList:
        return self.services.lookout.recorders

    def find(self, recorder_id: str) -> Recorder:
        recorder = self.recorders.get(int(recorder_id))
        if recorder is None:
            raise RefusedError(404, "unknown_recorder", f"no recorder {recorder_id}; GET /api/v1/recorders lists them")
        return recorder
