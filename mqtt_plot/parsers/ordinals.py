"""What tells the objects of a list apart where they have no names: a number, a place or a word that is another in each."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from mqtt_plot.parsers.name_keys import BESIDE, KINDS, LOCATIONS, ORDINALS, PLACES
from mqtt_plot.parsers.names import as_name, own_name, path_of, point_of, speaker_rank
from mqtt_plot.parsers.remembered import plain_name
from mqtt_plot.parsers.stamps import has_stamp, rank
from mqtt_plot.parsers.values import is_number, two_state

COUNTED = "{!r:.40} is another number in each of the samples over time, and taken as a name: does it count them?"
# A whole number under these may tell things apart; under any other key it may be what was measured.
_NUMBERS = re.compile(
    r".*(?:id|idx|index|no|nr|num|number|addr|address|port|channel|slot|code|unit|key|line|phase|node|pos|position)|ch|n"
)
_MEASURED = frozenset(["pos", "position", "hex"])  # these may be measured as well
_COUNTERS = frozenset("nic")  # that count objects of several values
_FEW = 6  # keys of an object that is one value
_MOST_COMPARED = 200  # objects of a list


def ordinal_of(items: Sequence[object], title: str = "") -> str | None:
    """Return the key that tells objects of a list apart which have no names: a number or short text under a name for such, in each of them.

    The `title` of the list may be made of its name (`gpu` in `gpu_data`).
    """
    objects = [item for item in items if isinstance(item, dict)]
    if not objects or len(objects) != len(items):
        return None
    are_moments = any(map(has_stamp, objects))
    tables = [ORDINALS] if are_moments else [ORDINALS, PLACES]
    keys: list[str] = [key for table in tables for key in objects[0] if plain_name(key) in table]
    keys += [key for key in objects[0] if len(key) > 1 and plain_name(title).startswith(plain_name(key))]
    for key in keys:
        if _numbers_or_names([item.get(key) for item in objects], is_place=plain_name(key) in _MEASURED):
            return key
    place: str
    for place in objects[0]:
        if plain_name(place) in LOCATIONS and _are_other_words([item.get(place) for item in objects]):
            return place
    if key := _apart_in_time(objects) if are_moments else _only_other(objects) or _counting(objects):
        return key
    # Anything else that is called an id and is another in each; in moments it may count them.
    others: list[str] = [key for key in objects[0] if plain_name(key).endswith("id")]
    for key in others if len(objects) > 1 and not are_moments else ():
        ids = set[str | None](takewhile(bool, (as_name(item.get(key), is_numbered=True) for item in objects)))
        if len(ids) == len(objects):
            return key
    return None


def _numbers_or_names(raws: Sequence[object], *, is_place: bool) -> bool:
    """Tell whether these number or name things. A position alone may be measured, and words may be states: they must be others in each."""
    names = [as_name(raw, is_numbered=True) for raw in raws]
    if None in names:
        return False
    are_words = any(type(raw) is str and not raw.isdecimal() for raw in raws)
    if not are_words and not is_place:
        return True
    are_states = any(type(raw) is str and two_state(raw) is not None for raw in raws)
    return 1 < len(raws) == len(set(names)) and not are_states


def _are_other_words(raws: Sequence[object]) -> bool:
    """Tell whether these are names, and not all of one place."""
    return (
        set(map(type, raws)) == {str}
        and len(set(raws)) > 1
        and all(as_name(raw, is_numbered=False) is not None for raw in set(raws))
    )


def kind_in_each(items: Sequence[object]) -> str | None:
    """Return the key by which each object of a list says what kind of thing it is, each another, where they have no better names."""
    first = items[0] if items else None
    if (
        not isinstance(first, dict)
        or not 1 < len(items) <= _MOST_COMPARED
        or not any(plain_name(key) in KINDS for key in first)
    ):
        return None
    objects = [item for item in items if isinstance(item, dict) and plain_name(point_of(item)[0]) in KINDS]
    key: str
    for key in first if len(objects) == len(items) else ():
        kinds = {item.get(key) for item in objects if as_name(item.get(key), is_numbered=False) is not None}
        if plain_name(key) in KINDS and len(kinds) == len(objects):
            return key
    return None


def counted_ids(items: Sequence[object]) -> str:
    """Return the key of whole numbers that name samples over time, and may as well count them; "" for none."""
    objects = [item for item in items[:_MOST_COMPARED] if isinstance(item, dict)]
    if len(objects) < 2 or len(objects) < min(len(items), _MOST_COMPARED):  # noqa: PLR2004 - to differ
        return ""
    about = [key for key in objects[0] if rank(key) is not None]
    key = next((key for key in objects[0] if key.lower() in {"id", "_id"} and type(objects[0][key]) is int), "")
    if not key or not about or point_of(objects[0])[0] != key or own_name(objects[0]) != str(objects[0][key]):
        return ""
    times = {tuple(repr(item.get(name)) for name in about) for item in objects}
    ids = {item.get(key) for item in objects if type(item.get(key)) is int}
    return key if len(times) == len(ids) == len(objects) else ""


def _apart_in_time(objects: Sequence[Mapping[str, object]]) -> str:
    """Return the key that tells objects of one time apart, a word in each or else a number; "" where no two have one time."""
    about = [key for key in objects[0] if rank(key) is not None]
    times = [tuple(repr(item.get(key)) for key in about) for item in objects[:_MOST_COMPARED]]
    if len(set(times)) == len(times):
        return ""
    for kind in (str, int):
        for key, first in objects[0].items():
            if type(first) is not kind or key in about or (kind is int and not _NUMBERS.fullmatch(plain_name(key))):
                continue
            names = [as_name(item.get(key), is_numbered=True) for item in objects[:_MOST_COMPARED]]
            if None not in names and len(set(zip(times, names, strict=True))) == len(times):
                return key
    return ""


def other_in_each(objects: Sequence[object]) -> str:
    """Return a key with another word in each of some samples over time, "" where there is none: these may be no samples of one thing."""
    items: list[dict[str, object]] = [item for item in objects[:_MOST_COMPARED] if isinstance(item, dict)]
    if len(items) < 2 or len(items) != len(objects[:_MOST_COMPARED]):  # noqa: PLR2004 - to differ
        return ""
    for key, first in items[0].items():
        if (
            type(first) is str
            and rank(key) is None
            and as_name(first, is_numbered=False) is not None
            and not is_number(first)
        ):
            words = {item.get(key) for item in items if type(item.get(key)) is str}
            if len(words) == len(items) or (len(words) > 1 and (plain_name(key) in LOCATIONS or speaker_rank(key))):
                return key
    return ""


def _only_other(objects: Sequence[Mapping[str, object]]) -> str:
    """Return the one key that stands beside the value of each object, and is another number or word in each (`depth_cm`); "" for any other."""
    if len(objects) < 2 or len(objects[0]) not in (2, 3):  # noqa: PLR2004 - perhaps with a unit
        return ""
    others = [key for key in objects[0] if plain_name(key) not in BESIDE]
    if len(others) != 1 or len(others) + 1 > len(objects[0]):
        return ""
    (key,) = others
    found = {item.get(key) for item in objects if type(item.get(key)) in (int, float, str)}
    is_each = len(found) == len(objects) and all(
        type(one) is not str or as_name(one, is_numbered=True) for one in found
    )
    return key if is_each else ""


def _counting(objects: Sequence[Mapping[str, object]]) -> str:
    """Return the one key that counts objects with a value, 1, 2, 3… (`{"oc": 0, "sri": 1, "v": 1.8}`); "" where none does, or several do."""
    if (
        not 1 < len(objects) <= _MOST_COMPARED
        or len(objects[0]) > _FEW
        or ({*BESIDE, *_COUNTERS}).isdisjoint(map(plain_name, objects[0]))
    ):
        return ""
    are_values = not BESIDE.isdisjoint(map(plain_name, objects[0]))
    found = [
        key
        for key, first in objects[0].items()
        if type(first) is int
        and first in {0, 1}
        and plain_name(key) not in BESIDE
        and (are_values or plain_name(key) in _COUNTERS)
        and [item.get(key) for item in objects] == list(range(first, first + len(objects)))
    ]
    return found[0] if len(found) == 1 else ""


def without_name(item: dict[str, object], name: str, ordinal: str | None) -> dict[str, object]:
    """Return what an object holds beside what its name is made of: texts, and the number that it was named by. A further id is no value."""
    parts = name.split("/")
    return {
        key: raw
        for key, raw in item.items()
        if key != ordinal
        and not (type(raw) is str and (raw in parts or path_of(raw) == name))
        and not (type(raw) is int and key.lower() == "id")
    }
