"""Functions of a text, or of the keys of an object, that remember what they returned: devices repeat their names.

What is remembered of strangers is bounded.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

# A hostile key may be as long as its message, and 4,096 of those would be a gigabyte.
LONGEST_TEXT = 128
MAX_TEXTS = 4_096
# Objects, and bytes of the keys of one: some 60 keys. All functions of keys share them, or each would hold them all.
MAX_OBJECTS = 1_024
LARGEST_KEYS = 4_096
_KEY_BYTES = 50  # of a text, beside its letters

T = TypeVar("T")


class _Answers(dict[str, T]):
    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> T:
        answer = self._function(text)
        if len(text) <= LONGEST_TEXT:
            if len(self) >= MAX_TEXTS:
                self.clear()
            self[text] = answer
        return answer


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """Return the function with a memory of at most MAX_TEXTS short texts; it must depend on nothing but its text."""
    return _Answers(function).__getitem__


class _KnownKeys(dict[tuple[str, ...], dict[object, object]]):
    def __missing__(self, keys: tuple[str, ...]) -> dict[object, object]:
        answers = dict[object, object]()
        if sum(len(key) + _KEY_BYTES for key in keys) <= LARGEST_KEYS:
            if len(self) >= MAX_OBJECTS:
                self.clear()
            self[keys] = answers
        return answers


_known_keys = _KnownKeys()


def remembered_of_keys(function: Callable[[tuple[str, ...]], T]) -> Callable[[Mapping[str, object]], T]:
    """Return a function of an object that depends on nothing but its keys, in their order; MAX_OBJECTS of them are remembered."""

    def answer(item: Mapping[str, object]) -> T:
        keys = tuple(item)
        answers: dict[object, T] = _known_keys[keys]  # type: ignore[assignment]  # under a function stands what it returned
        if function in answers:
            return answers[function]
        found = answers[function] = function(keys)
        return found

    return answer


@remembered
def plain_name(key: str) -> str:
    """Return a key as the tables of names have it: without case, and without what some put between its words."""
    return key.lower().replace("_", "").replace("-", "").replace(" ", "").replace("@", "").replace(".", "")[:64]
