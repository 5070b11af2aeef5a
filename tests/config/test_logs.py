"""The limit on repeated log lines."""

import io
import logging

from mqtt_plot.config.logs import BURST, LINE_SECONDS, MAX_KINDS, RepeatFilter, held_back


class Log:
    """A logger of one test; `lines` are those that pass the filter, `now` is its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self._filter = RepeatFilter(lambda: self.now)

    def write(self, words: str, *arguments: object, name: str = "x", level: int = logging.WARNING) -> None:
        record = logging.LogRecord(name, level, "", 0, words, arguments, None)
        if self._filter.filter(record):
            self.lines.append(record.getMessage())


def test_repeats_are_held_back_and_told() -> None:
    """A burst passes, then a line now and then, which tells how many did not; after a calm time a burst passes again."""
    log = Log()
    for number in range(1000):
        log.write("refused %d", number)
    assert len(log.lines) == BURST
    log.now = LINE_SECONDS
    for number in range(1000, 1010):
        log.write("refused %d", number)
    assert log.lines[BURST:] == ["refused 1000 (and 980 more such lines, held back)"]
    log.now += BURST * LINE_SECONDS
    for number in range(2000, 2100):
        log.write("refused %d", number)
    assert log.lines[BURST + 1 :][:2] == ["refused 2000 (and 9 more such lines, held back)", "refused 2001"]
    assert len(log.lines) == 2 * BURST + 1


def test_what_is_held_back_is_counted() -> None:
    """The count is that of the handlers of the whole process."""
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    before = held_back()
    root.addHandler(handler)
    try:
        for number in range(BURST + 7):
            logging.getLogger("x").warning("refused %d", number)
        assert held_back() - before == 7
    finally:
        root.removeHandler(handler)


def test_other_lines_pass_meanwhile() -> None:
    """Other words, another logger and another level are other kinds."""
    log = Log()
    for _ in range(BURST + 5):
        log.write("refused")
    log.write("broker lost")
    log.write("refused", name="y")
    log.write("refused", level=logging.ERROR)
    assert log.lines[BURST:] == ["broker lost", "refused", "refused"]


def test_the_table_of_kinds_is_bounded() -> None:
    """Lines with ever other words do not grow it."""
    log = Log()
    for number in range(3 * MAX_KINDS):
        log.write(f"words {number}")
    assert len(log._filter._kinds) == MAX_KINDS
