"""What is remembered of names is bounded, whoever sends them."""

import contextlib
import tracemalloc

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.parsers.remembered import (
    LARGEST_KEYS,
    LONGEST_TEXT,
    MAX_OBJECTS,
    MAX_TEXTS,
    remembered,
    remembered_of_keys,
)


def test_a_short_text_is_asked_for_once() -> None:
    """And a long one each time."""
    asked: list[str] = []

    def measure(text: str) -> int:
        asked.append(text)
        return len(text)

    length = remembered(measure)
    answers = [length(text) for text in ("a", "a", "b" * LONGEST_TEXT, "b" * LONGEST_TEXT, "c" * 999, "c" * 999)]
    assert (answers, len(asked)) == ([1, 1, LONGEST_TEXT, LONGEST_TEXT, 999, 999], 4)


def test_of_many_texts_some_are_forgotten() -> None:
    """All answers are right, and the newest are remembered."""
    asked: list[str] = []

    def raise_case(text: str) -> str:
        asked.append(text)
        return text.upper()

    upper = remembered(raise_case)
    texts = [f"t{number}" for number in range(3 * MAX_TEXTS)]
    assert [upper(text) for text in texts] == [text.upper() for text in texts]
    upper(texts[-1])
    assert len(asked) == 3 * MAX_TEXTS


def test_long_keys_of_a_stranger_take_no_memory() -> None:
    """A publisher whose every key is new and 100 kB long."""
    rules = Rules()
    tracemalloc.start()
    for number in range(50):
        payload = b'{"%s%d": 1, "value": 2, "ts": 1700000000}' % (b"k" * 100_000, number)
        with contextlib.suppress(PayloadError):
            parse(payload, rules, 1_700_000_000.0)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_000_000


def test_the_keys_of_an_object_are_asked_for_once() -> None:
    """In their order, whatever the values are; those of an object with very many keys each time."""
    asked: list[tuple[str, ...]] = []

    def first(keys: tuple[str, ...]) -> str:
        asked.append(keys)
        return keys[0]

    first_key = remembered_of_keys(first)
    many = {f"key {number}": number for number in range(LARGEST_KEYS)}
    objects: list[dict[str, object]] = [{"a": 1, "b": 2}, {"a": 3, "b": None}, {"b": 2, "a": 1}, {**many}, {**many}]
    assert [first_key(item) for item in objects] == ["a", "a", "b", "key 0", "key 0"]
    assert list(map(len, asked)) == [2, 2, LARGEST_KEYS, LARGEST_KEYS]


def test_keys_of_a_stranger_are_forgotten() -> None:
    """A publisher whose every object has sixty new keys: a few megabytes, however long he goes on."""
    count = remembered_of_keys(len)
    tracemalloc.start()
    for number in range(3 * MAX_OBJECTS):
        count({f"k{number}x{place}": place for place in range(60)})
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < MAX_OBJECTS * 2 * LARGEST_KEYS
