/** Cursors: two instants, the values of lines at them, and the difference. Pure. */

import { firstAfter, type Range, type Segment } from "../data/segment";

/** POSIX seconds; `null` = not set. */
export interface Cursors {
  readonly a: number | null;
  readonly b: number | null;
}

export type CursorName = keyof Cursors;

export const NO_CURSORS: Cursors = { a: null, b: null };

/** Cursors at a third and two thirds of `range`, or none if there were some. */
export function toggled(cursors: Cursors, range: Range): Cursors {
  if (cursors.a !== null || cursors.b !== null) return NO_CURSORS;
  const span = range.end - range.start;
  return { a: range.start + span / 3, b: range.end - span / 3 };
}

export interface Reach {
  /** The line holds each value until the next. */
  readonly isStepped: boolean;
  /** A longer silence breaks the line: there is no value in it. */
  readonly gapSeconds: number;
  /** The last value is known to hold until here, POSIX seconds; -Infinity = it stands for its own instant only. */
  readonly heldUntil: number;
}

/**
 * The line's value at `time`, as the picture draws it: interpolated between two points; NaN outside and in gaps. The one
 * function that mouse, legend, cursors and exports read.
 */
export function valueAt(segments: readonly Segment[], time: number, reach: Reach): number {
  let before: readonly [number, number] | null = null;
  for (const { times, values } of segments) {
    const index = firstAfter(times, time);
    if (index > 0) before = [times[index - 1]!, values[index - 1]!];
    if (index === times.length) continue;
    return before === null ? NaN : between(before, [times[index]!, values[index]!], time, reach);
  }
  if (before === null) return NaN;
  return time <= Math.max(before[0], reach.heldUntil) ? before[1] : NaN;
}

function between(
  before: readonly [number, number],
  after: readonly [number, number],
  time: number,
  { isStepped, gapSeconds }: Reach,
): number {
  if (before[0] === time) return before[1];
  const span = after[0] - before[0];
  if (span > gapSeconds) return NaN;
  if (isStepped) return before[1];
  return before[1] + ((after[1] - before[1]) * (time - before[0])) / span;
}

export interface Difference {
  readonly dy: number;
  /** Per second; NaN if both instants are the same. */
  readonly slope: number;
}

export function difference(a: number, b: number, seconds: number): Difference {
  const dy = b - a;
  return { dy, slope: seconds === 0 ? NaN : dy / seconds };
}
