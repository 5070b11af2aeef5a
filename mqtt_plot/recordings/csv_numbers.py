"""How numbers are written in a CSV file: its decimal mark and that between thousands, found out from all cells together. Knows no columns."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.bare_text import MINUS, split_unit
from mqtt_plot.parsers.values import text_to_value
from mqtt_plot.samples import TwoState

# Spreadsheets run a cell with one of these first as a formula; exports put an apostrophe before it.
_DEFUSED = ("'=", "'+", "'-", "'@")
_DEFUSERS = frozenset({"'", MINUS})
_DECIMALS = {mark: re.compile(rf"[+-]?\d*{re.escape(mark)}\d+(?:[eE][+-]?\d+)?") for mark in ",."}
_WITH_POINT = re.compile(r"[+-]?\d*\.(?:\d\d?|\d{4,})")  # of most numbers; three digits may be a group
_GROUPS = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",.' "}
_SIGNS = frozenset("+-")
_MEASURED = re.compile(r"([+-]?\d[\d.,' \u00a0\u202f]{0,30}\d)[ \u00a0\u202f]?[^\s\d.,]{1,8}$")  # with its unit
_ENDS = ("-", ":")  # a minus behind as SAP writes, a colon behind a time as rrdtool
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_HEX, _HEX_NUMBER = ("0x", "0X"), re.compile(r"0[xX][0-9A-Fa-f]{1,13}")
_MONEY = frozenset("($€£")  # as accounts have them: (12.50) is below nought
_OF_ACCOUNTS = re.compile(r"\(?[$€£]?\s?(-?\d[\d.,' ]*)\)?")
_LEAST_HEXADECIMAL = 2
_PREFIXES = {"": 0, "m": -3, "µ": -6, "μ": -6, "u": -6, "n": -9, "k": 3, "M": 6, "G": 9, "T": 12}
_BLANKS = "\u00a0\u202f\u2009"  # no-break ones, as French spreadsheets write them


class Marks(NamedTuple):
    """The decimal mark, a point or a comma, and the mark between thousands ("": none).

    `doubt` is a cell where nothing else in the file tells which of both its mark is, "" where all is clear.
    """

    decimal: str = "."
    thousands: str = ""
    doubt: str = ""

    def plain(self, cell: str) -> str:
        """Return a cell as Python writes its number; any other cell stays as it is, but for what defused it."""
        text = cell.strip()
        if text[:1] in _DEFUSERS:
            text = undefused(text)
        if (
            text[:1] in _MONEY
            and (money := _OF_ACCOUNTS.fullmatch(text)) is not None
            and (text[0] != "(") == (text[-1] != ")")
        ):
            text = f"-{money[1]}" if text[0] == "(" else money[1]
        if text[:1] in _SIGNS and text[1:2] == " ":
            text = text[0] + text[1:].lstrip()  # as Graphtec writes it
        if text[:2] in _HEX and _HEX_NUMBER.fullmatch(text):
            return str(int(text, 16))
        if text[-1:] in _ENDS and text[:1].isdecimal():
            text = f"-{text[:-1]}" if text[-1] == "-" else text[:-1]
        if self.thousands:
            text = self._without_groups(text)
        return text.replace(",", ".", 1) if self.decimal == "," and "," in text and "." not in text else text

    def _without_groups(self, text: str) -> str:
        if self.thousands == " ":
            for blank in _BLANKS:
                text = text.replace(blank, " ")
        whole, mark, fraction = text.partition(self.decimal)
        if (
            not mark
            and not whole[-1:].isdecimal()
            and split_unit(bare := whole.replace(self.thousands, "")) is not None
        ):
            return bare  # 1,355 W
        return whole.replace(self.thousands, "") + mark + fraction if _GROUPS[self.thousands].fullmatch(whole) else text


def find_marks(cells: Iterable[str], delimiter: str) -> Marks:
    """Return the marks of a file from its cells. What only a group of three digits tells is decided by the delimiter, and is a doubt.

    Where commas split the cells, 4,120 in quotes is four thousand; where they do not, it is four and a bit, as in the countries that split by
    semicolons because their decimal mark is the comma.
    """
    decimals, groups, either = Counter[str](), Counter[str](), dict[str, str]()
    for text, count in Counter(map(str.strip, cells)).items():
        if not text or text.isdecimal():  # most cells show none
            continue
        if _WITH_POINT.fullmatch(text):
            decimals["."] += count
            continue
        decimal, group, is_either = _marks_in(undefused(text))
        if is_either:
            either.setdefault(decimal, text)
        else:
            decimals[decimal] += count
            groups[group] += count
    are_known = bool(decimals[","] or decimals["."] or groups[","] or groups["."])
    if not are_known and either:
        mark, doubt = next(iter(either.items()))
        doubt = doubt if (delimiter, mark) != (",", ".") else ""
        if len(either) > 1:
            mark, rest = (",", ".") if delimiter == "," else (".", ",")
            return Marks(rest, mark, "" if delimiter == "," else either[mark])
        other = " " if groups[" "] else "'" if groups["'"] else ""
        return Marks(".", mark, doubt) if mark == delimiter else Marks(mark, other, doubt)
    is_comma = decimals[","] > decimals["."] or (decimals[","] == decimals["."] and groups["."] > groups[","])
    decimal, others = (",", ".' ") if is_comma else (".", ",' ")
    return Marks(decimal, next((mark for mark in others if groups[mark] or mark in either), ""))


def _marks_in(cell: str) -> tuple[str, str, bool]:
    """Return the decimal mark and that between thousands which a cell shows, each "" where it shows none.

    True where its only mark may be either, as three digits follow it; it then comes first.
    """
    if cell and not cell[-1].isdecimal() and (measured := _MEASURED.match(cell)) is not None:
        cell = measured[1]
    if not cell or not cell[-1].isdecimal():
        return "", "", False
    decimal, other = (".", ",") if cell.rfind(".") > cell.rfind(",") else (",", ".")
    whole, mark, _ = cell.rpartition(decimal)
    if mark and other in whole and _GROUPS[other].fullmatch(whole):
        return decimal, other, False  # both in one number: the last is the decimal one
    if mark and _GROUPS[mark].fullmatch(cell):
        return ("", mark, False) if cell.count(mark) > 1 else (mark, "", True)
    if mark and _DECIMALS[mark].fullmatch(cell):
        return mark, "", False
    whole = _one_blank(cell.partition(".")[0].partition(",")[0])
    group = next((other for other in "' " if _GROUPS[other].fullmatch(whole)), "")
    return decimal if mark and group else "", group, False


def _one_blank(text: str) -> str:
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    return text


def undefused(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it as a formula, and with a minus as Python has it."""
    if cell[:1] == MINUS:
        return f"-{cell[1:]}"
    return cell[1:] if cell.startswith(_DEFUSED) else cell


