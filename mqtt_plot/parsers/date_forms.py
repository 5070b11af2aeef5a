"""Unusual forms of dates and times of day, rewritten as those that `dates` reads: other languages, other marks, another order. Pure text."""

import re
from collections.abc import Callable
from datetime import date, timedelta

_LONGEST = 48
# What a date can be made of: digits of a day and a year at the least.
_COULD_BE = re.compile(r"(?=(?:\D*\d){3})[^;=%{}<>]*")
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The first letters of months by their place in the year, in Danish, Dutch, French, Italian, Norwegian, Polish, Portuguese, Spanish, Swedish.
_MONTHS = {
    letters: _ENGLISH[place]
    for place, row in enumerate(
        (
            "ene gen sty",
            "fév fev lut",
            "mrt maa mrz mär",
            "avr abr kwi",
            "mai mag mei maj may",
            "giu cze",
            "lug lip",
            "aoû aou ago sie",
            "set wrz",
            "okt out ott paź",
            "",
            "dez dic déc des gru",
        )
    )
    for letters in row.split()
}
_LONGER = {"juin": "Jun", "juil": "Jul"}
_WORD = re.compile(r"[^\W\d_]{3,12}\.?")
_WEEKDAY = re.compile(
    r"(?i)^(?:mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo|lun|mar|mer|jeu|jue|gio|ven|vie|sam|sab|sáb|dim|dom|mon|tue|wed|thu|fri|sat|sun|mié)"
    r"[a-zé]{0,9}\.?,?\s+(?=\d{1,2}\D|\d{4}\D\d)"
)
_HALVES = {"上午": "AM", "下午": "PM", "오전": "AM", "오후": "PM", "午前": "AM", "午後": "PM"}
_EASTERN_HALF = re.compile(rf"({'|'.join(_HALVES)})\s?([\d:.]+)")


def _first_of_quarter(found: re.Match[str]) -> str:
    return f"{found['year'] or found['of']}-{int(found['quarter'] or found['number']) * 3 - 2:02}-01"


def _day_of_year(found: re.Match[str]) -> str:
    year, days = int(found[1]), int(found[2])
    if not year or not 0 < days <= 366:  # noqa: PLR2004 - days of a year
        return found[0]
    day = date(year, 1, 1) + timedelta(days=days - 1)
    return day.isoformat() if day.year == year else found[0]


def _day_of_week(found: re.Match[str]) -> str:
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1)).isoformat()
    except ValueError:
        return found[0]


def _with_clock(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2]}:{found[3] or '00'}:{found[4] or '00'}"


_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\.?)?"
_REWRITTEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"^\[(.*)\]$", r"\1"),
        (r"(?<=[+-]\d{2}:\d{2}|.[+-]\d{4})\[[A-Za-z/_]+\]$", ""),
        (r"(?<=\d)\s(\d\d)(\d\d)\s(UTC|GMT|Z)$", r" \1:\2 \3"),
        (r"(?<=\d\d)\s[-\u2013]\s(\d{1,2}:\d\d)", r" \1"),
        (r"(\d:\d\d(?::\d\d)?)\s?[-\u2013]\s?\d{1,2}:\d\d(?::\d\d)?$", r"\1"),
        (r"(?i)\s(?:at|um|klo|kl\.?|à|a las)\s(?=\d)", " "),
        (r"(?i)\s(?:uhr|h|hrs)\.?$", ""),
        (r"(?i)([ap])\.\s?m\.?$", r"\1m"),
        (r"(?i)\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1"),
        (r"^(\d{2}):(\d{2}):(\d{4})(?=\s|$)", r"\1/\2/\3"),
        (r"^(\d{4}):(\d{2}):(\d{2})(?=\s|$)", r"\1-\2-\3"),
        (r"^(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?(?=\s|$)", r"\1-\2-\3"),
        (r"^(\d{4})[_ ](\d{2})[_ ](\d{2})(?=[_ T]|$)", r"\1-\2-\3"),
        (r"^(\d{1,2})-?([A-Za-z]{3})-?(\d{4}|\d{2})(?:[:\s]|$)", r"\1 \2 \3 "),  # 13JAN2024:10:00
        (r"^(\d{4})[-/ ]([A-Za-z]{3,9})[-/ ](\d{1,2})(?!\d)", r"\3 \2 \1"),
        (r"^([A-Za-z]{3,9})[-/](\d{1,2})[-/](\d{4})(?!\d)", r"\2 \1 \3"),
        (r"^(?:Q(?P<quarter>[1-4])[-/ ]?(?P<year>\d{4})|(?P<of>\d{4})[-/ ]?Q(?P<number>[1-4]))$", _first_of_quarter),
        (r"^(\d{4})-(\d{3})(?=[T ]|$)", _day_of_year),
        (r"^(\d{4})-?W(\d{2})(?:-?([1-7]))?(?=[T ]|$)", _day_of_week),
        (r"^(\d{1,2})/((?:19|20)\d\d)$", r"\2-\1-01"),
        (r"^((?:19|20)\d\d)/(\d{1,2})$", r"\1-\2-01"),
        (r"^([A-Za-z]{3,9})[ -](\d{4})$", r"1 \1 \2"),
        (r"^(\d{4}-\d\d-\d\d)[-T_ ](\d\d)[-_ ](\d\d)(?:[-_ ](\d\d))?$", _with_clock),
        (r"(?<=\d)(?:-|[T\s]\s?|,\s?)(\d{1,2})\.(\d{2})\.(\d{2}(?:\.\d{1,9})?)(?=\s?[AaPp]|$)", r" \1:\2:\3"),
        (r"(?<=\d)[T\s]\s?(\d{1,2})\.(\d{2})(?=\s?[AaPp]|$)", r" \1:\2"),
        (r"(?i)(?<=\d)()[T\s]\s?(\d{1,2})\s?h\s?(\d{2})?(?:\s?(?:min|m)?\s?(\d{2})\s?s?)?$", _with_clock),
        (r"(?i)(?<=\d)[T\s]\s?(\d{1,2})(\s?[ap]m)$", r" \1:00\2"),
        (r"^(\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{4})[T\s](\d\d)$", r"\1 \2:00"),
        (rf"^({_CLOCK})[,\s]\s?([\dA-Z].*)$", r"\2 \1"),
    )
)


def usual(text: str) -> str:
    """Return a text of an unusual form in a usual one; "" for one that can be no date."""
    if len(text) > _LONGEST or not _COULD_BE.fullmatch(text):
        return ""
    text = " ".join(text.split())
    text = _EASTERN_HALF.sub(lambda found: f"{found[2]} {_HALVES[found[1]]}", text)
    text = _WEEKDAY.sub("", text)
    text = _WORD.sub(_in_english, text)
    for pattern, form in _REWRITTEN:
        text = pattern.sub(form, text)
    return text.strip()


def _in_english(found: re.Match[str]) -> str:
    word = found[0].rstrip(".").lower()
    month = _LONGER.get(word[:4]) or _MONTHS.get(word[:3])
    return month or (found[0].rstrip(".") if word[:3].title() in _ENGLISH else found[0])
