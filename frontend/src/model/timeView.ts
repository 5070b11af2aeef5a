/**
 * Time view: which stretch of time is shown. Pure values and functions; the one signal that holds it is in `state.ts`.
 *
 * *live* follows the newest data over a window; *paused* keeps the picture as it is; *back* looks at a range of the
 * past (or of a zoom) while data keeps arriving.
 */

import type { Range } from "../data/segment";

type Mode = "live" | "paused" | "back";

export interface TimeView {
  readonly mode: Mode;
  /** Seconds shown when live; `null` = all that is held. */
  readonly window: number | null;
  /** What is shown unless live. */
  readonly range: Range | null;
}

interface TimeWindow {
  readonly seconds: number | null;
  readonly label: string;
}

/** In the order of the keys 1 to 6. */
export const WINDOWS: readonly TimeWindow[] = [
  { seconds: 10, label: "10 s" },
  { seconds: 60, label: "1 min" },
  { seconds: 600, label: "10 min" },
  { seconds: 3600, label: "1 h" },
  { seconds: 28800, label: "8 h" },
  { seconds: null, label: "all" },
];

/** Offered once more is held than the window before it shows. In the order of the keys 7 to 9. */
export const LONG_WINDOWS: readonly TimeWindow[] = [
  { seconds: 86400, label: "24 h" },
  { seconds: 7 * 86400, label: "7 d" },
  { seconds: 30 * 86400, label: "30 d" },
];

/** The windows to choose from, the shortest first, where `heldSeconds` are held. */
export function offeredWindows(heldSeconds: number): readonly TimeWindow[] {
  const timed = [...WINDOWS.filter(({ seconds }) => seconds !== null), ...LONG_WINDOWS];
  const shown = timed.filter(
    (one, index) => !LONG_WINDOWS.includes(one) || heldSeconds > (timed[index - 1]?.seconds ?? 0),
  );
  return [...shown, ...WINDOWS.filter(({ seconds }) => seconds === null)];
}

export const DEFAULT_WINDOW = 60;
const LEAST_SPAN_SECONDS = 1e-6;
/** The part of a picture that may lie outside of what is held. */
const MARGIN = 0.25;
/** A tag whose newest point is this recent counts as being of our time, whatever other clocks say. */
const OUR_TIME_SECONDS = 3600;
const GREATEST_SPAN_SECONDS = 20 * 366 * 86400;

/** What the clocks and the data say; `held` is `null` while nothing is held. */
export interface Moment {
  /** The server's clock, POSIX seconds. */
  readonly now: number;
  readonly held: Range | null;
  /** The time of the newest point of each tag that has one. */
  readonly newest: readonly number[];
}

export function live(view: TimeView): TimeView {
  return { mode: "live", window: view.window, range: null };
}

export function pause(view: TimeView, shown: Range): TimeView {
  return { mode: "paused", window: view.window, range: view.range ?? shown };
}

/** Shows `range`: leaves live mode, but stays paused if it was. */
export function lookAt(view: TimeView, range: Range): TimeView {
  return { mode: view.mode === "paused" ? "paused" : "back", window: view.window, range: withinReason(range) };
}

/** Sets another window, and goes live; a paused picture keeps its right edge instead. */
export function withWindow(view: TimeView, seconds: number | null, moment: Moment): TimeView {
  if (view.mode !== "paused" || view.range === null) return { mode: "live", window: seconds, range: null };
  const end = view.range.end;
  const start = seconds === null ? (moment.held?.start ?? end - DEFAULT_WINDOW) : end - seconds;
  return {
    mode: "paused",
    window: seconds,
    range: withinReason({ start: Math.min(start, end - LEAST_SPAN_SECONDS), end }),
  };
}

/** The range on the time axis. */
export function shownRange(view: TimeView, moment: Moment): Range {
  if (view.range !== null) return view.range;
  const end = liveEdge(view.window, moment);
  if (view.window !== null) return { start: end - view.window, end };
  const start = moment.held?.start ?? end - DEFAULT_WINDOW;
  return { start: Math.min(start, end - 1), end };
}

/**
 * The right edge when live: the server's now. If the newest point is ahead (a device's clock is fast), that point. If
 * it falls behind, the edge waits once that point has slid to the middle, so that old stamps still give a picture. A
 * clock that is ahead by more than half a window moves the edge only if no shown tag is of our time: it must not push
 * the others out.
 */
function liveEdge(window: number | null, moment: Moment): number {
  if (moment.held === null) return moment.now;
  const newest = window === null ? moment.held.end : newestOf(moment, moment.held.end, window / 2);
  const lead = window === null ? Math.max(1, (newest - moment.held.start) / 10) : window / 2;
  return Math.min(Math.max(moment.now, newest), newest + lead);
}

/** The newest point among the tags of our time, at most `ahead` seconds ahead of it; `otherwise` if there is none. */
function newestOf({ now, newest }: Moment, otherwise: number, ahead: number): number {
  let found = -Infinity;
  for (const time of newest) if (time > found && time > now - OUR_TIME_SECONDS && time <= now + ahead) found = time;
  return found === -Infinity ? otherwise : found;
}

/** `range` made `factor` times as wide around the instant `anchor`. */
export function zoomAt(range: Range, factor: number, anchor: number): Range {
  return withinReason({ start: anchor - (anchor - range.start) * factor, end: anchor + (range.end - anchor) * factor });
}

export function shift(range: Range, seconds: number): Range {
  return { start: range.start + seconds, end: range.end + seconds };
}

/** `range` moved and cut so that most of it lies in what is held; as it is while nothing is held. */
export function withinHeld(range: Range, now: number, held: Range | null): Range {
  if (held === null) return range;
  const span = range.end - range.start;
  const [first, last] = [held.start, Math.max(now, held.end)];
  const widest = Math.max(LEAST_SPAN_SECONDS, (last - first) / (1 - 2 * MARGIN));
  const wanted = Math.min(span, Math.max(widest, DEFAULT_WINDOW));
  const middle = (range.start + range.end) / 2;
  const start = wanted === span ? range.start : middle - wanted / 2;
  const [least, most] = [first - MARGIN * wanted, last + MARGIN * wanted - wanted];
  const kept = Math.max(least, Math.min(start, Math.max(least, most)));
  return kept === range.start && wanted === span ? range : { start: kept, end: kept + wanted };
}

function withinReason(range: Range): Range {
  const span = range.end - range.start;
  const wanted = Math.min(Math.max(span, LEAST_SPAN_SECONDS), GREATEST_SPAN_SECONDS);
  if (wanted === span) return range;
  const middle = (range.start + range.end) / 2;
  return { start: middle - wanted / 2, end: middle + wanted / 2 };
}
