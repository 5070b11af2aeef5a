"""Bare text: numbers with units, what controllers write, words; each tolerance is noted, and --strict refuses it."""

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample


def read(text: str | bytes, *, is_strict: bool = False) -> tuple[Sample, tuple[str, ...]]:
    """Return the one sample of a payload, and the notes."""
    parsed = parse(text.encode() if isinstance(text, str) else text, Rules(is_strict=is_strict))
    (sample,) = parsed.samples
    assert isinstance(sample, Sample)
    return sample, parsed.notes


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("21.5 °C", 21.5, "°C"), ("21.5°C", 21.5, "°C"), ("50%", 50.0, "%"), ("50 %", 50.0, "%"), ("-3.2 kW", -3.2, "kW"),
        ("12V", 12.0, "V"),
        ("1.5 l/min", 1.5, "l/min"), ("9.81 m/s²", 9.81, "m/s²"), ("5 apples", 5.0, "apples"),
        ("1e3 Pa", 1000.0, "Pa"), ("400ppm", 400.0, "ppm"),
        ("3.5 µm", 3.5, "µm"), ("10 rpm", 10.0, "rpm"), ("230 VAC", 230.0, "VAC"), ("12 €", 12.0, "€"),
    ],
)  # fmt: skip
def test_a_number_with_its_unit(text: str, value: float, unit: str) -> None:
    """After a blank any word is a unit; without one it must be a known unit."""
    assert read(text) == (Sample(value, unit=unit), ())


@pytest.mark.parametrize(
    "text",
    ["3rd", "2nd floor", "12:30:00", "2026-11-21", "1.2.3", "5 apples and pears", "12abc", "1,234,567", "--5"],
)
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    """Dates, ordinals, version numbers and lists are not half read."""
    with pytest.raises(PayloadError) as caught:
        read(text)
    assert caught.value.code == "not_a_number"


@pytest.mark.parametrize("text", ["REAL#1e400", "LREAL#-1_0e400", "1,5e400", "'1e400'", "2,0e999 °C"])
def test_a_literal_that_no_float_holds_is_refused(text: str) -> None:
    """As a plain number of that size is."""
    with pytest.raises(PayloadError) as caught:
        read(text)
    assert caught.value.code == "out_of_range"


LITERALS = [
    ("12,5", 12.5, None), ("-0,5", -0.5, None), ("1,5e3", 1500.0, None), ("21,5 °C", 21.5, "°C"),
    ("16#FF", 255.0, None), ("2#1010", 10.0, None), ("8#17", 15.0, None), ("16#FFFF_0000", 4294901760.0, None), ("WORD#16#FF", 255.0, None),
    ("INT#5", 5.0, None), ("DINT#-5", -5.0, None), ("UINT#1_000", 1000.0, None), ("REAL#1.5", 1.5, None), ("LREAL#1.5e-3", 0.0015, None),
    ("BOOL#1", True, None), ("BOOL#FALSE", False, None), ("bool#true", True, None),
    ("T#5s", 5.0, "s"), ("TIME#1h2m3s500ms", 3723.5, "s"), ("T#-1.5s", -1.5, "s"), ("LTIME#1us", 1e-6, "s"), ("t#1d", 86400.0, "s"),
    ("T#1m", 60.0, "s"), ("T#1ms", 0.001, "s"), ("0xFF", 255.0, None), ("'12.5'", 12.5, None), ("'16#0A'", 10.0, None),
    ("WAHR", True, None), ("FALSCH", False, None), ("ein", True, None), ("12.5\0\0\0", 12.5, None), ("RUN\0", "RUN", None),
    ("12,5\r\n\0", 12.5, None), ("\N{MINUS SIGN}5", -5.0, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "unit"), LITERALS, ids=[repr(row[0]) for row in LITERALS])
def test_what_controllers_write_is_read_and_noted(text: str, value: float | str, unit: str | None) -> None:
    """Each literal means its value; the verdict says how it was read."""
    sample, notes = read(text)
    assert sample == Sample(value, unit=unit)
    assert repr(sample.value) == repr(value)
    assert notes


@pytest.mark.parametrize("text", [row[0] for row in LITERALS], ids=repr)
def test_strict_rules_refuse_every_tolerance(text: str) -> None:
    """What would have been noted is refused."""
    with pytest.raises(PayloadError, match="--strict refuses it"):
        read(text, is_strict=True)


@pytest.mark.parametrize(
    "text", ["T#", "T#5", "T#5x", "INT#", "16#", "16#XY", "2#12", "BOOL#2", "INT#a", "T#5s5h", "8#9"]
)
def test_what_is_no_literal_is_no_number(text: str) -> None:
    """A literal with a mistake in it is a word at best."""
    try:
        sample, _ = read(text)
    except PayloadError as error:
        assert error.code == "not_a_number"  # noqa: PT017 - both are right, each on its terms
    else:
        assert sample == Sample(text)


@pytest.mark.parametrize(
    ("payload", "note"),
    [
        (b"\xef\xbb\xbf12.5", "UTF-8 byte order mark left out"),
        ("12.5".encode("utf-16"), "UTF-16-LE by its byte order mark"),
        (b"\xfe\xff\x001\x002\x00.\x005", "UTF-16-BE by its byte order mark"),
        ("12.5".encode("utf-16-le"), "read as UTF-16-LE: every second byte is zero"),
    ],
)
def test_other_encodings_that_are_clear_are_read(payload: bytes, note: str) -> None:
    """Byte order marks and two-byte text say what they are."""
    assert read(payload) == (Sample(12.5), (note,))


def test_latin_letters_in_an_old_encoding_are_read() -> None:
    """A controller's Latin-1 ° is no UTF-8, but cannot be anything else."""
    assert read('{"value": 21.5, "unit": "°C"}'.encode("latin-1")) == (
        Sample(21.5, unit="°C"),
        ("no UTF-8, read as Latin-1",),
    )
    with pytest.raises(PayloadError) as caught:
        read("21.5 °C".encode("latin-1"), is_strict=True)
    assert caught.value.code == "bad_utf8"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("<value>12</value>", "XML is not read"),
        ("temp=21,5,hum=40", "several values go as an object"),
        ("hello {", "several values go as an object"),
    ],
)
def test_structured_text_is_no_state(text: str, advice: str) -> None:
    """It would show as a state with a strange name, and nobody would be told why nothing moves."""
    with pytest.raises(PayloadError, match=advice) as caught:
        read(text)
    assert caught.value.code == "not_a_word"


def test_binary_data_is_named() -> None:
    """The refusal says what the bytes look like."""
    with pytest.raises(PayloadError, match="gzip; send it uncompressed"):
        read(b"\x1f\x8b\x08\x00")


def test_a_decimal_comma_in_json_is_read_too() -> None:
    """Tolerance holds for values in quotes, and is noted there as well."""
    assert read('{"value": "12,5", "ts": 1700000000}') == (
        Sample(12.5, 1_700_000_000.0),
        ("'12,5': decimal comma read as point",),
    )
