/**
 * Time: what a person does with time: which stretch is shown, where the cursors stand, which clock the times follow.
 * Changes the state, and nothing else.
 */

import type { Range } from "../data/segment";
import { type CursorName, toggled } from "../model/cursors";
import { live, lookAt, type Moment, pause, shownRange, withinHeld, withWindow } from "../model/timeView";
import { ZONES } from "../model/wallClock";
import type { State } from "../state";

const EVENT_MARGIN_SECONDS = 10;

/** Wheel turns that follow each other this closely are one zoom. */
const ONE_ZOOM_MS = 700;
const MOST_ZOOMS = 50;

export class Time {
  #zoomedAt = -Infinity;

  constructor(
    private readonly state: State,
    /** The present, by the clocks and by the data. */
    readonly moment: () => Moment,
    /** What the page could draw of the shown tags. */
    private readonly reach: () => Range | null,
    /** A zoom begins that can be undone. */
    private readonly zoomBegun: () => void,
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
    this.state.zooms.value = [];
  }

  lookAt(range: Range): void {
    this.state.view.value = lookAt(this.state.view.value, range);
  }

  /** A hand has zoomed or moved the picture: stays in what is held, and can be undone. */
  zoomTo(range: Range): void {
    const now = performance.now();
    if (now - this.#zoomedAt > ONE_ZOOM_MS) this.#keepView();
    this.#zoomedAt = now;
    this.lookAt(withinHeld(range, this.moment().now, this.reach()));
  }

  #keepView(): void {
    const { view, zooms } = this.state;
    zooms.value = [...zooms.value, view.value].slice(-MOST_ZOOMS);
    this.zoomBegun();
  }

  /** Shows what was shown before the last zoom; false = there was none. */
  undoZoom(): boolean {
    const { view, zooms } = this.state;
    const before = zooms.value.at(-1);
    if (before === undefined) return false;
    this.#zoomedAt = -Infinity;
    zooms.value = zooms.value.slice(0, -1);
    view.value = before;
    return true;
  }

  /** Shows a stretch as long as now about an instant. */
  goTo(time: number): void {
    const { start, end } = this.range();
    const half = (end - start) / 2;
    this.#keepView();
    this.lookAt({ start: time - half, end: time + half });
  }

  /** Shows a stretch with a margin of its own length around it, at least some seconds. */
  lookAtEvent(start: number, end: number): void {
    const margin = Math.max(EVENT_MARGIN_SECONDS, end - start);
    this.#keepView();
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

  /** Sets the cursor that is not set yet, or else the nearer one. */
  placeCursor(time: number): void {
    const { a, b } = this.state.cursors.value;
    const isNearA = a === null || (b !== null && Math.abs(time - a) < Math.abs(time - b));
    this.setCursor(isNearA ? "a" : "b", time);
  }

  /** Switches to the next clock for writing times. */
  nextZone(): void {
    const { zone } = this.state;
    zone.value = ZONES[(ZONES.indexOf(zone.value) + 1) % ZONES.length]!;
  }
}
