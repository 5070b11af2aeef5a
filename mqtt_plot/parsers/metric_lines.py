"""Lines of metrics of monitoring programs: Graphite, Carbon 2.0, StatsD and Prometheus, to samples. Refuses what is none of them whole.

https://graphite.readthedocs.io (plaintext protocol), https://github.com/statsd/statsd/blob/master/docs/metric_types.md,
https://prometheus.io/docs/instrumenting/exposition_formats, http://metrics20.org/implementations.
"""

import re
from collections.abc import Callable

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.names import path_of
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.parsers.values import text_to_value
from mqtt_plot.samples import Parsed, Sample
from mqtt_plot.tags import check_tag

NAME = "metric lines"
_LONGEST = 64 * 1024
_MAX_LINES = 1_000
_NUMBER = r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,3})?|nan|inf)"
_GRAPHITE = re.compile(
    rf"(?P<name>[^\s;:=]{{1,200}}) (?P<value>{_NUMBER}) (?P<time>1\d{{9}})", re.IGNORECASE | re.ASCII
)
_CARBON2 = re.compile(
    rf"(?P<tags>metric=[^\s=]{{1,200}}(?: [\w.-]{{1,60}}=[^\s=]{{1,200}}){{0,32}}) {{1,2}}(?P<value>{_NUMBER}) (?P<time>1\d{{9}})",
    re.IGNORECASE | re.ASCII,
)
_STATSD = re.compile(
    rf"(?P<name>[^\s:|=]{{1,200}}):(?P<value>{_NUMBER})\|(?P<kind>c|g|ms|h|d)(?:\|[@#c:][^\s|]{{1,200}})*"
)
_LABEL = r'[a-zA-Z_]\w{0,60}="(?:[^"\\\n]|\\.){0,200}"'
_PROMETHEUS = re.compile(
    rf"(?P<name>[a-zA-Z_:][\w:]{{0,200}})(?P<labels>\{{(?:{_LABEL},?){{0,32}}\}})?[ \t]+(?P<value>{_NUMBER})(?:[ \t]+(?P<time>-?\d{{1,16}}))?",
    re.IGNORECASE | re.ASCII,
)
_ONE_LABEL = re.compile(_LABEL)


def parse_lines(text: str, context: Context) -> Parsed | None:
    """Return the samples of all lines; None for a text that is none of these forms."""
    if len(text) > _LONGEST or not ("#" in text or " 1" in text or "|" in text or "{" in text):
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # Without a comment or a label it may be two words and a number.
    is_exposed = any(line.startswith("# TYPE") or "{" in line for line in lines)
    forms: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Sample]]] = [
        (_GRAPHITE, _graphite),
        (_CARBON2, _carbon2),
        (_STATSD, _statsd),
    ]
    if is_exposed:
        lines = [line for line in lines if line[0] != "#"]
        forms = [(_PROMETHEUS, _prometheus)]
    if not 0 < len(lines) <= _MAX_LINES:
        return None
    for form, sample_of in forms:
        if form.fullmatch(lines[0]) is None:
            continue
        matches = [form.fullmatch(line) for line in lines]
        if all(matches):
            context.spend(len(lines))
            try:
                return Parsed(NAME, [sample_of(match) for match in matches if match is not None], notes=context.notes)
            except PayloadError:
                return None
    return None


def _graphite(match: re.Match[str]) -> Sample:
    return Sample(text_to_value(match["value"]), float(match["time"]), field=check_tag(path_of(match["name"])))


def _carbon2(match: re.Match[str]) -> Sample:
    """Return a sample named as Telegraf's other formats name it: the metric, what tells it from others, the field."""
    tags = dict(tag.split("=", maxsplit=1) for tag in match["tags"].split())
    names = [tags.pop("metric"), tags.pop("field", "")]
    path = "/".join(filter(None, [names[0], *(f"{key}={tags[key]}" for key in sorted(tags)), names[1]]))
    return Sample(text_to_value(match["value"]), float(match["time"]), field=check_tag(path))


def _statsd(match: re.Match[str]) -> Sample:
    unit = "ms" if match["kind"] == "ms" else None
    return Sample(text_to_value(match["value"]), unit=unit, field=check_tag(path_of(match["name"])))


def _prometheus(match: re.Match[str]) -> Sample:
    labels = [label.replace('"', "") for label in sorted(_ONE_LABEL.findall(match["labels"] or ""))]
    time = None if match["time"] is None else to_seconds(int(match["time"]))
    return Sample(text_to_value(match["value"]), time, field=check_tag("/".join([match["name"], *labels])))
