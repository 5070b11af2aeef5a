"""In which encoding a CSV file is, where it is not UTF-8: found from how its bytes above ASCII follow each other.

Letters of western Europe stand alone among ASCII (as a degree before its C). In Chinese, Japanese, Korean and Cyrillic texts they come in
runs. Which of those it is can only be guessed, so the guess is told.
"""

import re

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 256 * 1024
_ENOUGH = 4 * 1024  # bytes of lines that are not ASCII
_FILLED = re.compile(rb"\x00+(?=[,;\t\r\n\x20])")
_PAIR = re.compile(rb"[\x80-\xff]{2}")
_RUNS = re.compile(rb"[\x80-\xff][\x40-\x7e\x80-\xff]*[\x80-\xff]+|[\x80-\xff]")
_LONG = 4  # bytes of a run that are hardly letters of western Europe
_MOST = 0.6
# Lead bytes of most characters in use: Shift-JIS has kana and kanji from 0x82 to 0x9f, which GBK and EUC hardly use; hangul lies below 0xc9.
_SHIFT_JIS_LEADS = range(0x82, 0xA0)
_HANGUL_LEADS = range(0xB0, 0xC9)
# ÇÖÜçöü, and ĞİŞğış, which are ÐÝÞðýþ in western Europe.
_ICELANDIC_TOO = frozenset(b"\xd0\xdd\xde\xf0\xfd\xfe")
_TURKISH = frozenset(b"\xc7\xd6\xdc\xe7\xf6\xfc") | _ICELANDIC_TOO
# Letters of Czech, Slovak and Polish: ý, and what Windows-1252 reads as ³, ¹, ì and È within or before letters.
_CENTRAL = re.compile(
    rb"\xfd|[a-z]{2}[\xb3\xb9][a-z]|\xec[a-z\xf8\xbe]|\xf9[a-z]|(?<![A-Za-z\x80-\xff])(?:\xc8[a-z]|\xe8[a-z][a-z\x9a\x9e])|"
    rb"\xf5(?=[^\n]*[\xe1\xe9\xed\xf3])(?!e)"
)
_ICELANDIC = frozenset(b"\xf0\xfe\xd0\xde")
_GREEK = re.compile(rb"[\xe1-\xfe][\xdc-\xdf][\xe1-\xfe]")  # an accent within a word, where Cyrillic has capitals
# Letters of Windows-1252 of which those of Windows-1250 at the same places are more frequent: È and Č, ù and ů.
_RARE = frozenset(b"\xc8\xe8\xf9\xd9\xf5\xd5\xfb\xdb\xec\xcc\xf2\xd2\xef\xcf\xbf\xb9\xb3\x9c\x9f\xa5\xa3\xaf")
_SIGNS = frozenset("\xa0°²³µ·".encode("cp1252"))
_CYRILLIC = range(0xC0, 0x100)
# Dates with a sign behind each part, which stand alone among digits: 2024年1月13日.
_HALVES = {
    encoding: re.compile(rb"\d ?(?:" + b"|".join(half.encode(encoding) for half in halves) + rb") ?\d{1,2}:\d\d")
    for encoding, halves in (
        ("big5", ("上午", "下午")),
        ("gb18030", ("上午", "下午")),
        ("cp932", ("午前", "午後")),
        ("euc_kr", ("오전", "오후")),
    )
}
_DATES = {
    encoding: re.compile(rb" ?\d{1,4}".join([b"", *(sign.encode(encoding) for sign in signs)]))
    for encoding, signs in (("cp932", "年月日"), ("gb18030", "年月日"), ("euc_kr", "년월일"))
}


def to_utf8(text: bytes) -> bytes:
    """Return a text as UTF-8 where it is in UTF-16 or in another encoding that `guessed` knows; any other as it is.

    Lines that end in a carriage return alone get the usual end, and cells that are filled with zero bytes lose them.
    """
    text = _decoded(text)
    if b"\x00" in text:
        text = _FILLED.sub(b"", text)
    return text.replace(b"\r", b"\n") if b"\n" not in text else text


