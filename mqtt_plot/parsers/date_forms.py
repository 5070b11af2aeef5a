"""Dates and times of day in any form, rewritten as those that `dates` reads: other languages, other marks, another order."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from mqtt_plot.parsers.dates import Moment, find_clock, find_moment

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
# Years, months and days in Chinese, Japanese and Korean, and the hours, minutes and seconds behind them.
_SIGNS = str.maketrans(
    {sign: mark for signs, mark in (("年月년월", "-"), ("日일秒초", " "), ("時时시分분", ":")) for sign in signs}
)
_DOTTED = re.compile(r"[ T](\d{1,2})\.(\d{2})\.(\d{2})(?![\d.])")
SHORT_CLOCK = re.compile(r"(?:([01]\d|2[0-3])([0-5]\d)|(24)(00))")  # hours and minutes
_PACKED = re.compile(r"(\d{2})([0-5]\d)([0-5]\d(?:[.,]\d+)?)")
# 24. 1. 2024, 24.1.2024. in Croatia, and with the letter for a year behind it in Bulgaria.
_SPACED_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:\.|\s?\u0433\.)?(?=\s|$)")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})(?= \d{1,2}:.*[AaPp]\.?\s?[Mm]\.?$)")
_HALVES_BEHIND = {
    "πμ": "AM",
    "μμ": "PM",
    "SA": "AM",
    "CH": "PM",
    " \u0635": " AM",
    " \u0645": " PM",
}  # of Greece, Vietnam, and in Arabic
_HOUR_MARK = re.compile(r"(?<![\d:])([01]?\d|2[0-4])\s?h\s?([0-5]\d)(?=\s*$)")  # 21h45 in French
_FORENOON = frozenset(("上午", "午前", "오전"))
_HALF_BEFORE = re.compile(r"(上午|下午|午前|午後|오전|오후)\s?(\d{1,2}:\d\d(?::\d\d)?)$")
_UNPADDED = re.compile(r"(?<![\d:])(\d{1,2}):(\d{1,2}):(\d{1,2})(?![\d:])")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_SPAN = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?)\s?[-\u2013]\s?\d{1,2}:\d\d(?::\d\d)?")  # which begins there
_ZULU = re.compile(r"(?<=:\d\d)(\.\d{1,9})?\s?Z$")
_POINTS = 2  # of a clock
_DIGITS_OF_A_DATE = 8
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
# Each behind a sign without which it need not be tried.
_REWRITTEN: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (sign, re.compile(pattern), form)
    for sign, pattern, form in (
        ("[", r"^\[(.*)\]$", r"\1"),
        ("/", r"^(\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}/\d{4})/(?=\d{1,2}:\d\d)", r"\1 "),
        ("/", r"^(\d{1,2})/(\d{1,2})-(\d{4})(?=\s|$)", r"\1.\2.\3"),  # Norwegian
        ("T", r"^(UTC|GMT)[:\s]\s?(?=\d)(.*)$", r"\2 \1"),
        ("[", r"(?<=[+-]\d{2}:\d{2}|.[+-]\d{4})\[[A-Za-z/_]+\]$", ""),
        (" ", r"(?<=\d)\s(\d\d)(\d\d)\s(UTC|GMT|Z)$", r" \1:\2 \3"),
        (":", r"(?<=\d\d)\s[-\u2013]\s(\d{1,2}:\d\d)", r" \1"),
        (":", r"(\d:\d\d(?::\d\d)?)\s?[-\u2013]\s?\d{1,2}:\d\d(?::\d\d)?$", r"\1"),
        (" ", r"(?i)\s(?:at|um|klo|kl\.?|à|a las)\s(?=\d)", " "),
        (" ", r"(?i)\s(?:uhr|h|hrs)\.?$", ""),
        (" ", r"(?<=:\d\d)\s[A-Z]{3,4}(?=[+-]\d\d:?\d\d$)", " "),  # CEST+0200
        (" ", r"(?<=:\d\d)\sDST$", ""),  # a clock in summer, of a zone that is not said
        (".", r"(?i)([ap])\.\s?m\.?$", r"\1m"),
        ("", r"(?i)\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1"),
        (":", r"^(\d{2}):(\d{2}):(\d{4})(?=\s|$)", r"\1/\2/\3"),
        (":", r"^(\d{4}):(\d{2}):(\d{2})(?=\s|$)", r"\1-\2-\3"),
        (".", r"^(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?(?=\s|$)", r"\1-\2-\3"),
        ("", r"^(\d{4})[_ ](\d{2})[_ ](\d{2})(?=[_ T]|$)", r"\1-\2-\3"),
        ("", r"^(\d{1,2})-?([A-Za-z]{3})-?(\d{4}|\d{2})(?:[:\s]|$)", r"\1 \2 \3 "),  # 13JAN2024:10:00
        ("", r"^(\d{4})[-/ ]([A-Za-z]{3,9})[-/ ](\d{1,2})(?!\d)", r"\3 \2 \1"),
        ("", r"^([A-Za-z]{3,9})[-/](\d{1,2})[-/](\d{4})(?!\d)", r"\2 \1 \3"),
        (
            "Q",
            r"^(?:Q(?P<quarter>[1-4])[-/ ]?(?P<year>\d{4})|(?P<of>\d{4})[-/ ]?Q(?P<number>[1-4]))$",
            _first_of_quarter,
        ),
        ("-", r"^(\d{4})-(\d{3})(?=[T ]|$)", _day_of_year),
        ("W", r"^(\d{4})-?W(\d{2})(?:-?([1-7]))?(?=[T ]|$)", _day_of_week),
        ("/", r"^(\d{1,2})/((?:19|20)\d\d)$", r"\2-\1-01"),
        ("/", r"^((?:19|20)\d\d)/(\d{1,2})$", r"\1-\2-01"),
        ("", r"^([A-Za-z]{3,9})[ -](\d{4})$", r"1 \1 \2"),
        ("-", r"^(\d{4}-\d\d-\d\d)[-T_ ](\d\d)[-_ ](\d\d)(?:[-_ ](\d\d))?$", _with_clock),
        (".", r"(?<=\d)(?:-|[T\s]\s?|,\s?)(\d{1,2})\.(\d{2})\.(\d{2}(?:\.\d{1,9})?)(?=\s?[AaPp]|$)", r" \1:\2:\3"),
        (".", r"(?<=\d)[T\s]\s?(\d{1,2})\.(\d{2})(?=\s?[AaPp]|$)", r" \1:\2"),
        ("", r"(?i)(?<=\d)()[T\s]\s?(\d{1,2})\s?h\s?(\d{2})?(?:\s?(?:min|m)?\s?(\d{2})\s?s?)?$", _with_clock),
        ("", r"(?i)(?<=\d)[T\s]\s?(\d{1,2})(\s?[ap]m)$", r" \1:00\2"),
        ("", r"^(\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{4})[T\s](\d\d)$", r"\1 \2:00"),
        (":", rf"^({_CLOCK})[,\s]\s?([\dA-Z].*)$", r"\2 \1"),
    )
)


def find_any_moment(text: str) -> Moment | None:
    """Return the date, and time of day if there is one, that a text of any known form is; None for any other text."""
    text = _western(text)
    moment = find_moment(_DOTTED.sub(r" \1:\2:\3", text) if "." in text else text) or _packed_moment(text)
    if moment is None and (other := _usual(text)):
        moment = find_moment(other)
    return moment


def packed_clock(text: str) -> float | None:
    """Return the seconds of the day that six digits are, with or without a fraction (143025.500); None for any other."""
    packed = _PACKED.fullmatch(text.strip())
    return find_clock(f"{packed[1]}:{packed[2]}:{packed[3]}") if packed else None


def clock_of(text: str) -> float | None:
    """Return the seconds of the day that a cell is, also with points (18.00.00) or in East Asian signs; None for any other."""
    if not text.isascii():
        text = text.translate(_SIGNS).strip(" :")
    elif ":" not in text and text.count(".") != _POINTS and "h" not in text:
        return None  # as most cells
    if "h" in text:
        text = _HOUR_MARK.sub(r"\1:\2", text)
    text = _ZULU.sub(r"\1", text.removesuffix(" Uhr"))
    if (span := _SPAN.fullmatch(text.strip())) is not None:
        text = span[1]
    if ":" in text:
        return find_clock(_UNPADDED.sub(_padded, text))
    text = text.strip()
    return find_clock(text.replace(".", ":")) if text.count(".") == _POINTS and _DOTTED.fullmatch(f" {text}") else None


def _western(text: str) -> str:
    """Return a date in East Asian signs with marks (2021年1月5日 is 2021-1-5); any other as it is, a mere month with its first day.

    A clock whose parts have one digit (7:5:9) gets two of each.
    """
    if (spaced := _SPACED_DATE.match(text)) is not None:
        text = f"{spaced[1]}.{spaced[2]}.{spaced[3]}{text[spaced.end() :]}"
    if text[-1:] in "Mm." and (
        dotted := _DOTTED_DATE.match(text)
    ):  # points before AM and PM, where the month may be first
        text = f"{dotted[1]}/{dotted[2]}/{dotted[3]}{text[dotted.end() :]}"
    if "h" in text:
        text = _HOUR_MARK.sub(r"\1:\2", text)
    if text[-2:] in _HALVES_BEHIND:
        text = f"{text[:-2]}{_HALVES_BEHIND[text[-2:]]}"
    if (half := _HALF_BEFORE.search(text)) is not None:
        text = f"{text[: half.start()]}{half[2]} {'AM' if half[1] in _FORENOON else 'PM'}"
    if ":" in text:
        text = _UNPADDED.sub(_padded, text)
    if any(sign in text for sign in "年년時时시"):
        text = re.sub(r"-\s+", "-", text.translate(_SIGNS)).strip().rstrip(":-")
    return f"{text}-01" if _MONTH.fullmatch(text) else text


def _padded(clock: re.Match[str]) -> str:
    return ":".join(part.zfill(2) for part in clock.groups())


def _packed_moment(text: str) -> Moment | None:
    """Return a date with a clock of six or four digits behind it, as GPS receivers and loggers write; None for any other."""
    date, _, clock = text.rpartition(" ")
    short = SHORT_CLOCK.fullmatch(clock) if date else None
    if short is not None:
        if date.isdecimal() and len(date) == _DIGITS_OF_A_DATE:
            date = f"{date[:4]}-{date[4:6]}-{date[6:]}"
        return find_moment(f"{date} {short[1] or short[3]}:{short[2] or short[4]}")
    if date.isdecimal() and len(date) == _DIGITS_OF_A_DATE and ":" in clock:
        return find_moment(f"{date[:4]}-{date[4:6]}-{date[6:]} {clock}")
    packed = _PACKED.fullmatch(clock) if date else None
    return find_moment(f"{date} {packed[1]}:{packed[2]}:{packed[3]}") if packed else None


def _usual(text: str) -> str:
    """Return a text of an unusual form in a usual one; "" for one that can be no date."""
    if len(text) > _LONGEST or not _COULD_BE.fullmatch(text):
        return ""
    text = " ".join(text.split())
    text = _EASTERN_HALF.sub(lambda found: f"{found[2]} {_HALVES[found[1]]}", text)
    text = _WEEKDAY.sub("", text)
    text = _WORD.sub(_in_english, text)
    for sign, pattern, form in _REWRITTEN:
        if sign in text:
            text = pattern.sub(form, text)
    return text.strip()


def _in_english(found: re.Match[str]) -> str:
    word = found[0].rstrip(".").lower()
    month = _LONGER.get(word[:4]) or _MONTHS.get(word[:3])
    return month or (found[0].rstrip(".") if word[:3].title() in _ENGLISH else found[0])
