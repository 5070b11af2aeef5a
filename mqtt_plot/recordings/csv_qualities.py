"""How good the values of a table are, as columns beside them say it."""

import re
from collections.abc import Sequence

from mqtt_plot.recordings.csv_long_names import QUALITIES

_QUALITY_OF = re.compile(
    r"(.+?)[ _./-]*[\[(]?(?:(?<![^\W_])|(?<=[a-z0-9])(?=[A-Z]))(?i:quality|validity|qualität|(?:is_?)?(?:valid|good))[\])]?"
)
_BAD = ("bad", "invalid", "error", "fail", "uncertain")


def is_bad(quality: str, *, is_word: bool = False) -> bool:
    """Tell whether what a cell says of a value is that it is not to be believed; `is_word` where a number may mean anything."""
    text = quality.strip().lower()
    return text.startswith(_BAD) or (not is_word and text in {"0", "false", "2"})


def find_qualities(names: Sequence[str], drawn: Sequence[int] = ()) -> dict[int, int]:
    """Return the places of the columns that say how good another one is (`Temp` and `Temp Quality`), by the place of that one.

    A column that is called only Status or Quality says it of the one column that is `drawn` beside it.
    """
    places = {name.strip().lower(): place for place, name in enumerate(names)}
    found = dict[int, int]()
    for place, name in enumerate(names):
        match = _QUALITY_OF.fullmatch(name.strip())
        of = places.get(match[1].lower()) if match else None
        if of is not None:
            found[of] = place
    alone = [place for place, name in enumerate(names) if QUALITIES.fullmatch(name.strip())]
    others = [place for place in drawn if place not in alone]
    if not found and len(alone) == len(others) == 1:
        found[others[0]] = alone[0]
    return found
