"""The corpus: payloads and files that people had trouble with, each with what its owner expects; how one is tried, and what came of it."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.ingest import Ingest, finished
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.samples import Message
from mqtt_plot.store.series import Series

ROOT = Path(__file__).parent.parent / "corpus"
NOW = 1_800_000_000.0  # after all that the corpus holds
RIGHT, SAID, WRONG = "right", "said", "wrong"
EXACT = 1e-6


class Outcome(NamedTuple):
    """What came of a case: right, said (in words, instead of a value that is expected), or wrong; and what differs."""

    case: str
    kind: str
    why: str = ""


def payload_files() -> list[Path]:
    """Return the files of payloads, each a list of cases."""
    return sorted(
        [*ROOT.glob("*.json"), *(file for file in ROOT.glob("shared/*/cases.json") if file.parent.name != "csv")]
    )


def table_files() -> list[Path]:
    """Return the lists of files that are tables."""
    return sorted([*(ROOT / "csv").glob("*.json"), ROOT / "shared" / "csv" / "cases.json"])


def cases_of(file: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return cases


def payload_of(raw: object) -> bytes:
    """Return a payload as bytes: text as it stands, all else as JSON."""
    return (raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)).encode()


def try_payload(case: dict[str, Any]) -> Outcome:
    """Return what a bridge makes of a payload."""
    ingest = make_ingest(load(case.get("options", []), {}), lambda _topic, _error: None)
    earlier = [(*item, True) for item in case.get("retained_before", [])] + [
        (*item, False) for item in case.get("before", [])
    ]
    earlier.append((case["topic"], case["payload"], False))
    for index, (topic, raw, is_retained) in enumerate(earlier):
        now = NOW + index - len(earlier) + 1
        ingest.accept_messages([Message(topic, payload_of(raw), now, is_retained)])
    ingest.settle(math.inf)
    verdict = ingest.verdicts.since(0)[-1]
    words = " ".join([verdict.reason, *verdict.notes])
    faults = ingest.counters.get("messages_rejected", "fault")
    wrong = [f"{faults} faults of ours"] if faults else []
    wrong += [text for item in case["expected"] if (text := mismatch(ingest, item, case))]
    wrong += [f"{tag} is not wanted" for tag in tags_of(ingest) for part in case.get("absent", []) if part in tag]
    for name in case.get("no_numbers", []):
        wrong += [f"{tag} is no number" for tag in _numbers_of(ingest) if f"/{tag}".endswith(f"/{name}")]
    if case.get("no_others") and len(tags_of(ingest)) != case["count"]:
        wrong.append(f"expected {case['count']} tags, got {tags_of(ingest)}")
    if not case["expected"] and tags_of(ingest):
        wrong.append(f"expected no tag, got {tags_of(ingest)}")
    if case.get("note", "").lower() not in words.lower():
        wrong.append(f"expected words on {case['note']!r}, got {words!r}")
    return _outcome(case["id"], wrong, words if not tags_of(ingest) else "")


def _outcome(name: str, wrong: list[str], words: str) -> Outcome:
    """A case that made no tag at all, and says why, is not wrong: nobody is misled."""
    if not wrong:
        return Outcome(name, RIGHT)
    return Outcome(name, SAID if words else WRONG, "; ".join([*wrong, words] if words else wrong))


def _numbers_of(ingest: Ingest) -> list[str]:
    """Return the tags that hold a number."""
    return [
        series.tag
        for series in ingest.store
        if series.kind != "state" and not all(map(math.isnan, series.window(None, None)[1]))
    ]


def tags_of(ingest: Ingest) -> list[str]:
    return [series.tag for series in ingest.store]


def mismatch(ingest: Ingest, item: dict[str, Any], case: dict[str, Any]) -> str:
    """Return what differs in the newest point of the tag that an expectation names, "" for nothing.

    `tag_ends_with` is a name, `tag_like` a regular expression, where the source leaves open how a tag is composed.
    """
    name = item.get("tag_ends_with", item.get("tag_like"))
    like = re.compile(item.get("tag_like", f"/{re.escape(str(name))}$"))
    found = [series for series in ingest.store if like.search(f"/{series.tag}")]
    if len(found) != 1:
        return f"expected one tag that ends with {name!r}, got {[series.tag for series in found] or tags_of(ingest)}"
    (series,) = found
    times, values = series.window(None, None)
    if not len(times):
        return f"expected a point of {series.tag!r}, got none"
    wrong = []
    if not same_value(series, values[-1], item["value"]):
        wrong.append(f"value {item['value']!r}, got {shown(series, values[-1])}")
    if "held" in item and [shown(series, value) for value in values] != item["held"]:
        wrong.append(f"held {item['held']}, got {[shown(series, value) for value in values]}")
    if "unit" in item and series.unit != item["unit"]:
        wrong.append(f"unit {item['unit']!r}, got {series.unit!r}")
    if "label" in item and series.meta.get("label") != item["label"]:
        wrong.append(f"label {item['label']!r}, got {series.meta!r}")
    if "kind" in item and series.kind != item["kind"]:
        wrong.append(f"kind {item['kind']!r}, got {series.kind!r}")
    if "time" in item and not same_time(times[-1], item["time"], case.get("tolerance", EXACT)):
        wrong.append(f"time {item['time']}, got {times[-1]:.6f}")
    return f"{series.tag}: expected " + ", ".join(wrong) if wrong else ""


def shown(series: Series, value: float) -> object:
    """Return a value as the corpus writes it: null for a gap, a word for a state."""
    if math.isnan(value):
        return None
    return series.states[int(value)] if series.kind == "state" and int(value) < len(series.states) else value


def same_value(series: Series, got: float, expected: object) -> bool:
    value = shown(series, got)
    if expected is None or isinstance(expected, str):
        return value == expected
    return isinstance(value, float) and value == float(expected)  # type: ignore[arg-type]  # a number or a boolean


def same_time(got: float, expected: object, tolerance: float) -> bool:
    if expected == "arrival":
        return got == NOW
    return abs(got - seconds_of(expected)) <= tolerance


def seconds_of(time: object) -> float:
    """Return POSIX seconds of a time as the corpus writes it: a number, or ISO 8601 with its zone."""
    return datetime.fromisoformat(time).timestamp() if isinstance(time, str) else float(time)  # type: ignore[arg-type]


def try_table(case: dict[str, Any], folder: Path) -> Outcome:
    """Return what an upload makes of a file."""
    settings = load(case.get("options", []), {})
    ingest = make_ingest(settings, lambda _topic, _error: None)
    words = list[str]()
    try:
        choices = Choices(settings.time_zone, settings.date_order)
        table = Table((folder / case["file"]).read_bytes(), now=NOW, prefix="x/", choices=choices)
        for piece in table.pieces():
            receipt = finished(ingest.accept_parsed(table.parse(piece), piece, NOW, is_recording=True))
            words += [*receipt.notes, *(item.reason for item in receipt.rejected)]
        words += [*table.notes, *(f"{column.name}: {column.reason}" for column in table.columns if column.reason)]
    except PayloadError as error:
        words.append(str(error))
        refused = [] if case.get("refused") else [f"refused: {error}"]
        told = " ".join(words)
        return _outcome(case["file"], refused + _unsaid(case, told), told if refused else "")
    wrong = ["expected a refusal"] if case.get("refused") else []
    named = {**dict.fromkeys([*case.get("units", {}), *case.get("points", {})], ()), **case["expected"]}
    for name, points in named.items():
        wrong += table_mismatch(ingest, name, points, case)
    wrong += [f"{tag} is not wanted" for tag in tags_of(ingest) if tag.removeprefix("x/") in case.get("absent", [])]
    told = " ".join(words)
    wrong += [
        f"expected {name!r} or a word on it"
        for name in case.get("told", [])
        if f"x/{name}" not in tags_of(ingest) and name not in told
    ]
    return _outcome(case["file"], wrong + _unsaid(case, told), "")


def _unsaid(case: dict[str, Any], told: str) -> list[str]:
    said = case.get("said", "")
    return [] if said.lower() in told.lower() else [f"expected words on {said!r}, got {told!r}"]


def table_mismatch(ingest: Ingest, name: str, points: Sequence[list[Any]], case: dict[str, Any]) -> Iterator[str]:
    """Yield what a series lacks of the points that are expected of it, how many it has, and its unit."""
    series = ingest.store.get(f"x/{name}") or _named(ingest, name)
    if series is None:
        yield f"expected {name!r}, got {tags_of(ingest)}"
        return
    times, values = series.window(None, None)
    held = list(zip(times, values, strict=True))
    if len(held) != case.get("points", {}).get(name, len(held)):
        yield f"{name}: expected {case['points'][name]} points, got {len(held)}"
    if series.unit != case.get("units", {}).get(name, series.unit):
        yield f"{name}: expected unit {case['units'][name]!r}, got {series.unit!r}"
    start = held[0][0] if case.get("relative") and held else 0.0
    for time, value in points:
        near = partial(_is_near, time=seconds_of(time) + start, tolerance=case.get("tolerance", EXACT))
        if not any(near(got) and same_value(series, number, value) for got, number in held):
            first = [(round(got - start, 6), shown(series, number)) for got, number in held[:6]]
            yield f"{name}: expected {value} at {time}, got {first}"
            return


def _named(ingest: Ingest, name: str) -> Series | None:
    """Return the one series whose tag ends with a name; what comes before it is free."""
    found = [series for series in ingest.store if series.tag.endswith((f"/{name}", f" {name}"))]
    return found[0] if len(found) == 1 else None


def _is_near(got: float, *, time: float, tolerance: float) -> bool:
    return abs(got - time) <= tolerance


def outcomes() -> Iterator[tuple[str, list[Outcome]]]:
    """Yield each family with what came of its cases."""
    for file in payload_files():
        yield (
            re.sub(r"/cases$", "", str(file.relative_to(ROOT).with_suffix(""))),
            [try_payload(case) for case in cases_of(file)],
        )
    for file in table_files():
        family = re.sub(r"/cases$", "", str(file.relative_to(ROOT).with_suffix("")))
        yield family, [try_table(case, file.parent) for case in cases_of(file)]
