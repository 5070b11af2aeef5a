"""The same message in another dress must give the same values and times, or a word on it: `python -m benchmarks.dresses [DRESS]`.

Each JSON payload of the corpus is put into other dresses (order and case of its keys, an envelope, numbers as texts, stamps in another form)
and read again. A series, value or time that differs without a new word is printed. Names are compared without case and marks between words.
"""

import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Rules
from mqtt_plot.parsers.formats import parse
from mqtt_plot.parsers.names import bare
from mqtt_plot.parsers.samples_json import name_fields
from mqtt_plot.parsers.stamps import rank
from mqtt_plot.samples import Columns
from tests.support.corpus import NOW, cases_of, payload_files, payload_of

MOST_SHOWN = 4  # differences of one message
Dress = Callable[[Any], Any]


def seen(payload: object) -> tuple[Counter[tuple[str, str, str]], frozenset[str]]:
    """Return the samples of a payload as bare name, value and time, and the words said of it."""
    try:
        parsed = parse(payload_of(payload), Rules(), NOW)
    except PayloadError as error:
        return Counter(), frozenset([str(error)])
    name_fields(parsed, "x", "x")
    found = Counter[tuple[str, str, str]]()
    for sample in parsed.samples:
        tag = bare(f"{sample.tag or ''}/{sample.field or ''}")
        if isinstance(sample, Columns):
            times = sample.times or [0.0] * len(sample.values)
            found.update((tag, f"{value:g}", f"{time:.3f}") for value, time in zip(sample.values, times, strict=True))
        else:
            value = sample.value
            text = f"{float(value):.9g}" if isinstance(value, float | int) else str(value)
            found[tag, text, "" if sample.time is None else f"{sample.time:.3f}"] += 1
    return found, frozenset([*parsed.notes, *(item.reason for item in parsed.rejected)])


def each(change: Callable[[str, object], tuple[str, object]]) -> Dress:
    """Return a dress that changes each key and what stands under it, from within."""

    def dress(raw: object) -> object:
        if isinstance(raw, dict):
            return dict(change(key, dress(value)) for key, value in raw.items())
        return [dress(one) for one in raw] if isinstance(raw, list) else raw

    return dress


def shuffled(raw: object) -> object:
    """Put the keys of each object in another order."""
    if isinstance(raw, list):
        return [shuffled(one) for one in raw]
    if not isinstance(raw, dict):
        return raw
    keys = list(raw)
    random.Random(14).shuffle(keys)  # noqa: S311 - no secret
    return {key: shuffled(raw[key]) for key in keys}


def _camel(key: str) -> str:
    head, *others = key.split("_")
    return head + "".join(part.capitalize() for part in others)


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


def _as_text(value: object) -> object:
    return repr(value) if type(value) in (int, float) and math.isfinite(value) else value  # type: ignore[arg-type]


def _iso(key: str, value: object) -> tuple[str, object]:
    if rank(key) is not None and type(value) in (int, float) and 1.2e9 < value < 2e9:  # type: ignore[operator]
        return key, datetime.fromtimestamp(value, UTC).isoformat()  # type: ignore[arg-type]
    return key, value


def _millis(key: str, value: object) -> tuple[str, object]:
    if rank(key) is not None and type(value) is int and 1.2e9 < value < 2e9:
        return key, value * 1000
    return key, value


DRESSES: dict[str, Dress] = {
    "order": shuffled,
    "upper": each(lambda key, value: (key.upper(), value)),
    "lower": each(lambda key, value: (key.lower(), value)),
    "capital": each(lambda key, value: (key[:1].upper() + key[1:], value)),
    "camel": each(lambda key, value: (_camel(key), value)),
    "snake": each(lambda key, value: (_snake(key), value)),
    "texts": each(lambda key, value: (key, _as_text(value))),
    "iso": each(_iso),
    "millis": each(_millis),
    "array of one": lambda raw: [raw],
    "data": lambda raw: {"data": raw},
    "payload": lambda raw: {"payload": raw},
    "in a text": lambda raw: json.dumps(json.dumps(raw)),
    "payload in a text": lambda raw: {"payload": json.dumps(raw)},
    "beside": lambda raw: {**raw, "zzz": 77} if isinstance(raw, dict) else raw,
}
ENVELOPES = {"data": "data", "payload": "payload", "payload in a text": "payload", "array of one": "0"}


def differences(plain: object, dress: str) -> list[str]:
    """Return what differs without a word between a message and the same in a dress."""
    before, words = seen(plain)
    after, more = seen(DRESSES[dress](plain))
    if more - words:
        return []
    head = ENVELOPES.get(dress, "")

    def names(found: Counter[tuple[str, str, str]]) -> Counter[tuple[str, str, str]]:
        return Counter((tag.replace(head, "") if head else tag, value, time) for tag, value, time in found.elements())

    before, after = names(before), names(after)
    after = Counter({one: count for one, count in after.items() if not one[0].endswith("zzz")})
    return [f"- {one}" for one in before - after] + [f"+ {one}" for one in after - before]


def main() -> None:
    """Print each difference that nothing was said of, and how many there are of each dress."""
    wanted = sys.argv[1:] or list(DRESSES)
    for dress in wanted:
        count = 0
        for file in payload_files():
            for case in cases_of(file):
                plain = case["payload"]
                try:
                    plain = json.loads(plain) if isinstance(plain, str) else plain
                except ValueError:
                    continue
                if not isinstance(plain, dict | list):
                    continue
                if found := differences(plain, dress):
                    count += 1
                    print(f"{dress}: {file.stem}: {case['id']}: {json.dumps(plain)[:300]}")
                    print("".join(f"    {one}\n" for one in found[: 2 * MOST_SHOWN]), end="")
        print(f"{dress}: {count} messages differ")


if __name__ == "__main__":
    main()
