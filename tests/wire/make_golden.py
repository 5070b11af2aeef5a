"""Writes the golden frames that both halves of the wire are tested against: NAME.bin with NAME.json, and control.json.

An oracle must not share code with what it judges: frames are packed here field by field from docs/protocol.md, and
nothing of mqtt_plot is imported. Run `python3 tests/wire/make_golden.py` after a change of the protocol and commit
what it writes; tests/test_wire.py fails when the files and this script disagree.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent

NAN = float("nan")
MAX_FOLLOW = 500
MAX_SEQ = 2**53

# A decoded frame or control example as JSON has it.
Fields = Mapping[str, object]


def block(
    series: int,
    first: int,
    points: Sequence[tuple[float, float]],
    *,
    flags: int = 0,
    raw: int | None = None,
    following: int | None = None,
    means: Sequence[float] | None = None,
) -> dict[str, object]:
    """Describe one block; `raw` and `following` (the block's "next") are those of undecimated points unless given."""
    raw = len(points) if raw is None else raw
    return {
        "series": series,
        "flags": flags,
        "raw": raw,
        "first": first,
        "next": first + raw if following is None else following,
        "times": [time for time, _ in points],
        "values": [value for _, value in points],
        **({} if means is None else {"means": list(means)}),
    }


def row(series: int, flags: int, *numbers: float) -> dict[str, object]:
    """Describe one table row; the seven numbers in the protocol's order."""
    names = ("time", "value", "arrival", "rate", "bytes_rate", "interval", "offset")
    return {"series": series, "flags": flags, **dict(zip(names, numbers, strict=True))}


T = 1_700_000_000.0

DATA_FRAMES: dict[str, tuple[float, list[dict[str, object]]]] = {
    "data_delta": (T + 3.5, [block(7, 4211, [(T, 21.5), (T + 1, 21.625), (T + 2, -0.0), (T + 3, 1e308)])]),
    "data_snapshot": (T + 2.25, [block(7, 0, [(T, 20.0), (T + 1.125, 20.5), (T + 2, 21.0)], flags=1)]),
    "data_decimated": (
        T + 3600,
        [block(3, 1000, [(T, 0.5), (T + 900, -3.0), (T + 901, 99.75), (T + 3599, 0.25)], flags=3, raw=3600)],
    ),
    "data_outline": (
        T + 7200,
        [
            block(
                3,
                900_000,
                [(T, 0.5), (T + 30, 99.75), (T + 60, NAN), (T + 90, NAN), (T + 7200, 3.0)],
                flags=19,
                raw=72_000,
                following=972_000,
                means=[1.5, 1.5, NAN, NAN, 3.0],
            ),
            block(4, 0, [(T, 1.0)], flags=1),
        ],
    ),
    "data_unordered": (T + 9, [block(12, 55, [(T + 5, 1.0), (T + 4, 2.0), (T + 6, 3.0)], flags=4)]),
    "data_unordered_snapshot": (T + 9, [block(12, 0, [(T + 5, 1.0), (T + 1, 2.0)], flags=5)]),
    "data_lost": (T + 60, [block(9, 90_000, [(T + 58, 7.0), (T + 59, 8.0)], flags=9)]),
    "data_lost_decimated": (T + 60, [block(9, 90_000, [(T, 7.0), (T + 59, 8.0)], flags=11, raw=10_000)]),
    "data_blocks": (
        T + 1,
        [
            block(1, 10, [(T, 1.5)]),
            block(2, 0, [(T, 2.5), (T + 0.5, 3.5)], flags=1),
            block(4_294_967_295, MAX_SEQ - 2, [(T, 4.5), (T + 1, 5.5)]),
        ],
    ),
    "data_gaps": (T + 4, [block(5, 3, [(T, NAN), (T + 1, 1.0), (T + 2, NAN), (T + 3, NAN), (T + 4, 2.0)])]),
    "data_empty_block": (T, [block(8, 0, [], flags=1)]),
    "data_empty": (T, []),
    "data_large": (
        T + 1000,
        [block(6, 0, [(T + i / 8, ((i * 37) % 101) / 4) for i in range(1000)], flags=1)],
    ),
    "data_unknown_flag": (T, [block(6, 4, [(T, 1.0)], flags=1 << 31)]),
}

RANGE_FRAMES: dict[str, tuple[float, int, list[dict[str, object]]]] = {
    "range_raw": (T + 5, 12, [block(7, 4000, [(T + 1, 1.0), (T + 2, NAN)], flags=1, following=5000)]),
    "range_decimated": (
        T + 5,
        4_294_967_295,
        [block(7, 0, [(T, 1.0), (T + 9, -1.0), (T + 99, 2.0)], flags=3, raw=100, following=250)],
    ),
    "range_outline": (
        T + 5,
        13,
        [block(7, 0, [(T, -1.0), (T + 300, 2.0)], flags=19, raw=6000, following=250, means=[0.25, 0.25])],
    ),
    "range_empty": (T + 5, 0, [block(7, 3, [], flags=1, following=90)]),
}

# (time, whether the next frame goes on with it, rows)
TABLE_FRAMES: dict[str, tuple[float, bool, list[dict[str, object]]]] = {
    "table": (
        T + 10,
        False,
        [
            row(1, 0, T + 9.5, 21.5, T + 9.75, 10.0, 640.5, 0.125, -0.25),
            row(2, 1, NAN, 42.0, NAN, 0.0, 0.0, NAN, NAN),
            row(3, 2, T + 10, NAN, T + 10, 5000.0, 131072.0, 0.0009765625, 3600.0),
            row(4_294_967_295, 3, T, -1e300, T, 0.5, 8.0, 2.0, NAN),
        ],
    ),
    "table_part": (T + 10, True, [row(1, 0, T + 9.5, 21.5, T + 9.75, 10.0, 640.5, 0.125, -0.25)]),
    "table_empty": (T, False, []),
}


def header(kind: int, count: int, time: float, request: int = 0, *, more: bool = False) -> bytes:
    """Return the 24 bytes every frame begins with."""
    return (
        struct.pack("<B", kind)
        + struct.pack("<B", 1)
        + struct.pack("<H", more)
        + struct.pack("<I", count)
        + struct.pack("<d", time)
        + struct.pack("<I", request)
        + struct.pack("<I", 0)
    )


def pack_block(fields: Fields) -> bytes:
    """Return a block: four u32, two f64, then the columns; of an outline a third one."""
    times, values, means = (numbers(fields.get(name, [])) for name in ("times", "values", "means"))
    parts = [struct.pack("<I", n) for n in (fields["series"], len(times), fields["flags"], fields["raw"])]
    parts += [struct.pack("<d", n) for n in (fields["first"], fields["next"], *times, *values, *means)]
    return b"".join(parts)


def pack_row(fields: Fields) -> bytes:
    """Return a row: two u32, three f64, four f32."""
    return (
        b"".join(struct.pack("<I", fields[name]) for name in ("series", "flags"))
        + b"".join(struct.pack("<d", fields[name]) for name in ("time", "value", "arrival"))
        + b"".join(struct.pack("<f", fields[name]) for name in ("rate", "bytes_rate", "interval", "offset"))
    )


def numbers(column: object) -> list[float]:
    """Return a column of an untyped description."""
    assert isinstance(column, list)
    return column


def golden_frames() -> dict[str, tuple[bytes, dict[str, object]]]:
    """Return each frame as (bytes, what they mean) by name."""
    frames: dict[str, tuple[bytes, dict[str, object]]] = {}
    for name, (time, blocks) in DATA_FRAMES.items():
        data = header(1, len(blocks), time) + b"".join(map(pack_block, blocks))
        frames[name] = data, {"kind": "data", "time": time, "request": 0, "blocks": blocks}
    for name, (time, more, rows) in TABLE_FRAMES.items():
        data = header(2, len(rows), time, more=more) + b"".join(map(pack_row, rows))
        frames[name] = data, {"kind": "table", "time": time, "more": more, "rows": rows}
    for name, (time, request, blocks) in RANGE_FRAMES.items():
        data = header(3, len(blocks), time, request) + b"".join(map(pack_block, blocks))
        frames[name] = data, {"kind": "range", "time": time, "request": request, "blocks": blocks}
    return frames


SERVER_CONTROLS: list[Fields] = [
    {
        "type": "hello", "protocol": 1, "version": "0.1.0", "epoch": "5b0c2f9e41d7a863", "time": T + 0.25,
        "limits": {
            "max_points": 10_000, "max_age": None, "max_tags": 1000, "max_memory": 67_108_864,
            "max_follow": 500, "max_frame": 16_384, "max_range_points": 100_000,
        },
        "topics": ["plot/#"],
    },
    {
        "type": "tags", "full": True, "more": False, "gone": [],
        "tags": [
            {"id": 7, "tag": "line1/temp", "unit": "°C", "kind": "number", "states": [], "meta": {}},
            {"id": 8, "tag": "line1/on", "unit": "", "kind": "boolean", "states": ["off", "on"], "meta": {"label": "Pump"}},
            {"id": 9, "tag": "line1/mode", "unit": "", "kind": "state", "states": ["RUN", "STOP"], "meta": {}},
            {"id": 10, "tag": "<img src=x onerror=alert(1)>", "unit": "<b>", "kind": "number", "states": [], "meta": {}},
        ],
    },
    {"type": "tags", "full": False, "more": True, "gone": [4], "tags": []},
    {"type": "tags", "full": False, "gone": [4], "tags": []},
    {
        "type": "status", "time": T + 1.25,
        "broker": {
            "state": "connected", "text": "connected to mqtt://localhost:1883 with MQTT 5", "since": T,
            "subscriptions": [{"topic": "plot/#", "granted": True, "reason": "granted QoS 1"}],
        },
        "tags": 212, "points": 512_345, "bytes": 8_197_520, "rate": 412.0, "holds": 12_000.0,
        "since": T - 86_400, "points_since": T - 6_400, "clients": 2,
        "advice": ["--preset auto: watching"],
        "counters": {"messages_received": 123_456, "messages_rejected.not_json": 3},
    },
    {
        "type": "status", "time": T,
        "broker": {"state": "off", "text": "no broker", "since": T, "subscriptions": []},
        "tags": 0, "points": 0, "bytes": 0, "rate": 0.0, "holds": None, "since": None, "points_since": None, "clients": 1, "counters": {},
    },
    {"type": "following", "ids": [7, 9], "unknown": ["line9/temp"]},
    {"type": "error", "code": "unknown_tag", "message": "no such tag: 'x'", "request": 12},
    {"type": "error", "code": "bad_request", "message": "expected JSON, got 'x'"},
    {"type": "event", "time": T, "kind": "epoch", "text": "a field of a later version"},
]  # fmt: skip


def follow(**fields: object) -> dict[str, object]:
    """Return the decoded meaning of a follow frame with what it leaves out filled in."""
    return {"type": "follow", "tags": [], "window": None, "points": None, "epoch": "", "next": {}, **fields}


def wanted_range(**fields: object) -> dict[str, object]:
    """Return the decoded meaning of a range frame with what it leaves out filled in."""
    return {"type": "range", "start": None, "end": None, "points": None, **fields}


# (what the client sends, what it means): None for a type of a later version, which is ignored.
VALID_CONTROLS: list[tuple[Fields, Fields | None]] = [
    (
        {
            "type": "follow",
            "tags": ["line1/temp"],
            "window": 60,
            "points": 1500,
            "epoch": "5b0c",
            "next": {"line1/temp": 4211},
        },
        follow(tags=["line1/temp"], window=60, points=1500, epoch="5b0c", next={"line1/temp": 4211}),
    ),
    ({"type": "follow", "tags": []}, follow()),
    ({"type": "follow", "tags": ["a", "b", "a"]}, follow(tags=["a", "b"])),
    (
        {"type": "follow", "tags": ["°C <b>&amp;</b> 🌡"], "window": None, "points": None},
        follow(tags=["°C <b>&amp;</b> 🌡"]),
    ),
    ({"type": "follow", "tags": ["a"], "window": 0.5, "points": 2}, follow(tags=["a"], window=0.5, points=2)),
    ({"type": "follow", "tags": ["a"], "later": [1], "epoch": None, "next": None}, follow(tags=["a"])),
    ({"type": "follow", "tags": ["a"], "next": {"a": MAX_SEQ - 1}}, follow(tags=["a"], next={"a": MAX_SEQ - 1})),
    (
        {"type": "follow", "tags": [f"t{i}" for i in range(MAX_FOLLOW)]},
        follow(tags=[f"t{i}" for i in range(MAX_FOLLOW)]),
    ),
    (
        {"type": "range", "request": 12, "tag": "line1/temp", "start": T - 1000, "end": T - 400.5, "points": 1500},
        wanted_range(request=12, tag="line1/temp", start=T - 1000, end=T - 400.5, points=1500),
    ),
    ({"type": "range", "request": 0, "tag": "a"}, wanted_range(request=0, tag="a")),
    (
        {"type": "range", "request": 4_294_967_295, "tag": "a", "start": None, "end": None, "points": 100_000},
        wanted_range(request=4_294_967_295, tag="a", points=100_000),
    ),
    ({"type": "verdicts", "on": True}, {"type": "watch", "is_on": True, "topic": "*"}),
    ({"type": "verdicts", "on": False, "topic": "plot/*"}, {"type": "watch", "is_on": False, "topic": "plot/*"}),
    ({"type": "from_a_later_version", "anything": [1, 2]}, None),
]

NOT_JSON = "expected JSON"
NOT_OBJECT = "expected a JSON object with a 'type'"
NO_TAGS = "expected a list of tag names in 'tags'"
NO_NEXT = "expected an object of whole numbers in 'next'"
NO_EPOCH = "expected a text in 'epoch'"
NO_REQUEST = "expected an unsigned 32-bit number in 'request'"
NO_POINTS = "expected a whole number from 2 to 100000 in 'points'"

# (the text a client sends, how the words of its error begin).
INVALID_CONTROLS: list[tuple[str, str]] = [
    ("", NOT_JSON),
    ("{", NOT_JSON),
    ("hello", NOT_JSON),
    ("[" * 16_000, NOT_JSON),
    ("9" * 5_000, NOT_JSON),
    ("null", NOT_OBJECT),
    ("[]", NOT_OBJECT),
    ("{}", NOT_OBJECT),
    ('{"type": 1}', NOT_OBJECT),
    ('{"type": "follow"}', NO_TAGS),
    ('{"type": "follow", "tags": "a"}', NO_TAGS),
    ('{"type": "follow", "tags": ["a", 1]}', NO_TAGS),
    ('{"type": "follow", "tags": [null]}', NO_TAGS),
    ('{"type": "follow", "tags": ["\\ud800"]}', "expected tag names in valid Unicode in 'tags'"),
    (
        json.dumps({"type": "follow", "tags": [f"t{i}" for i in range(MAX_FOLLOW + 1)]}),
        "expected at most 500 tags in 'tags', got 501",
    ),
    ('{"type": "follow", "tags": [], "window": 0}', "expected more than 0 seconds in 'window'"),
    ('{"type": "follow", "tags": [], "window": -1}', "expected more than 0 seconds in 'window'"),
    ('{"type": "follow", "tags": [], "window": "60"}', "expected a number or null in 'window', got '60'"),
    ('{"type": "follow", "tags": [], "window": true}', "expected a number or null in 'window', got True"),
    ('{"type": "follow", "tags": [], "window": NaN}', "expected a number or null in 'window', got nan"),
    ('{"type": "follow", "tags": [], "window": 1e999}', "expected a number or null in 'window', got inf"),
    ('{"type": "follow", "tags": [], "points": 1}', NO_POINTS),
    ('{"type": "follow", "tags": [], "points": 100001}', NO_POINTS),
    ('{"type": "follow", "tags": [], "points": 2.5}', NO_POINTS),
    ('{"type": "follow", "tags": [], "points": true}', NO_POINTS),
    ('{"type": "follow", "tags": [], "next": [1]}', NO_NEXT),
    ('{"type": "follow", "tags": [], "next": false}', NO_NEXT),
    ('{"type": "follow", "tags": [], "next": {"a": -1}}', NO_NEXT),
    ('{"type": "follow", "tags": [], "next": {"a": 1.5}}', NO_NEXT),
    ('{"type": "follow", "tags": [], "next": {"a": true}}', NO_NEXT),
    ('{"type": "follow", "tags": [], "next": {"a": 9007199254740992}}', NO_NEXT),
    ('{"type": "follow", "tags": [], "epoch": 5}', NO_EPOCH),
    ('{"type": "range", "tag": "a"}', NO_REQUEST),
    ('{"type": "range", "request": -1, "tag": "a"}', NO_REQUEST),
    ('{"type": "range", "request": 4294967296, "tag": "a"}', NO_REQUEST),
    ('{"type": "range", "request": "1", "tag": "a"}', NO_REQUEST),
    ('{"type": "range", "request": 1}', "expected a tag name in 'tag'"),
    ('{"type": "range", "request": 1, "tag": 5}', "expected a tag name in 'tag'"),
    ('{"type": "range", "request": 1, "tag": "a", "start": "x"}', "expected a number or null in 'start', got 'x'"),
    ('{"type": "range", "request": 1, "tag": "a", "end": 1e15}', "expected a number or null in 'end', got"),
    ('{"type": "range", "request": 1, "tag": "a", "end": ' + "[" * 400 + "]" * 400 + "}", "expected a number or null in 'end', got"),
    ('{"type": "range", "request": 1, "tag": "a", "points": 0}', NO_POINTS),
    ('{"type": "verdicts"}', "expected true or false in 'on', got None"),
    ('{"type": "verdicts", "on": 1}', "expected true or false in 'on', got 1"),
    ('{"type": "verdicts", "on": true, "topic": 5}', "expected a pattern of at most 256 characters in 'topic', got 5"),
]  # fmt: skip


def control() -> dict[str, object]:
    """Return control.json: the server's frames, and the client's with their meaning or their error."""
    return {
        "server": SERVER_CONTROLS,
        "client": {
            "valid": [{"text": json.dumps(sent), "decoded": decoded} for sent, decoded in VALID_CONTROLS],
            "invalid": [{"text": text, "error": error} for text, error in INVALID_CONTROLS],
        },
    }


def without_nan(value: object) -> object:
    """Return `value` as JSON can hold it: NaN becomes null."""
    match value:
        case dict():
            return {name: without_nan(item) for name, item in value.items()}
        case list():
            return [without_nan(item) for item in value]
        case float() if value != value:  # noqa: PLR0124 - only NaN differs from itself
            return None
        case _:
            return value


def as_json(value: object) -> str:
    """Return strict JSON, readable in a diff."""
    return json.dumps(without_nan(value), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def files() -> dict[str, bytes]:
    """Return every golden file's content by its name."""
    written = {"control.json": as_json(control()).encode()}
    for name, (data, meaning) in golden_frames().items():
        written[f"{name}.bin"] = data
        written[f"{name}.json"] = as_json(meaning).encode()
    return written


if __name__ == "__main__":
    for name, content in files().items():
        (HERE / name).write_bytes(content)