def is_strange(head: bytes) -> bool:
    """Tell whether `to_utf8` changes a text for another reason than its encoding: lines end as on old Macintoshes, or cells are filled."""
    return (b"\n" not in head and b"\r" in head.rstrip()) or (b"\x00" in head and _FILLED.search(head) is not None)


def _decoded(text: bytes) -> bytes:
    if text[:2] in UTF16_MARKS:
        return text.decode("utf-16", "replace").encode()
    encoding = guessed(text[:_LOOKED_AT])
    return text.decode(encoding, "replace").encode() if encoding else text


def guessed(head: bytes) -> str:
    """Return the encoding that a text seems to be in, "" for UTF-8, UTF-16 and Windows-1252."""
    if head.isascii() or head[:2] in UTF16_MARKS:
        return ""
    head = head[: head.rfind(b"\n") + 1] or head
    try:
        head.decode()
    except UnicodeDecodeError:
        return _guessed(_of_interest(head))
    return ""


def encoding_notes(head: bytes) -> tuple[str, ...]:
    """Return words on the encoding of the text that begins with `head`, where it is a guess."""
    encoding = guessed(head)
    if encoding:
        return (f"the text is not UTF-8; it was read as {encoding}, and names are wrong if it is in another encoding",)
    if _may_be_other(head):
        return (
            "the text is not UTF-8; it was read as Windows-1252, and some letters of names are wrong if it is another one",
        )
    return ()


def _may_be_other(head: bytes) -> bool:
    """Tell whether a text that is no UTF-8, and in which nothing tells another encoding, has letters that are rare in western Europe."""
    if head.isascii() or head[:2] in UTF16_MARKS:
        return False
    head = head[: head.rfind(b"\n") + 1] or head
    try:
        head.decode()
    except UnicodeDecodeError:
        return not _RARE.isdisjoint(_of_interest(head))
    return False


def _of_interest(head: bytes) -> bytes:
    """Return the first lines that are not ASCII, as many as are needed."""
    found, size = list[bytes](), 0
    for line in head.split(b"\n"):
        if not line.isascii():
            found.append(line[:_ENOUGH])
            size += len(line)
            if size > _ENOUGH:
                break
    return b"\n".join([*found, b""])


def _guessed(head: bytes) -> str:
    dated = next((encoding for dates in (_DATES, _HALVES) for encoding, date in dates.items() if date.search(head)), "")
    if dated and _decodes(head, dated):
        return dated
    runs = list(dict.fromkeys(_RUNS.findall(head)))  # what comes in each row counts once
    high = [byte for run in runs for byte in run if byte >= 0x80 and byte not in _SIGNS]  # noqa: PLR2004 - above ASCII
    letters = [byte for byte in high if byte >= 0xC0]  # noqa: PLR2004 - signs such as a degree are before them
    is_turkish = _TURKISH.issuperset(letters) and not _ICELANDIC_TOO.isdisjoint(letters)
    are_single = 2 * len(_PAIR.findall(b" ".join(runs))) < len(high)
    if is_turkish or (are_single and _CENTRAL.search(head) is not None and _ICELANDIC.isdisjoint(high)):
        return "cp1254" if is_turkish else "cp1250"
    if not _PAIR.search(head) or 2 * len(high) < sum(map(len, runs)):
        return ""  # letters among others
    in_long = sum(len(run) for run in runs if len(run) >= _LONG)
    if in_long < _MOST * sum(map(len, runs)):
        return ""
    if sum(byte in _CYRILLIC for byte in high) >= 0.97 * len(high) and len(high) >= 0.85 * sum(map(len, runs)):
        return "cp1253" if _GREEK.search(head) else "cp1251"
    leads = [run[0] for run in runs if len(run) >= _LONG]
    likely = [
        "cp932" if sum(lead in _SHIFT_JIS_LEADS for lead in leads) * 2 > len(leads) else "",
        "euc_kr" if all(lead in _HANGUL_LEADS for lead in leads) else "",
        "gb18030",
        "cp932",
        "big5",
    ]
    return next((encoding for encoding in likely if encoding and _decodes(head, encoding)), "")


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
