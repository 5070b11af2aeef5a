"""Which fields of an object the user wants: --include-fields and --exclude-fields."""

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache


@lru_cache(maxsize=16)
def selector(include: tuple[str, ...], exclude: tuple[str, ...]) -> Callable[[str], bool | None]:
    """Return a function that tells of a path: True wanted by name, None no opinion, False not wanted."""
    wanted, unwanted = _globs(include), _globs(exclude)

    def select(path: str) -> bool | None:
        if unwanted is not None and unwanted.fullmatch(path):
            return False
        return None if wanted is None else wanted.fullmatch(path) is not None

    return select


def _globs(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(translate(pattern) for pattern in patterns)) if patterns else None
