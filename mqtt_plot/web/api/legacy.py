"""The URLs of the `http-plot-server` package, with its bodies and content types, so that its clients and its page work unchanged.

A leaf: without this file and its one line in routes.py nothing else changes. Two things are not as there: a client's mistake
gets 400 instead of 500, and unknown GET paths get 404 instead of a page that repeats the path unescaped.
"""

import json
import math
from array import array
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.parsers.samples_json import parse_any_object
from mqtt_plot.parsers.strict_json import loads
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.samples import Columns, Parsed, Receipt
from mqtt_plot.store.ring import POINT_BYTES
from mqtt_plot.store.series import Series
from mqtt_plot.web.api.columns import numbers
from mqtt_plot.web.base import PART_BYTES, BaseHandler

_USAGE = "ERROR: expecting json containing value, tag, unit (optional) and ts (optional)\nobtained: "
_SLICE = 500  # times: each takes 2 µs to write
TEXT_TYPE = "text/plain"
_NO_TAG = "tag not provided or invalid"


class OldRequests(Matcher):
    """Matches what that package answered: POST and DELETE anywhere, GET on its own four paths below `base_path`."""

    def __init__(self, base_path: str) -> None:
        self._gets = {base_path + path for path in _GETS}
        self._reserved = tuple(base_path + prefix for prefix in ("/api/", "/-/"))

    def match(self, request: HTTPServerRequest) -> dict[str, object] | None:
        path = request.path
        is_old = path in self._gets or (request.method in ("POST", "DELETE") and not path.startswith(self._reserved))
        return {} if is_old else None


class LegacyHandler(BaseHandler):
    """One request of an old client."""

    queries = None

    async def post(self) -> None:
        body = self.request.body
        try:
            receipt = await self.accept(parse_old(body, self.services.ingest.rules), body)
        except PayloadError as error:
            self.refuse_body(body, error)
            receipt = None
        status, answer = old_answer(self.old_path(), body, receipt)
        self.set_status(status)
        self.write_text(answer, TEXT_TYPE)

    def delete(self) -> None:
        """Answer as the package does, which deletes nothing; DELETE /api/v1/series does."""
        self.set_header("Content-Type", "text/plain")
        self.write(f"path: {self.old_path()}")

    async def get(self) -> None:
        await _GETS[self.request.path.removeprefix(self.services.base_path)](self)

    def old_path(self) -> str:
        """Return the target as it was sent; http.server folds leading slashes into one."""
        target = self.request.uri or "/"
        return "/" + target.lstrip("/") if target.startswith("//") else target

    def find(self) -> Series | None:
        """Return the series of `?tag=`, or answer that there is none."""
        tags = self.get_query_arguments("tag", strip=False)
        series = self.services.store.get(next((tag for tag in tags if tag), ""))
        if series is None:
            self.set_status(HTTPStatus.BAD_REQUEST)
            self.write_text(_NO_TAG, "text/plain")
        return series

    async def available_plots(self) -> None:
        self.set_header("Content-Type", "application/json")
        await self.stream(old_list([series.tag for series in self.services.store]))

    async def state(self) -> None:
        """A number that changes when the set of tags does."""
        self.write_text(str(round(self.services.started * 1000) + self.services.store.revision), "text/plain")

    async def plot_id(self) -> None:
        """A number that changes with every point of the tag, even with two in one millisecond."""
        series = self.find()
        if series is not None:
            arrival = 0.0 if math.isnan(series.arrival) else series.arrival
            self.write_text(str(round(arrival * 1000) + series.ring.next), "text/plain")

    async def current_data(self) -> None:
        series = self.find()
        if series is not None:
            self.set_header("Content-Type", "application/json")
            times, values = series.ring.read(series.ring.first, series.ring.next)
            with self.services.answers.hold(self.address, len(times) * POINT_BYTES):
                await self.stream(old_data(series, times, values))


_GETS: dict[str, Callable[[LegacyHandler], Awaitable[None]]] = {
    "/available_plots": LegacyHandler.available_plots,
    "/current_data": LegacyHandler.current_data,
    "/plot_id": LegacyHandler.plot_id,
    "/state": LegacyHandler.state,
}


def old_answer(target: str, body: bytes, receipt: Receipt | None) -> tuple[HTTPStatus, bytes]:
    """Return (status, text) that say what became of a body; without a receipt nothing of it could be used."""
    if receipt is None or not receipt.accepted:
        return HTTPStatus.BAD_REQUEST, _USAGE.encode() + body
    return HTTPStatus.OK, f"path: {target}received value: {old_value(loads(body.decode()))}".encode()


def parse_old(body: bytes, rules: Rules) -> Parsed:
    """Return the one sample of a body as that package read it: `value` is whatever float() takes, `tag` must be there.

    Raises PayloadError for all else; limits on tags, times and units are ours.
    """
    try:
        item = loads(body.decode())
    except UnicodeDecodeError:
        raise PayloadError("bad_utf8", "expected UTF-8 text") from None
    if not isinstance(item, dict) or "tag" not in item:
        raise PayloadError("not_a_sample", "expected an object with 'value' and 'tag'")
    old_value(item)
    if item.get("ts") is not None:
        to_seconds(item["ts"], rules.zone)
    known = {key: item[key] for key in ("tag", "value", "unit", "ts") if key in item}
    (sample, *_) = parse_any_object(known, Context(rules)).samples
    if isinstance(sample, Columns) or isinstance(sample.value, str):
        raise PayloadError("not_a_number", "expected a number in 'value'")
    return Parsed("http-plot-server", [sample])


def old_value(item: dict[str, object]) -> float:
    """Return `value` as float() reads it. Raises PayloadError where it cannot."""
    value = item.get("value")
    try:
        return float(value)  # type: ignore[arg-type]  # TypeError is how all else shows itself
    except (TypeError, ValueError, OverflowError):
        raise PayloadError("not_a_number", f"expected a number in 'value', got {value!r:.40}") from None


def old_data(series: Series, times: "array[float]", values: "array[float]") -> Iterator[str]:
    """Yield the JSON of /current_data: times as text in the server's zone, values in order of arrival; a gap is null."""
    slices = range(0, len(times), _SLICE)
    yield '{"time": ['
    for start in slices:
        yield (", " if start else "") + ", ".join([f'"{old_time(time)}"' for time in times[start : start + _SLICE]])
    yield '], "value": ['
    for start in slices:
        yield (", " if start else "") + numbers(values[start : start + _SLICE]).replace(",", ", ")
    yield f'], "tag": {json.dumps(series.tag)}, "unit": {json.dumps(series.unit or None)}}}'


def old_list(tags: list[str]) -> Iterator[str]:
    """Yield the JSON of /available_plots."""
    text = json.dumps(tags)
    yield from (text[start : start + PART_BYTES] for start in range(0, len(text), PART_BYTES))


def old_time(time: float) -> str:
    """Return a time as str() writes a datetime with a zone: 2022-04-13 16:25:09+02:00."""
    return str(datetime.fromtimestamp(time, UTC).astimezone())
