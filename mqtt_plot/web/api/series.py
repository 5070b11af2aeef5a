"""Stored points out over REST: GET /api/v1/tags and GET /api/v1/series, as JSON or CSV; DELETE forgets a tag."""

import asyncio
import math
from array import array
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from itertools import islice

from mqtt_plot.errors import UnknownTagError
from mqtt_plot.live.protocol import or_null
from mqtt_plot.store.drawing import changes_held, drawn
from mqtt_plot.store.entries import content_of, whole_of
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import outline, points_since, step_for
from mqtt_plot.store.stretch import Copied, Points
from mqtt_plot.web.api.columns import SeriesColumn, csv_of_columns, csv_table, json_list, json_with_columns
from mqtt_plot.web.api.query import parse_points, parse_step, parse_time
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError

# Points in one answer: beyond, a file per tag serves people better.
MAX_ANSWER_POINTS = 1_000_000
_FORMATS = ("json", "csv")
OUTLINE_COLUMNS = ("time", "min", "max", "mean", "count", "seconds")
# Made at a stretch: about 5 ms of work.
_BUCKETS = 500
# The same of summaries, in points that are looked at, as all of a tag with late points are.
_SUMMARY_POINTS, _SUMMARY_LOOKS = 100, 50_000


class TagsHandler(BaseHandler):
    """GET: every tag with its last value."""

    async def get(self) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        await self.stream(json_list(summaries(list(self.services.store), self.services.clock())))


class OneTagHandler(BaseHandler):
    """What is asked about a tag, and of which stretch."""

    def stretch(self) -> tuple[float, float]:
        """Return the times asked for, infinite where they are left open."""
        zone = self.services.ingest.rules.zone
        start, end = (parse_time(name, self.argument(name), zone) for name in ("start", "end"))
        return -math.inf if start is None else start, math.inf if end is None else end

    def argument(self, name: str) -> str | None:
        """Return the last value of a query argument exactly as it was sent, None where it is absent."""
        return self.get_query_argument(name, None, strip=False)

    def tags(self) -> list[str]:
        self.refuse_control_characters()
        tags = list(dict.fromkeys(self.get_query_arguments("tag", strip=False)))
        if not any(tags):
            raise RefusedError(
                400, "bad_query", "expected ?tag=NAME, got none; GET /api/v1/tags lists the tags that exist"
            )
        return tags

    def one_tag(self) -> str:
        tags = self.tags()
        if len(tags) > 1:
            raise RefusedError(400, "bad_query", f"expected one 'tag', got {len(tags)}")
        return tags[0]

    def find(self, tag: str) -> Series:
        try:
            return self.services.store.find(tag)
        except UnknownTagError as error:
            raise RefusedError(404, "unknown_tag", str(error)) from None


class SeriesHandler(OneTagHandler):
    """GET and DELETE: what is stored of a tag."""

    queries = frozenset(("tag", "start", "end", "points", "step", "outline", "format"))

    async def get(self) -> None:
        form = self.argument("format") or "json"
        if form not in _FORMATS:
            raise RefusedError(400, "bad_query", f"expected format=json or format=csv, got {form!r:.40}")
        tags = self.tags()
        if form == "json" and len(tags) > 1:
            raise RefusedError(
                400, "bad_query", f"expected one 'tag' with json, got {len(tags)}; format=csv takes several"
            )
        if (text := self.argument("step")) is not None:
            await self.answer_outline(self.find(tags[0]), parse_step(text), form, is_one=len(tags) == 1)
            return
        if (text := self.argument("outline")) is not None:
            if text != "1" or form != "json" or self.argument("points") is not None:
                raise RefusedError(400, "bad_query", "expected outline=1, with json and without 'points'")
            await self.answer_whole(self.find(tags[0]))
            return
        with ExitStack() as kept:
            columns = await self.read_all([self.find(tag) for tag in tags], kept, is_copied=form == "json")
            if form == "csv":
                self.set_header("Content-Type", "text/csv; charset=utf-8")
                self.set_header("Content-Disposition", 'attachment; filename="mqtt-plot.csv"')
                self.say_source([source for _, _, source in columns], [self.find(tag) for tag in tags])
                await self.stream(csv_table([column for column, _, _ in columns]))
            else:
                self.set_header("Content-Type", "application/json; charset=utf-8")
                column, is_decimated, source = columns[0]
                await self.stream(series_json(self.find(tags[0]), column, is_decimated=is_decimated, source=source))

    def say_source(self, sources: list[str], wanted: list[Series]) -> None:
        """Say in headers what JSON says in fields: what a table was made from, or since when every point of all its tags is in it."""
        if any(sources):
            self.set_header("Mqtt-Plot-Source", "outline" if "outline" in sources else "raw")
        elif (since := max(map(points_since, wanted))) > -math.inf:
            self.set_header("Mqtt-Plot-Points-Since", repr(since))

    async def answer_outline(self, series: Series, step: float, form: str, *, is_one: bool) -> None:
        """Answer in buckets that begin at multiples of `step` seconds, or of more where what is held is coarser."""
        if not is_one or self.argument("points") is not None:
            raise RefusedError(400, "bad_query", "expected one 'tag' and no 'points' beside 'step'")
        if series.kind == "state":
            raise RefusedError(
                400,
                "bad_query",
                "expected a number or a boolean for 'step'; /api/v1/statistics has the shares of states",
            )
        start, end = self.stretch()
        step = step_for(series, start, end, step)
        columns = {name: array("d") for name in OUTLINE_COLUMNS}
        buckets = await self.in_turn(partial(outline, series, start, end, step), [series])
        while part := list(islice(buckets, _BUCKETS)):
            for bucket in part:
                row = (bucket.start, bucket.low, bucket.high, bucket.mean, bucket.samples, bucket.seconds)
                for column, number in zip(columns.values(), row, strict=True):
                    column.append(number)
            check_size(len(columns["time"]) * len(columns))
            await asyncio.sleep(0)
        if form == "csv":
            self.set_header("Content-Type", "text/csv; charset=utf-8")
            self.set_header("Content-Disposition", 'attachment; filename="mqtt-plot.csv"')
            await self.stream(csv_of_columns(columns))
        else:
            self.set_header("Content-Type", "application/json; charset=utf-8")
            fields = {"tag": series.tag, "unit": series.unit or None, "kind": series.kind or "number", "step": step}
            await self.stream(json_with_columns(fields, columns))

    async def answer_whole(self, series: Series) -> None:
        """Answer all that is known, for another bridge: the outline, and the points that this does not know."""
        start, end = self.stretch()
        answers = self.services.answers
        packed, times, values = await self.in_turn(partial(whole, series, start, end), [series])
        with answers.hold(self.address, 16 * len(times) + len(packed or "")):
            self.set_header("Content-Type", "application/json; charset=utf-8")
            fields = description(series) | {"decimated": False, "outline": packed}
            await self.stream(json_with_columns(fields, {"time": times, "value": values}))

    def delete(self) -> None:
        self.services.store.delete(self.find(self.one_tag()).tag)
        self.set_status(HTTPStatus.NO_CONTENT)

    async def read_all(
        self, wanted: list[Series], kept: ExitStack, *, is_copied: bool
    ) -> list[tuple[SeriesColumn, bool, str]]:
        """Return the points asked for of each series, whether they were decimated, and their source; copies count until `kept` is closed."""
        answers = self.services.answers
        zone = self.services.ingest.rules.zone
        start, end = (parse_time(name, self.argument(name), zone) for name in ("start", "end"))
        points = parse_points(self.argument("points"))
        columns = []
        total = 0
        for series in wanted:

            def read_and_hold(series: Series = series) -> tuple[SeriesColumn, bool, str]:
                found = read(series, start, end, points, is_copied=is_copied)
                kept.enter_context(answers.hold(self.address, found[0].points.nbytes))
                return found

            column, is_decimated, source = await self.in_turn(read_and_hold, [series])
            columns.append((column, is_decimated, source))
            total += len(column.points)
            check_size(total)
        return columns


