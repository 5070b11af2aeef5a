"""Functions of a text that remember what they returned: devices repeat their names. What is remembered of strangers is bounded."""

from collections.abc import Callable
from typing import TypeVar

# A hostile key may be as long as its message, and 4,096 of those would be a gigabyte.
LONGEST_TEXT = 128
MAX_TEXTS = 4_096

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
