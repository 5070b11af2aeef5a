"""Where a walk through an object is, and what holds there. Knows nothing of values."""

from collections.abc import Mapping

UNNAMED = "unnamed"  # stands for a key that is empty


class Place:
    """Where the walk is: the field so far, its last name that is no number, how deep, and the time and the units that hold there.

    `is_counted` is False for records, whose maker has named each by itself; `is_opened` is True inside JSON that came as a text;
    `is_bad` is True where what is around says that no value is to be believed.
    """

    __slots__ = ("depth", "field", "is_bad", "is_counted", "is_opened", "key", "time", "units")

    def __init__(self, field: str, key: str, depth: int, time: float | None, units: Mapping[str, str]) -> None:
        self.field = field
        self.key = key
        self.depth = depth
        self.time = time
        self.units = units
        self.is_counted = True
        self.is_opened = False
        self.is_bad = False

    def at(self, name: str) -> "Place":
        """Return the place one level below."""
        name = name or UNNAMED
        place = Place(
            f"{self.field}/{name}" if self.depth else name,
            self.key if name.isdecimal() else name,
            self.depth + 1,
            self.time,
            self.units,
        )
        place.is_counted, place.is_opened, place.is_bad = self.is_counted, self.is_opened, self.is_bad
        return place

    def here(self) -> "Place":
        """Return a copy, for what differs from here on."""
        place = Place(self.field, self.key, self.depth, self.time, self.units)
        place.is_counted, place.is_opened, place.is_bad = self.is_counted, self.is_opened, self.is_bad
        return place
