"""Logs as tables: lines that begin with a time and hold `name=value` or `name: value`, a JSON object, or what a serial monitor showed.

What tables have in columns, logs have in words: each line becomes a row of cells between tabs, and the names are the header.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from mqtt_plot.errors import PayloadError, RecordingError
from mqtt_plot.parsers import strict_json
from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.date_forms import clock_of, find_any_moment
from mqtt_plot.parsers.stamps import is_moment

_TIME = "time"
_VALUES = frozenset({"value", "val", "v"})
_LOOKED_AT_BYTES = 16 * 1024
_LOOKED_AT, _FIRST, _FEWEST, _MOST = 200, 10, 2, 0.7  # lines, and the share of them that must be of one form
_MOST_NAMES, _LONGEST_LINE, _LONGEST_LEAD, _LONGEST_TIME, _DEEPEST = 200, 8 * 1024, 120, 6, 4
# A name before its value, at the begin of a line or behind what ends the value before it.
_NAME = re.compile(r"(?:^|(?<=[\s,;|>({\[]))([^\W\d][\w./%°#-]{0,60})\s?[=:]\s?(?=[^\s=:/\\])")
# A colon without a blank may also stand in a cell of a table, a:9100, whose first line is a header.
_TIGHT = re.compile(r"[^\W\d]\w*:[^\s:/\\]")
_ENDS = " \t\r\n,;|>)]}"
_AROUND = " \t\r\n,;|[]()<>-=:"
# A time in brackets, or before the arrow of a serial monitor.
_STAMPED = re.compile(
    r"\s*(?:\[(?P<inside>[^\]\"]{0,39}\d[^\]\"]{0,39})\]|(?P<before>\d[\d:.,/TZ+ -]{4,40}?)\s*->)[ \t]*(?P<rest>\S.*)"
)
# Jun  3 08:00:00, of which nobody knows the year (RFC 3164, 4.1.2).
_WITHOUT_YEAR = re.compile(r"(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\s(?!\d{4}\b)")
_EPOCH = re.compile(r"1\d{9}(?:\.\d+|\d{3}|\d{6}|\d{9})?")
_LEVEL = re.compile(r"(?i)trace|debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|[tdinwefv]|\d+|verbose")
_MARKS = re.compile("[,;]")
_BLANKS = re.compile(r"[ \t]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Log:
    """How the lines of a log become rows of cells between tabs, or between `mark`.

    With `names` each line is a row under them. A long log has a row for each value: time, tag, value and unit; the tag has the topic or the
    device before its name where it is not the `usual` one. Without either, lines keep their own cells, behind the time that a terminal put
    before them. The first `words` of a line are its time.
    """

    note: str
    names: tuple[str, ...] = ()
    words: int = 0
    is_long: bool = False
    usual: str = ""
    mark: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, () where the log has no such."""
        return ("time", "tag", "value", "unit") if self.is_long else self.names

    def rewriter(self, unknown: Callable[[str], None]) -> Callable[[str], list[str]]:
        """Return a function that makes rows of a line, and tells `unknown` each name that is none of the names."""
        known = frozenset(self.names)

        def rewrite(line: str) -> list[str]:
            if not self.names:
                return self._rows(line) if self.is_long else [self._undated(line)]
            fields = _Line(line, self.words).fields
            for name in fields.keys() - known:
                unknown(name)
            cells = [fields.get(name, "") for name in self.names]
            return ["\t".join(cells if fields else [_cell(line)[:40], *cells[1:]]) + "\n"]

        return rewrite

    def table(self, lines: Sequence[str]) -> bytes:
        """Return lines as a CSV text with its header."""
        rewrite = self.rewriter(lambda _name: None)
        rows = chain.from_iterable(map(rewrite, lines))
        return "".join(["\t".join(self.header) + "\n" if self.header else "", *rows]).encode()

    def _rows(self, text: str) -> list[str]:
        line = _Line(text, self.words)
        values = {name: cell for name, cell in line.fields.items() if not is_moment(name)}
        time = line.time or next((cell for name, cell in line.fields.items() if is_moment(name)), "")
        whose = line.topic if line.topic != self.usual else ""
        rows = list[str]()
        for name, cell in values.items():
            number, unit = split_unit(cell) or (cell, "")
            tag = whose if whose and len(values) == 1 and name in _VALUES else "/".join(filter(None, (whose, name)))
            rows.append(f"{time}\t{tag}\t{number}\t{unit}\n")
        return rows or [_cell(text)[:40] + "\t\t\t\n"]

    def _undated(self, line: str) -> str:
        match = _STAMPED.match(line)
        if match is None:  # a row of names, or anything
            is_row = self.mark != "\t" and self.mark in line
            return f"{_TIME}{self.mark}{line.strip()}\n" if is_row else f'"{_cell(line)[:40]}"{self.mark}\n'
        rest = match["rest"].rstrip()
        return f'"{_stamp(match)}"{self.mark}{rest if self.mark != chr(9) else _BLANKS.sub(self.mark, rest)}\n'


