"""The units of the columns of a CSV file: behind their names, or in a row of their own. Knows no data."""

import re
from collections import Counter
from collections.abc import Sequence

from mqtt_plot.parsers.values import words
from mqtt_plot.recordings.csv_numbers import is_number_or_gap
from mqtt_plot.recordings.csv_time import divisor_of
from mqtt_plot.samples import MAX_UNIT_LENGTH

_UNIT_IN_NAME = re.compile(
    rf"[\[(]([^\[\]()]{{1,{MAX_UNIT_LENGTH}}})[\])]\s*$|\[([^\[\]()]{{1,{MAX_UNIT_LENGTH}}})\]\s"
)
# What a row begins with that has the units of the columns behind it: Y_Unit_Label of LabVIEW, Vertical Units of oscilloscopes.
_UNIT_LABEL = re.compile(r"(?i)#?\s*(?:(?:y|vertical|channel)[ _])?units?(?:[ _]?(?:label|names?))?|einheit(?:en)?")
_NO_UNIT = frozenset(
    {
        "*",
        "n/a",
        "ts",
        "rn",
        "unitless",
        "na",
        "#",
        "-",
        "--",
        "none",
        "ident",
        "enum",
        "bool",
        "s/n",
        "no.",
        "no",
        "nr.",
    }
)
# What stands in a row of units beside units: what a logger did with the samples, and what it calls its own columns.
_UNIT_WORDS = frozenset(
    words(
        "ts rn smp avg min max std tot sample volts volt ampere amp amps deg degc degf c f k second seconds sec day "
        "days hours h bar bars rpm percent % v a w hz kw kwh wh mv ma ms us s m mm kpa pa l/min l/s m3/h sm3/day degc "
        "°c °f uv ua na kv va var mw hpa m3 m2 kg psi ntu lux dbm db mg/l cm km mbar inhg mph kvar us/cm "
        "ω kω mω degrees degree deg g gauss tesla ohm ohms percent counts hertz seconds pascal celsius kelvin none bool int real - "
        "mmhg ppm ppb vdc vac adc aac nm kn klx lx 1/min min-1 s-1 psig psia gpm cfm kwhr kvarh kvah varh mva mvar mwh gwh ah mah ml nmol mol "
        "cps cpm bpm mgal dbuv dbmv kgf lbf knots kts inh2o mmh2o"
    )
)
# Units that a name may end with as a word; those of one letter only where another name ends with one of these.
_UNITS_BEHIND = frozenset(
    words(
        "kwh wh mwh kw mw kva kvar °c °f ℃ hpa mbar kpa mpa ppm ppb bq/m3 bq/m³ lux rpm mv ma hz khz l/min l/h m3/h m³/h "
        "km/h m/s w/m2 w/m² µg/m3 µg/m³ ug/m3 mm/h %"
    )
)
_OF_A_NODE = re.compile(r"[VIPQ][a-z]?\(([A-Za-z]\w*(?:,\w+)?)\)")
_LETTERS_BEHIND = frozenset(words("w v a"))
# What loggers did with the samples between two rows (TOA5).
_AGGREGATIONS = frozenset(words("smp avg min max std tot sample average wvc tmn tmx med ts rn"))
_COMPOSED = re.compile(
    r"[^\W\d]{1,5}[²³23]?(?:/[^\W\d]{1,5}(?:\^?-?[²³1234])?){1,2}|deg ?[cfk]|o[cf]|W/m\^?2"
)  # m/s, mg/m^3
_SHORT, _SIGNS_OF_UNITS = 8, frozenset("%°µμΩω²³")  # which no short name has
_TYPES = frozenset(
    words(
        "date datetime d b i s f i2 i4 i8 f4 f8 float double int integer long string bool boolean real bit word dword real32 real64 "
        "int8 int16 int32 uint8 uint16 uint32 ss16 ss32 us16 us32 flt analog digital discrete counter "
        "binary enum text"
    )
)
_WIDTH_AND_KIND = re.compile(r"\d{1,3}[sdn]")  # 20d: of a column in an RDB file
_OF_TIME = re.compile(
    r"(?i)#?(?:y+|year|jahr|m{1,2}|month|mon|mo|d{1,2}|day|h{1,2}|hour|hr|min|minute|date|datum|time|zeit|fecha|hora)"
)
_UNIT_FORM = re.compile(r"[\[(]?[^\W\d_%°µ]{0,5}[%°µΩ²³]?[^\W\d_]{0,4}(?:/[^\W\d_]{1,5}[²³23]?)?[\])]?")
# How a date is written, as the unit of one: dd.mm.yyyy hh:mm:ss.
_DATE_FORM = re.compile(r"(?=.*(?:dd|yy|hh))[dmyhstjaf:./ -]{5,30}")


def is_row_of_units(row: Sequence[str]) -> bool:
    """Tell whether most cells of a row are units, or what loggers write there."""
    full = [cell.strip() for cell in row if cell.strip()]
    units = [cell for cell in full if is_unit(cell)]
    return len(full) > 1 and 5 * len(units) >= 4 * len(full)