def read(
    series: Series, start: float | None, end: float | None, points: int | None, *, is_copied: bool
) -> tuple[SeriesColumn, bool, str]:
    """Return the points with start <= time <= end in at most about `points`, whether that made them fewer, and their source.

    They stay in the ring where they can be read in one go, unless they are to be copied.
    """
    found: Points
    source = "" if points is None else "raw"
    if points is not None and (
        picture := drawn(series, -math.inf if start is None else start, math.inf if end is None else end, points)
    ):
        raw, times, values = picture[:3]
        found, source = Copied(times, values), "outline"
    elif points is None:
        changes = changes_held(series, -math.inf if start is None else start, math.inf if end is None else end)
        is_made = changes is not None or is_copied
        found = Copied(*(changes or series.window(start, end))) if is_made else series.stretch(start, end)
        raw = len(found)
    else:
        raw, times, values = series.picture(start, end, points)
        found = Copied(times, values)
    is_decimated = len(found) < raw or (source == "outline" and series.kind == "number")
    return SeriesColumn(series.tag, found, series.states if series.kind == "state" else ()), is_decimated, source


def whole(series: Series, start: float, end: float) -> "tuple[str | None, array[float], array[float]]":
    """Return an outline as another bridge takes it, and the points that it does not know; None where `start` leaves a hole between both."""
    entry, ring = whole_of(series), series.ring
    count = entry.changed
    times, values = series.read_in_order(ring.kept if series.outlines else ring.first, ring.next)
    low, high = bisect_left(times, start), bisect_right(times, end)
    packed = None
    if series.outlines and not low:
        part = entry._replace(times=entry.times[:count], values=entry.values[:count])
        packed = b64encode(content_of([part])).decode()
    return packed, times[low:high], values[low:high]


def description(series: Series) -> dict[str, object]:
    """Return what an answer says of a tag beside its points."""
    states: dict[str, object] = {"states": series.states} if series.states else {}
    return {"tag": series.tag, "unit": series.unit or None, "kind": series.kind or "number"} | states


def summaries(wanted: Iterable[Series], now: float) -> Iterator[list[object]]:
    """Yield the summaries of series, as many at a time as take a few milliseconds."""
    part, looks = list[object](), 0
    for series in wanted:
        part.append(summary(series, now))
        looks += _SUMMARY_POINTS if series.is_ordered else len(series.ring)
        if looks >= _SUMMARY_LOOKS:
            yield part
            part, looks = [], 0
    if part:
        yield part


def summary(series: Series, now: float) -> dict[str, object]:
    """Return what GET /api/v1/tags says of one series: the oldest and newest time held, since when every point is, the last value."""
    ring = series.ring
    first, last = series.since, series.span[1]
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
        "points_since": or_null(series.whole_from),
        "value": or_null(value),
        "rate": round(series.rate, 3),
        "stale": series.is_stale(now),
        **({"states": series.states} if series.states else {}),
    }


def series_json(series: Series, column: SeriesColumn, *, is_decimated: bool, source: str) -> Iterator[str]:
    """Yield what GET /api/v1/series says of one tag."""
    fields = description(series) | {"decimated": is_decimated}
    if source:
        fields["source"] = source
    else:
        fields["points_since"] = or_null(points_since(series))
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