class _Line:
    """What a line of a log says: the time that is the first `words` of it, the topic or the like behind, values by name."""

    def __init__(self, line: str, words: int) -> None:
        lead, self.fields = _split(line)
        before = _words(lead) if self.fields else []
        others = [word.strip(_AROUND) for word in before[words:]]
        whose = [word for word in others if word and not _LEVEL.fullmatch(word)]
        self.topic = _cell(next((word for word in whose if "/" in word), next(iter(whose), "")))
        self.time = _cell(" ".join(before[:words]).strip(_AROUND))
        if self.time:
            self.fields = {_TIME: self.time, **self.fields}


def find_log(head: bytes) -> tuple[Log, bytes] | None:
    """Return how to read the log that begins with `head` (UTF-8), and its first lines as a table; None for any other text.

    Raises RecordingError for one of which nobody can know when it was.
    """
    size = min(len(head), _LOOKED_AT_BYTES)
    lines = [line for line in islice(_lines(head[:size]), 2 * _LOOKED_AT) if line.strip()]
    lines = lines[:-1] if size < len(head) else lines  # it may be cut
    log = None
    if len(lines) >= _FEWEST and sum(map(bool, map(_WITHOUT_YEAR.match, lines))) > _MOST * len(lines):
        raise RecordingError(
            f"expected times with their year, got {lines[0][:15]!r}, as syslog writes them; `journalctl -o short-iso` writes them whole"
        )
    if len(lines) >= _FEWEST and any(sign in line for line in lines[:_FIRST] for sign in "=:{>]"):
        log = _of_names(lines[:_LOOKED_AT]) or _of_serial_monitor(lines[:_LOOKED_AT])
    return None if log is None else (log, log.table(lines))


def _lines(text: bytes) -> Iterator[str]:
    start = 0
    while start < len(text):
        stop = text.find(b"\n", start) + 1 or len(text)
        yield text[start : min(stop, start + _LONGEST_LINE)].decode(errors="replace")
        start = stop


def _of_names(lines: Sequence[str]) -> Log | None:
    first = [_split(line) for line in lines[:_FIRST]]
    most = 1.0 if any(map(_TIGHT.search, lines[:_FIRST])) else _MOST
    if sum(bool(fields) for _, fields in first) < most * len(first):
        return None
    ((words, _),) = Counter(_words_of_time(lead) for lead, _ in first).most_common(1)
    rows = [_Line(line, words) for line in lines]
    timed = sum(any(map(is_moment, row.fields)) for row in rows)
    if min(timed, sum(len(row.fields) > 1 for row in rows)) < _MOST * len(rows):
        return None
    topics = {row.topic for row in rows}
    names = sorted(
        dict.fromkeys(name for row in rows for name in row.fields),
        key=lambda name: (name != _TIME, not is_moment(name)),
    )
    is_dense = sum(len(row.fields) for row in rows) >= _MOST * len(rows) * len(names)
    note = "a log, read as a table: names and values in its lines"
    if is_dense and topics == {""}:
        return Log(note, tuple(names[:_MOST_NAMES]), words)
    inner = [name for name in names if is_moment(name)][1:]
    note += f"; {inner[0]!r:.40} in them is not used, as the time before it is" if inner else ""
    return Log(note, (), words, is_long=True, usual=topics.pop() if len(topics) == 1 else "")