# Finding a layout asks for each cell several times, and forgets them when that is done.
@lru_cache(maxsize=4096)
def number_in(cell: str) -> float | None:
    """Return the finite number that a cell is, with a decimal point; None for any other."""
    try:
        value = text_to_value(cell)
    except PayloadError:
        return None
    return value if type(value) is float and math.isfinite(value) else None


def number_of(cell: str, unit: str) -> float | None:
    """Return the finite number of a cell that has the unit of its column behind it (`21.5 °C`) or a multiple of it (`1.02 kW`), else None."""
    split = split_unit(cell)
    if split is None or not math.isfinite(split[0]):
        return None
    number, own = split
    if own == unit:
        return number
    exponent = _exponent(own, unit)
    if exponent is None:
        return None
    text = repr(number)
    return number * 10.0**exponent if "e" in text else float(f"{text}e{exponent}")


@lru_cache(maxsize=64)
def _exponent(own: str, unit: str) -> int | None:
    """Return by which power of ten a unit is more than that of its column, as their prefixes say; None where they are no multiples."""
    base = own if unit.endswith(own) else unit
    more, less = (_PREFIXES.get(text.removesuffix(base)) if text.endswith(base) else None for text in (own, unit))
    return None if not base or base[0].islower() or more is None or less is None else more - less


def is_number_or_gap(cell: str, *, is_strict: bool = False) -> bool:
    """Tell whether a cell is a number or says that there is none; unless `is_strict`, also whether it is one of two states (on, false)."""
    try:
        value = text_to_value(cell)
    except PayloadError:
        return False
    return type(value) is float or (isinstance(value, bool | TwoState) and not is_strict)


def are_hexadecimal(cells: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Tell whether cells are equally many digits of which some are letters, in this column or in one of the `others` like it."""
    length = _digits(cells)
    if length < _LEAST_HEXADECIMAL:
        return False
    if any(number_in(cell.strip()) is None for cell in cells if cell.strip()):
        return True
    return any(cell.startswith("0") for cell in cells) and any(
        _digits(column) == length and any(number_in(cell.strip()) is None for cell in column if cell.strip())
        for column in others
    )


def _digits(cells: Sequence[str]) -> int:
    """Return how many hexadecimal digits each cell is, 0 where they differ or hold anything else."""
    lengths = {len(cell.strip()) if _HEXADECIMAL.fullmatch(cell.strip()) else 0 for cell in cells if cell.strip()}
    return lengths.pop() if len(lengths) == 1 else 0
