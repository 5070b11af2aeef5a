"""What a person says of a CSV file. It stands alone: who asks is no reader yet."""

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True)
class Choices:
    """What a person says of a file where finding it out went wrong: the column of time, the order of dates, the decimal mark; and the zone."""

    zone: tzinfo = UTC
    date_order: str = ""
    time: str = ""
    decimal: str = ""
    is_zone_said: bool = False  # of this file, so that no words in it count
