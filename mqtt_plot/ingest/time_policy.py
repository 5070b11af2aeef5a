"""Which time a sample gets: the device's, that of arrival, or the device's corrected by our clock; and which stamps are impossible."""

import fnmatch
import re
from collections.abc import Sequence
from typing import NamedTuple

from mqtt_plot.samples import EARLIEST, LATEST

DEVICE, ARRIVAL, CORRECTED = "device", "arrival", "corrected"

_POLICIES = (DEVICE, ARRIVAL, CORRECTED)


class TimeRule(NamedTuple):
    """Which time the samples of tags that match `glob` get."""

    policy: str
    glob: str = "*"


def parse_time_rule(text: str) -> TimeRule:
    """Return what POLICY or GLOB=POLICY says. Raises ValueError."""
    glob, _, policy = text.strip().rpartition("=")
    if policy not in _POLICIES:
        raise ValueError(f"expected device, arrival or corrected, or such as 'line1/*=arrival', got {text!r}")
    return TimeRule(policy, glob or "*")


def why_unbelievable(time: float, latest: float) -> str | None:
    """Return why `time` (POSIX seconds) is impossible, one word for a counter; None if it is possible."""
    if time < EARLIEST:
        return "before_1980"
    if time > LATEST:
        return "after_2100"
    return "future" if time > latest else None


def policy_for(tag: str, rules: Sequence[TimeRule]) -> str:
    """Return the policy of the first rule with a pattern that matches `tag`, else of the last rule for all tags, else `device`."""
    general = DEVICE
    for rule in rules:
        if rule.glob == "*":
            general = rule.policy
        elif re.match(fnmatch.translate(rule.glob), tag):
            return rule.policy
    return general


class TimePolicy(NamedTuple):
    """Which time samples get: rules by tag, and the seconds that a stamp may be ahead of our clock."""

    rules: tuple[TimeRule, ...] = ()
    max_ahead: float = 86_400.0
