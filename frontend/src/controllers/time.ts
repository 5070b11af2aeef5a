/**
 * Time: what a person does with time: which stretch is shown, where the cursors stand, which clock the times follow.
 * Changes the state, and nothing else.
 */

import type { Range } from "../data/segment";
import { type CursorName, toggled } from "../model/cursors";
import { live, lookAt, type Moment, pause, shownRange, withWindow } from "../model/timeView";
import { ZONES } from "../model/wallClock";
import type { State } from "../state";

const EVENT_MARGIN_SECONDS = 10;

export class Time {
  constructor(
    private readonly state: State,
    /** The present, by the clocks and by the data. */
    private readonly moment: () => Moment,
  ) {}

  /** The stretch on the time axis now. */
  range(): Range {
    return shownRange(this.state.view.peek(), this.moment());
  }

  setWindow(seconds: number | null): void {
    const { view } = this.state;
    view.value = withWindow(view.value, seconds, this.moment());
  }

  togglePause(): void {
    const { view } = this.state;
    view.value = view.value.mode === "paused" ? live(view.value) : pause(view.value, this.range());
  }

  goLive(): void {
    this.state.view.value = live(this.state.view.value);
  }

  lookAt(range: Range): void {
    this.state.view.value = lookAt(this.state.view.value, range);
  }

  /** Shows a stretch with a margin of its own length around it, at least some seconds. */
  lookAtEvent(start: number, end: number): void {
    const margin = Math.max(EVENT_MARGIN_SECONDS, end - start);
    this.lookAt({ start: start - margin, end: end + margin });
  }

  /** Shows two cursors, or hides them. */
  toggleCursors(): void {
    const { cursors } = this.state;
    cursors.value = toggled(cursors.value, this.range());
  }

  /** Sets a cursor to `time`, or to the mouse, or else to the middle of the picture. */
  setCursor(name: CursorName, time: number | null = null): void {
    const { cursors, hover } = this.state;
    const { start, end } = this.range();
    cursors.value = { ...cursors.value, [name]: time ?? hover.value?.time ?? (start + end) / 2 };
  }

  /** Switches to the next clock for writing times. */
  nextZone(): void {
    const { zone } = this.state;
    zone.value = ZONES[(ZONES.indexOf(zone.value) + 1) % ZONES.length]!;
  }
}
