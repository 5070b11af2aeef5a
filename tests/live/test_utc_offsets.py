"""The offsets of the machine's zone."""

from datetime import UTC, datetime

import pytest
from dateutil.tz import gettz

from mqtt_plot.live.utc_offsets import FUTURE, PAST, local_offset, offsets

NOW = datetime(2026, 11, 21, tzinfo=UTC).timestamp()


def offset_in(name: str) -> dict[int, int]:
    """Return what `offsets` finds for a zone, by when it begins."""
    return dict(offsets(NOW, lambda at: ahead(name, at)))


def ahead(name: str, at: float) -> int:
    """Return by how many seconds a zone is ahead of UTC, by the tables that dateutil has."""
    zone = gettz(name)
    assert zone is not None
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


@pytest.mark.parametrize(
    ("at", "seconds"), [(datetime(2026, 3, 29, 1, tzinfo=UTC), 7200), (datetime(2026, 10, 25, 1, tzinfo=UTC), 3600)]
)
def test_summer_time_begins_and_ends_to_the_second(at: datetime, seconds: int) -> None:
    """Berlin's clocks were changed at 01:00 UTC on these days."""
    assert offset_in("Europe/Berlin")[int(at.timestamp())] == seconds


def test_a_table_is_short_and_covers_the_years_around_now() -> None:
    """Two changes a year; the first entry is where the table begins, and the next summers are known."""
    found = list(offset_in("Europe/Berlin"))
    assert (len(found) <= 33, found[0], found[-1] > NOW + FUTURE - 200 * 86_400) == (True, NOW - PAST, True)


@pytest.mark.parametrize(
    "name", ["Africa/Casablanca", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC"]
)
def test_other_zones_are_right_in_every_week(name: str) -> None:
    """Clocks changed for a month, by half an hour, or never: the entry that holds says what the zone itself says."""
    found = offset_in(name)
    for week in range(520):
        at = NOW - week * 7 * 86_400
        assert found[max(since for since in found if since <= at)] == ahead(name, at)


def test_the_machines_own_zone_is_asked() -> None:
    """Its entry for now is what the C library says."""
    found = offsets(NOW)
    assert max(entry for entry in found if entry[0] <= NOW)[1] == local_offset(NOW)
