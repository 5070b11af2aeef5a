"""The wire codec against golden files that a script without our code has packed."""

import json
import math
import struct
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mqtt_plot.errors import ProtocolError
from mqtt_plot.live.protocol import (
    KIND_DATA,
    KIND_RANGE,
    KIND_TABLE,
    MAX_FOLLOW,
    MAX_RANGE_POINTS,
    Block,
    Follow,
    Range,
    TagRow,
    Watch,
    decode_control,
    encode_block,
    encode_control,
    encode_frame,
    encode_row,
    or_null,
)
from tests.support.frames import decode_blocks, decode_rows
from tests.wire import make_golden

GOLDEN = Path(__file__).parent.parent / "wire"
KINDS = {"data": KIND_DATA, "table": KIND_TABLE, "range": KIND_RANGE}
FRAMES = sorted(path.stem for path in GOLDEN.glob("*.bin"))
BLOCK_FRAMES = [name for name in FRAMES if not name.startswith("table")]
TABLE_FRAMES = [name for name in FRAMES if name.startswith("table")]
CONTROL = json.loads((GOLDEN / "control.json").read_text())


def golden(name: str) -> tuple[bytes, dict[str, Any]]:
    """Return a golden frame's bytes and what they mean."""
    return (GOLDEN / f"{name}.bin").read_bytes(), json.loads((GOLDEN / f"{name}.json").read_text())


def column(numbers: list[float | None]) -> "array[float]":
    """Return a column of the golden JSON, where null is a gap."""
    return array("d", [math.nan if number is None else number for number in numbers])


def block_of(fields: Mapping[str, Any]) -> Block:
    """Return the block that the golden JSON describes."""
    columns = {name: column(fields[name]) for name in ("times", "values", "means") if name in fields}
    return Block(**{**fields, **columns})


def fields_of(block: Block) -> dict[str, Any]:
    """Return a block as the golden JSON has it: gaps are None."""
    columns = {"times": block.times, "values": block.values, "means": block.means}
    told = {name: [or_null(number) for number in column] for name, column in columns.items() if column is not None}
    return {**{name: value for name, value in block._asdict().items() if name not in columns}, **told}


def test_golden_files_are_what_their_script_writes() -> None:
    """The committed files and make_golden.py agree, so neither was edited alone."""
    found = {path.name: path.read_bytes() for path in GOLDEN.iterdir() if path.suffix in {".bin", ".json"}}
    assert found == make_golden.files()


@pytest.mark.parametrize("name", BLOCK_FRAMES)
def test_blocks_are_encoded_as_the_protocol_says(name: str) -> None:
    """Data and range frames come out byte for byte as the golden ones."""
    expected, meaning = golden(name)
    parts = [encode_block(block_of(fields)) for fields in meaning["blocks"]]
    assert encode_frame(KINDS[meaning["kind"]], parts, meaning["time"], meaning["request"]) == expected


@pytest.mark.parametrize("name", BLOCK_FRAMES)
def test_blocks_are_decoded_as_the_protocol_says(name: str) -> None:
    """Golden data and range frames mean what their JSON says."""
    frame, meaning = golden(name)
    kind, time, request, blocks = decode_blocks(frame)
    decoded = {"kind": kind, "time": time, "request": request, "blocks": [fields_of(block) for block in blocks]}
    assert decoded == {**meaning, "kind": KINDS[meaning["kind"]]}


@pytest.mark.parametrize("name", TABLE_FRAMES)
def test_rows_are_encoded_as_the_protocol_says(name: str) -> None:
    """Table frames come out byte for byte as the golden ones."""
    expected, meaning = golden(name)
    rows = [encode_row(row_of(fields)) for fields in meaning["rows"]]
    assert encode_frame(KIND_TABLE, rows, meaning["time"], has_more=meaning["more"]) == expected


@pytest.mark.parametrize("name", TABLE_FRAMES)
def test_rows_are_decoded_as_the_protocol_says(name: str) -> None:
    """Golden table frames mean what their JSON says."""
    frame, meaning = golden(name)
    time, rows = decode_rows(frame)
    decoded = [{key: or_null(number) for key, number in row._asdict().items()} for row in rows]
    assert (time, decoded) == (meaning["time"], meaning["rows"])