def is_row_of_types(row: Sequence[str]) -> bool:
    """Tell whether all cells of a row are types of values, as some programs write below the names."""
    full = [cell.strip().lower() for cell in row if cell.strip()]
    return len(full) > 1 and (all(cell in _TYPES for cell in full) or all(map(_WIDTH_AND_KIND.fullmatch, full)))


def is_unit(cell: str) -> bool:
    """Tell whether a cell is a unit, or what loggers write beside one."""
    text = cell.strip("()[] ").lower()
    return (
        text in _UNIT_WORDS
        or divisor_of(text) is not None
        or _COMPOSED.fullmatch(text) is not None
        or (len(text) <= _SHORT and not _SIGNS_OF_UNITS.isdisjoint(text))
        or _DATE_FORM.fullmatch(text) is not None
        or (cell[:1] in "([" and cell[-1:] in ")]" and _UNIT_FORM.fullmatch(cell) is not None)
    )


def find_units(names: Sequence[str], others: Sequence[Sequence[str]], *, is_aligned: bool = False) -> list[str]:
    """Return the units of columns: from their names, else from a row of units among the `others` above the data.

    Where columns are `is_aligned` by blanks, a unit that is not there leaves no cell: those of the first columns, which are times, are missing.
    """
    if is_aligned:
        times = next((place for place, name in enumerate(names) if not _OF_TIME.fullmatch(name)), len(names))
        missing = [len(names) - len(row) for row in others]
        others = [[""] * count + list(row) for count, row in zip(missing, others, strict=True) if count in (0, times)]
    own_rows = [row for row in others if row and row[0].strip() == "TS"]  # of a Campbell logger
    rows = own_rows or [row for row in others if is_row_of_units(row) or _is_row_with_a_unit_of_time(row, len(names))]
    rows = [row for row in rows if not _is_row_of_aggregations(row)]
    first = [""] if len(names) > 1 else []
    rows += [
        [*first, *row[1:]] for row in others if len(row) > 1 and _UNIT_LABEL.fullmatch(row[0].rstrip(" :=").strip())
    ]
    units = list[str]()
    for place, name in enumerate(names):
        own = None if _is_of_a_node(name) else _UNIT_IN_NAME.search(name)
        own = None if own and (own[1] or own[2]).strip().isdecimal() else own
        found = (
            (own[1] or own[2]).strip()
            if own
            else next((row[place].strip("()[] ") for row in rows if place < len(row) and row[place].strip()), "")
        )
        found = found.partition(", ")[0].removeprefix(f"{name}:")  # (°C, indoors), CH1:V
        is_one = (
            not found.isdecimal()
            and len(found) <= MAX_UNIT_LENGTH
            and found.isprintable()
            and found.lower() not in _NO_UNIT
        )
        units.append(found if is_one else "")
    return [unit or last for unit, last in zip(units, _last_units(names), strict=True)]


def units_beside(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the units of columns without names, of which each number has its unit in the cell behind it: `0.1056, s, 24.1, degC`."""
    cells = [{row[place].strip() for row in rows if place < len(row)} for place in range(width)]
    behind = [next(iter(held)) if len(held) == 1 else "" for held in cells[1:]]
    return [unit if unit[:1].isalpha() and is_unit(unit) else "" for unit in [*behind, ""]]


def _is_row_of_aggregations(row: Sequence[str]) -> bool:
    """Tell whether all cells of a row say what a logger did with the samples between two rows."""
    return all(cell.strip().lower() in _AGGREGATIONS for cell in row if cell.strip())


def _is_of_a_node(name: str) -> bool:
    """Tell whether what stands in brackets behind a letter is no unit, but where it was measured: V(out), I(R1)."""
    found = _OF_A_NODE.fullmatch(name)
    return found is not None and not is_unit(found[1]) and found[1].lower() not in _UNITS_BEHIND


def _last_units(names: Sequence[str]) -> list[str]:
    """Return the units that names end with as a word (`Import T1 kWh`), "" for the others."""
    last = [name.split()[-1] if " " in name else "" for name in names]
    known = [
        word.lower() in _UNITS_BEHIND or name.split()[-2:-1] == ["in"] for name, word in zip(names, last, strict=True)
    ]
    # Phase A and Phase B are no amperes.
    bases = Counter(name[: -len(word)] for name, word in zip(names, last, strict=True) if len(word) == 1)
    return [
        word if is_known or (any(known) and word.lower() in _LETTERS_BEHIND and bases[name[: -len(word)]] == 1) else ""
        for name, word, is_known in zip(names, last, known, strict=True)
    ]


def _is_row_with_a_unit_of_time(row: Sequence[str], width: int) -> bool:
    """Tell whether a row as wide as the names has no number, but the unit of a time or the form of a date: then all of it are units."""
    full = [cell.strip() for cell in row if cell.strip()]
    if (
        not width <= 2 * len(row) <= 2 * width + 2
        or 2 * len(full) < width
        or any(is_number_or_gap(cell, is_strict=True) and cell.lower() not in _NO_UNIT for cell in full)
    ):
        return False
    of_time = sum(divisor_of(cell) is not None or _DATE_FORM.fullmatch(cell.lower()) is not None for cell in full)
    return of_time > 0 and sum(map(is_unit, full)) > 1
