"""The time stamp of an object, under whichever name devices give it; refuses to know what else is in the object."""

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.reading import Reading
from mqtt_plot.parsers.timestamps import EARLIEST, LATEST, to_seconds

NAMES = ("ts", "t", "time", "timestamp", "Time")
# These may also name something else (a temperature, a duration): out of this world they are values, not stamps.
_AMBIGUOUS = frozenset({"t", "time"})


def find_stamp(item: dict[str, object], reading: Reading) -> tuple[str, float | None]:
    """Return the name of the stamp in `item` and POSIX seconds; the name is empty where there is none.

    A stamp that is no time of this world (1980 to 2100) costs no value: it is noted, and the time of arrival (None) counts instead.
    """
    for name in NAMES:
        stamp = item.get(name)
        if stamp is None or isinstance(stamp, bool | dict | list):
            continue
        try:
            seconds = to_seconds(stamp, reading.rules.zone)
        except PayloadError as error:
            if name not in _AMBIGUOUS:
                reading.note(f"time of arrival used: {error}")
                return name, None
            continue
        if EARLIEST <= seconds <= LATEST:
            return name, seconds
        if name not in _AMBIGUOUS:
            reading.note(
                f"time of arrival used: {name!r} is {shown(stamp)}, outside 1980 to 2100; is the device's clock set?"
            )
            return name, None
    return "", None
