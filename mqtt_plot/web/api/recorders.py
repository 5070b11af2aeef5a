"""Recorders over REST. Knows nothing of how they write."""

from http import HTTPStatus

from mqtt_plot.recordings.recorder import Recorder, RecorderList
from mqtt_plot.recordings.recorder_settings import parse_recorder
from mqtt_plot.web.api.entries import EntriesHandler, EntryHandler
from mqtt_plot.web.errors import refusals


class RecordersHandler(EntriesHandler):
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


class RecorderHandler(EntryHandler[Recorder]):
    """GET, PUT and DELETE: one recorder; `"on": false` stops it. Files stay."""

    name = "recorder"

    @property
    def entries(self) -> RecorderList:
        return self.services.lookout.recorders

    def put(self, recorder_id: str) -> None:
        recorder = self.find(recorder_id)
        fields = self.body()
        with refusals():
            self.entries.change(recorder, parse_recorder(fields))
        self.write_json(recorder.to_json())
