"""The REST interface, /api/v1: samples in; tags, series and status out. Knows nothing of how any of them is stored or made."""

import asyncio
import math
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus

from mqtt_plot.errors import UnknownTagError
from mqtt_plot.live.protocol import or_null
from mqtt_plot.store.series import Series
from mqtt_plot.store.stretch import Copied, Points
from mqtt_plot.web.api.columns import SeriesColumn, csv_table, json_list, json_with_columns
from mqtt_plot.web.api.query import parse_points, parse_time
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError

# Points in one answer: beyond, a file per tag serves people better.
MAX_ANSWER_POINTS = 1_000_000
_FORMATS = ("json", "csv")


class TagsHandler(BaseHandler):
    """GET: every tag with its last value."""

    async def get(self) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        now = self.services.clock()
        await self.stream(json_list(summary(series, now) for series in list(self.services.store)))


class SeriesHandler(BaseHandler):
    """GET and DELETE: what is stored of a tag."""

    async def get(self) -> None:
        form = self.argument("format") or "json"
        if form not in _FORMATS:
            raise RefusedError(400, "bad_query", f"expected format=json or format=csv, got {form!r:.40}")
        tags = self.tags()
        if form == "json" and len(tags) > 1:
            raise RefusedError(
                400, "bad_query", f"expected one 'tag' with json, got {len(tags)}; format=csv takes several"
            )
        with ExitStack() as kept:
            columns = await self.read_all([self.find(tag) for tag in tags], kept, is_copied=form == "json")
            if form == "csv":
                self.set_header("Content-Type", "text/csv; charset=utf-8")
                self.set_header("Content-Disposition", 'attachment; filename="mqtt-plot.csv"')
                await self.stream(csv_table([column for column, _ in columns]))
            else:
                self.set_header("Content-Type", "application/json; charset=utf-8")
                await self.stream(series_json(self.find(tags[0]), columns[0][0], is_decimated=columns[0][1]))

    def delete(self) -> None:
        tags = self.tags()
        if len(tags) > 1:
            raise RefusedError(400, "bad_query", f"expected one 'tag', got {len(tags)}")
        self.services.store.delete(self.find(tags[0]).tag)
        self.set_status(HTTPStatus.NO_CONTENT)

    def argument(self, name: str) -> str | None:
        """Return the last value of a query argument exactly as it was sent, None where it is absent."""
        return self.get_query_argument(name, None, strip=False)

    def tags(self) -> list[str]:
        tags = list(dict.fromkeys(self.get_query_arguments("tag", strip=False)))
        if not any(tags):
            raise RefusedError(
                400, "bad_query", "expected ?tag=NAME, got none; GET /api/v1/tags lists the tags that exist"
            )
        return tags

    def find(self, tag: str) -> Series:
        try:
            return self.services.store.find(tag)
        except UnknownTagError as error:
            raise RefusedError(404, "unknown_tag", str(error)) from None

    async def read_all(
        self, wanted: list[Series], kept: ExitStack, *, is_copied: bool
    ) -> list[tuple[SeriesColumn, bool]]:
        """Return the points asked for of each series, and whether they were decimated; their copies count until `kept` is closed."""
        answers = self.services.answers
        zone = self.services.ingest.rules.zone
        start, end = (parse_time(name, self.argument(name), zone) for name in ("start", "end"))
        points = parse_points(self.argument("points"))
        columns = []
        total = 0
        for series in wanted:
            async with answers.turn:  # sorting an unordered series takes milliseconds
                column, is_decimated = read(series, start, end, points, is_copied=is_copied)
                kept.enter_context(answers.hold(self.address, column.points.nbytes))
                await asyncio.sleep(0)
            columns.append((column, is_decimated))
            total += len(column.points)
            check_size(total)
        return columns


def read(
    series: Series, start: float | None, end: float | None, points: int | None, *, is_copied: bool
) -> tuple[SeriesColumn, bool]:
    """Return the points with start <= time <= end in at most about `points`, and whether that made them fewer.

    They stay in the ring where they can be read in one go, unless they are to be copied.
    """
    found: Points
    if points is None:
        found = Copied(*series.window(start, end)) if is_copied else series.stretch(start, end)
        raw = len(found)
    else:
        raw, times, values = series.picture(start, end, points)
        found = Copied(times, values)
    return SeriesColumn(series.tag, found, series.states if series.kind == "state" else ()), len(found) < raw


def summary(series: Series, now: float) -> dict[str, object]:
    """Return what GET /api/v1/tags says of one series: times of the oldest and newest point held, and the last value."""
    ring = series.ring
    first, last = series.span
    value = series.retained
    if value is None:
        value = ring.last()[1] if len(ring) else math.nan
    return {
        "tag": series.tag,
        "unit": series.unit or None,
        "kind": series.kind or "number",
        "points": len(ring),
        "first": or_null(first),
        "last": or_null(last),
        "value": or_null(value),
        "rate": round(series.rate, 3),
        "stale": series.is_stale(now),
        **({"states": series.states} if series.states else {}),
    }


def series_json(series: Series, column: SeriesColumn, *, is_decimated: bool) -> Iterator[str]:
    """Yield what GET /api/v1/series says of one tag."""
    fields: dict[str, object] = {"tag": series.tag, "unit": series.unit or None, "kind": series.kind or "number"}
    if series.states:
        fields["states"] = series.states
    fields["decimated"] = is_decimated
    times, values = next(column.points.pieces())
    return json_with_columns(fields, {"time": times, "value": values})


def check_size(points: int) -> None:
    """Refuse an answer that would take too much memory while it is sent."""
    if points > MAX_ANSWER_POINTS:
        raise RefusedError(
            400,
            "too_many_points",
            f"expected at most {MAX_ANSWER_POINTS} points in one answer, got {points}; narrow 'start' and 'end' or set 'points'",
        )