@pytest.mark.parametrize("name", FRAMES)
def test_frames_keep_every_column_on_eight_bytes(name: str) -> None:
    """All parts of a frame are multiples of 8 bytes, so that a browser can lay float64 views over it."""
    assert len(golden(name)[0]) % 8 == 0


def test_a_frame_cut_short_is_refused() -> None:
    """A client in Python that gets half a frame hears of it, and does not read beyond it."""
    frame, _ = golden("data_delta")
    with pytest.raises(struct.error):
        decode_blocks(frame[:-8])


def test_a_row_holds_any_clock_offset() -> None:
    """The widest offset between two clocks that a stamp allows fits the row's 32-bit float."""
    row = TagRow(1, 0, 0.0, 0.0, 0.0, 1e6, 1e9, 4e9, -4e9)
    frame = encode_frame(KIND_TABLE, [encode_row(row)], 0.0)
    assert decode_rows(frame) == (0.0, [row])


def test_a_figure_that_does_not_fit_is_not_known() -> None:
    """It costs itself, not the table of everybody."""
    row = TagRow(1, 0, 1e300, -1e300, 0.0, 1.0, 2.0, 1e39, -1e300)
    (decoded,) = decode_rows(encode_frame(KIND_TABLE, [encode_row(row)], 0.0))[1]
    assert decoded[:7] == row[:7]
    assert all(math.isnan(figure) for figure in (decoded.interval, decoded.offset))


@pytest.mark.parametrize("frame", CONTROL["server"], ids=lambda frame: frame["type"])
def test_control_frames_are_strict_json(frame: dict[str, Any]) -> None:
    """What the server says can be read back unchanged."""
    fields = {key: value for key, value in frame.items() if key != "type"}
    assert json.loads(encode_control(frame["type"], fields)) == frame


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_control_frame_never_holds_what_json_has_not(number: float) -> None:
    """NaN would end every browser's JSON.parse, so it is refused here; or_null is the way to send it."""
    with pytest.raises(ValueError, match="JSON compliant"):
        encode_control("status", {"rate": number})
    assert encode_control("status", {"rate": or_null(number)}) == '{"type":"status","rate":null}'


def row_of(fields: Mapping[str, Any]) -> TagRow:
    """Return the row that the golden JSON describes."""
    known: dict[str, Any] = {key: math.nan if number is None else number for key, number in fields.items()}
    return TagRow(**known)


def as_fields(decoded: Follow | Range | Watch | None) -> dict[str, Any] | None:
    """Return a decoded control frame as the golden JSON has it."""
    return None if decoded is None else {"type": type(decoded).__name__.lower(), **decoded._asdict()}


@pytest.mark.parametrize("example", CONTROL["client"]["valid"], ids=lambda example: example["text"][:60])
def test_what_clients_may_ask_is_understood(example: dict[str, Any]) -> None:
    """Each valid client frame is decoded with its defaults; a type of a later version is ignored."""
    assert as_fields(decode_control(example["text"])) == example["decoded"]


@pytest.mark.parametrize("example", CONTROL["client"]["invalid"], ids=lambda example: example["text"][:60])
def test_what_clients_may_not_ask_is_refused_in_words(example: dict[str, str]) -> None:
    """Each invalid client frame is answered with what was expected and what came, in a short line."""
    with pytest.raises(ProtocolError) as caught:
        decode_control(example["text"])
    assert str(caught.value).startswith(example["error"])
    assert len(str(caught.value)) <= 250
    assert str(caught.value).isprintable()


def test_a_binary_message_from_a_client_is_refused() -> None:
    """Clients speak JSON text only."""
    with pytest.raises(ProtocolError, match="expected a text message with JSON, got a binary one"):
        decode_control(b'{"type": "follow", "tags": []}')


def test_limits_told_in_hello_are_those_enforced() -> None:
    """The golden hello names the limits that the decoder enforces."""
    hello = CONTROL["server"][0]
    assert (hello["limits"]["max_follow"], hello["limits"]["max_range_points"]) == (MAX_FOLLOW, MAX_RANGE_POINTS)
