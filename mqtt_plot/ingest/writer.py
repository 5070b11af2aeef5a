"""Writes samples into the series of their tags: decides on unit and time, and whether the throttle holds them back.

Knows nothing of messages.
"""

import math
from array import array
from sys import intern

from mqtt_plot.ingest.routing import TagState
from mqtt_plot.ingest.throttle import BURST_SECONDS, Rate, Throttle
from mqtt_plot.ingest.time_policy import ARRIVAL, TimePolicy, why_unbelievable
from mqtt_plot.metrics import Counters
from mqtt_plot.samples import EARLIEST, LATEST, Columns, Sample
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# Notes on one message; a batch of ten thousand wrong stamps needs no ten thousand sentences.
MAX_NOTES = 8
# Stamps from here on, up to a few minutes ahead of arrival, need no second look.
_RECENT = 1_262_304_000.0  # 2010
_AHEAD = 300.0


class SampleWriter:
    """Stores and counts samples; `notes` collects remarks for the verdict on the current message."""

    def __init__(self, store: Store, times: TimePolicy, rate: Rate, counters: Counters) -> None:
        self.notes: list[str] = []
        self._store = store
        self._max_ahead = times.max_ahead
        self._cost = rate.cost
        self._counters = counters
        self._flooded: set[TagState] = set()
        self._stored = 0  # not yet in the counter

    def write(self, state: TagState, sample: Sample | Columns, now: float) -> int:
        """Store one sample, or columns, or have the throttle hold them back; return the number of points."""
        series = state.series
        unit = sample.unit
        if unit is not None and unit != series.unit:
            self._set_unit(state, unit)
        if type(sample) is Columns:
            return self._write_columns(state, sample, now)
        time = sample.time
        if time is None:
            time = now
        else:
            if now >= series.stamp_due:
                series.saw_stamp(time - now, now)
            if state.policy is not None or not _RECENT <= time <= now + _AHEAD:
                time = self._choose_time(state, time, now)
        # The token bucket of throttle.py, inlined: this runs for every message.
        spent = state.spent_until
        if spent < now:  # noqa: PLR1730 - max() costs four times as much
            spent = now
        spent += self._cost
        if spent > now + BURST_SECONDS:
            throttle = self._gathering(state, spent, now)
            if throttle is not None:
                throttle.gather(time, sample.value)
                return 1
            spent = now
        state.spent_until = spent
        self._store.append(series, time, sample.value)
        self._stored += 1
        return 1

    def _write_columns(self, state: TagState, columns: Columns, now: float) -> int:
        series, times, n = state.series, columns.times, len(columns.values)
        ascends = columns.ascends
        if times is None:
            times = array("d", [now]) * n
        else:
            oldest, newest = columns.ends()
            series.saw_stamp(newest - now, now)
            latest = self._latest(now)
            if state.policy is None and why_unbelievable(oldest, latest) is why_unbelievable(newest, latest) is None:
                self._doubt(oldest, now)
                self._doubt(newest, now)
            else:
                times, ascends = array("d", [self._choose_time(state, time, now) for time in times]), False
        spent = max(state.spent_until, now) + self._cost
        throttle = self._gathering(state, spent, now) if spent > now + BURST_SECONDS else None
        if throttle is not None:
            throttle.gather_columns(times, columns.values)
            return n
        state.spent_until = min(spent, now + BURST_SECONDS)
        self._store.extend(series, times, columns.values, are_booleans=columns.are_booleans, ascends=ascends)
        self._stored += n
        return n

    def takes_at_once(self, state: TagState, columns: Columns, now: float) -> bool:
        """Tell whether samples that came one by one may be stored as columns: nothing would become of any that it needs to be alone for."""
        series, times = state.series, columns.times
        oldest, newest = (_RECENT, now) if times is None else columns.ends()
        return (
            series.kind == "number"
            and (series.low, series.high) == (-math.inf, math.inf)  # nobody watches it
            and state.shaping is None
            and state.policy is None
            and state.throttle is None
            and (columns.unit is None or columns.unit == series.unit or state.has_own_unit)
            and max(state.spent_until, now) + self._cost * len(columns.values) <= now + BURST_SECONDS
            and _RECENT <= oldest <= newest <= now + _AHEAD
        )

    def write_at_once(self, state: TagState, columns: Columns, now: float) -> None:
        """Store samples that came one by one, which `takes_at_once` has looked at; each costs a token."""
        series, times, n = state.series, columns.times, len(columns.values)
        if times is None:
            times = array("d", [now]) * n
        else:
            for time in times:
                if now < series.stamp_due:
                    break
                series.saw_stamp(time - now, now)
        state.spent_until = max(state.spent_until, now) + self._cost * n
        self._store.extend(series, times, columns.values, ascends=columns.ascends)
        self._stored += n

    def write_retained(self, state: TagState, sample: Sample | Columns, now: float) -> int:
        """Store a retained copy as history if it has a time of its own; else show it as "last known", never as a fresh point.

        It is no sign of life: the broker has sent it, not the device. What is not stored is counted (`samples_retained`: "last_known", or
        "held" if the series has it, or newer ones). Return the points stored.
        """
        self._adopt_unit(state, sample)
        series = state.series
        last: float | str
        if isinstance(sample, Columns):
            oldest = None if sample.times is None else min(sample.times)
            last, n = sample.values[-1], len(sample.values)
        else:
            oldest, last, n = sample.time, sample.value, 1
        # With --time arrival or corrected the stamp does not count as it is, and a retained copy has no other time.
        if oldest is not None and (state.policy is not None or why_unbelievable(oldest, self._latest(now))):
            oldest = None
        if oldest is not None and oldest > series.newest:
            return self.write_recorded(state, sample, now)
        if oldest is None and math.isnan(series.arrival):
            self._store.retain(series, last)
        self._counters.add("samples_retained", "last_known" if oldest is None else "held", n)
        return 0

    def write_recorded(self, state: TagState, sample: Sample | Columns, now: float) -> int:
        """Store earlier measurements by their own time; `--time` is for live ones.

        They cost no token, and do not teach the device's clock.
        """
        self._adopt_unit(state, sample)
        if isinstance(sample, Columns):
            n = len(sample.values)
            times = array("d", [self._believable(time, now) for time in sample.times or array("d", [now]) * n])
            self._store.extend(state.series, times, sample.values, are_booleans=sample.are_booleans)
        else:
            n = 1
            self._store.append(state.series, self._believable(sample.time or now, now), sample.value)
        self._stored += n
        return n

    def _adopt_unit(self, state: TagState, sample: Sample | Columns) -> None:
        if sample.unit is not None and sample.unit != state.series.unit:
            self._set_unit(state, sample.unit)

    def _set_unit(self, state: TagState, unit: str) -> None:
        if not state.has_own_unit:
            if state.series.unit and len(state.series.ring):
                self._note(
                    f"{state.series.tag!r:.80} had the unit {state.series.unit!r}, and has {unit!r} now: its earlier values are as they were; "
                    "are these two series?"
                )
            state.series.unit = intern(unit)  # one string for all tags with this unit
            self._store.describe(state.series)

    def _choose_time(self, state: TagState, stamp: float, now: float) -> float:
        """Return the time of a sample whose stamp is impossible, or whose tag has a time policy of its own."""
        if state.policy == ARRIVAL:
            return now
        if state.policy is not None and state.series.clock is not None:
            return self._believable(state.series.clock.correct(stamp, now), now)
        return self._believable(stamp, now)

    def _believable(self, time: float, now: float) -> float:
        """Return `time`, or the arrival if `time` is impossible, which is counted and noted."""
        why = why_unbelievable(time, self._latest(now))
        if why is None:
            self._doubt(time, now)
            return time
        self._counters.add("time_replaced", why)
        self._note(
            f"time {time:.3f} ({why.replace('_', ' ')}) put aside, stored at its arrival; is the device's clock set?"
        )
        return now

    def _doubt(self, time: float, now: float) -> None:
        """Say what is strange about a time that is possible; it is kept."""
        if time < _RECENT and now > _RECENT:
            self._note("a time before 2010 is kept: is the device's clock set, and does it count from 1970?")
        elif time > now + _AHEAD and now > _RECENT:
            self._note("a time in the future is kept: is the device's clock right, and its zone (--time-zone)?")

    def doubt_twins(self, series: Series) -> None:
        """Say that one message has two values of a series for one time."""
        self._note(f"{series.tag!r:.80} has two values for one time in one message: are these two series?")

    def _note(self, text: str) -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(text)

    def _latest(self, now: float) -> float:
        """Return the latest possible stamp. While our own clock is not set (a gateway after boot), stamps ahead of it are fine."""
        return now + self._max_ahead if now >= EARLIEST else LATEST

    def _gathering(self, state: TagState, spent: float, now: float) -> Throttle | None:
        """Return the throttle of a tag without tokens, after storing what it may release.

        None if our own clock has stepped back, which puts `spent` ahead without a flood.
        """
        throttle = state.throttle
        if throttle is None:
            if not self._cost or spent > now + BURST_SECONDS + 2 * self._cost:
                return None
            throttle = state.throttle = Throttle(self._cost, now + BURST_SECONDS)
            state.spent_until = math.inf
            state.series.is_throttled = True
            self._flooded.add(state)
            self.notes.append(
                f"more than {1 / self._cost:g} samples per second (--max-rate): least, greatest and last are kept; "
                "a column of samples counts as one"
            )
        self._release(state, throttle, now)
        return throttle

    def _release(self, state: TagState, throttle: Throttle, now: float) -> None:
        points, n = throttle.release(now)
        for time, value in points:
            self._store.append(state.series, time, value)
        self._stored += len(points)
        if n > len(points):
            self._counters.add("samples_conflated", n=n - len(points))

    def settle(self, now: float) -> None:
        """Store what throttles hold back, as far as tokens allow; end the throttles of tags that are calm again.

        With an infinite `now` store all of it.
        """
        for state in list(self._flooded):
            throttle = state.throttle
            if throttle is None:
                continue
            self._release(state, throttle, now)
            if throttle.is_over(now):
                state.throttle = None
                state.spent_until = throttle.spent_until if math.isfinite(now) else -math.inf
                state.series.is_throttled = False
                self._flooded.discard(state)
                self._store.changed.add(state.series)
        self.count_stored()

    def pop_notes(self) -> tuple[str, ...]:
        """Return the notes on the current message, each once, and forget them."""
        if not self.notes:
            return ()
        notes = tuple(dict.fromkeys(self.notes))
        self.notes.clear()
        return notes

    def forget(self, state: TagState) -> None:
        """Forget a state whose series was deleted; count what its throttle held back."""
        self._flooded.discard(state)
        if state.throttle is not None and state.throttle.gathered:
            self._counters.add("samples_conflated", n=state.throttle.gathered)

    def count_stored(self) -> None:
        """Bring the counter of stored samples up to date; once per batch, since counting costs time."""
        if self._stored:
            self._counters.add("samples_stored", n=self._stored)
            self._stored = 0