def _split(line: str) -> tuple[str, dict[str, str]]:
    """Return what stands before the names and values of a line, and these."""
    line = line.strip()
    start = line.find("{")
    if start >= 0 and line.endswith("}") and (found := _object(line[start:])) is not None:
        return line[:start], found
    names = list(islice(_NAME.finditer(line), _MOST_NAMES))
    if not names:
        return line, {}
    ends = [*(name.start() for name in names[1:]), len(line)]
    pairs = {name[1]: _cell(line[name.end() : end]) for name, end in zip(names, ends, strict=True)}
    return line[: names[0].start()], {name: cell for name, cell in pairs.items() if cell}


def _words(lead: str) -> list[str]:
    """Return the words before the values of a line; where there is no blank, commas and semicolons are between them."""
    words = lead[:_LONGEST_LEAD].split()
    return _MARKS.split(words[0].rstrip(",;")) if len(words) == 1 else words


def _words_of_time(lead: str) -> int:
    """Return how many words at the begin of a line are a time, 0 for none."""
    words = _words(lead)
    for count in range(min(len(words), _LONGEST_TIME), 0, -1):
        time = " ".join(words[:count]).strip(_AROUND)
        if find_any_moment(time) is not None or clock_of(time) is not None or _EPOCH.fullmatch(time):
            return count
    return 0


def _object(text: str) -> dict[str, str] | None:
    """Return the values of a JSON object by their paths, None for any other text."""
    try:
        decoded = strict_json.loads(text)
    except PayloadError:
        return None
    return dict(islice(_flat(decoded, ""), _MOST_NAMES)) if isinstance(decoded, dict) else None


def _flat(item: object, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(item, Mapping | list) and depth < _DEEPEST:
        for key, raw in item.items() if isinstance(item, Mapping) else enumerate(item):
            yield from _flat(raw, f"{path}/{key}" if path else str(key), depth + 1)
    elif item is not None and not isinstance(item, Mapping | list):
        yield _cell(path), _cell(str(item).lower() if isinstance(item, bool) else str(item))


def _cell(text: str) -> str:
    """Return a text that can stand between two tabs."""
    return text.strip(_ENDS).strip('"').replace("\t", " ").replace("\r", " ").replace("\n", " ").replace('"', "'")


def _of_serial_monitor(lines: Sequence[str]) -> Log | None:
    """Return how to read lines that a terminal has dated: `[2024-01-02 03:04:05] 21.5,40`, `10:15:30.123 -> 21.5`."""
    found = [_STAMPED.match(line) for line in lines]
    rests = [match["rest"] for match in found if match is not None]
    first = found[:_FIRST]
    if min(len(rests) / len(lines), sum(map(_is_dated, filter(None, first))) / len(first)) < _MOST:
        return None
    mark = next((mark for mark in ";," if sum(mark in rest for rest in rests) >= _MOST * len(rests)), "\t")
    return Log("lines that a terminal has dated, read as a table", mark=mark)


def _stamp(match: re.Match[str]) -> str:
    return (match["inside"] or match["before"]).strip()


def _is_dated(match: re.Match[str]) -> bool:
    stamp = _stamp(match)
    is_time = find_any_moment(stamp) is not None or clock_of(stamp) is not None
    return is_time and _DIGIT.search(match["rest"]) is not None
