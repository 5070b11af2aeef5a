/**
 * Cycles: a stretch of time cut into the cycles of a two-state tag, each from one rise of the tag to the next. Pure.
 */

import type { Range, Segment } from "../data/segment";
import { median } from "../data/stats";

export interface Cycle extends Range {
  /** Whether it has not ended yet. */
  readonly isRunning: boolean;
}

export const MOST_CYCLES = 30;
const HIGH = 0.5;

/** The cycles that begin inside `range`, oldest first; the last one is running, up to `now` or the end of the range. */
export function cyclesOf(chain: readonly Segment[], range: Range, now: number): Cycle[] {
  const rises = risesOf(chain).filter((time) => time >= range.start && time <= range.end);
  return rises.map((start, index) => {
    const next = rises[index + 1];
    return next === undefined
      ? { start, end: Math.max(start, Math.min(range.end, now)), isRunning: true }
      : { start, end: next, isRunning: false };
  });
}

function risesOf(chain: readonly Segment[]): number[] {
  const rises: number[] = [];
  let previous = NaN;
  for (const { times, values } of chain) {
    for (let index = 0; index < times.length; index++) {
      const value = values[index]!;
      if (Number.isNaN(value)) continue;
      if (previous < HIGH && value >= HIGH) rises.push(times[index]!);
      previous = value;
    }
  }
  return rises;
}

/** The last `count` whole cycles, oldest first, and the running one after them. */
export function lastCycles(cycles: readonly Cycle[], count: number): Cycle[] {
  const whole = cycles.filter(({ isRunning }) => !isRunning).slice(-Math.min(count, MOST_CYCLES));
  return [...whole, ...cycles.filter(({ isRunning }) => isRunning)];
}

export function secondsOf({ start, end }: Range): number {
  return end - start;
}

/** The longest whole cycle, the later of two equal ones; `null` with fewer than two, since then none is slower. */
export function slowestOf(cycles: readonly Cycle[]): Cycle | null {
  const whole = cycles.filter(({ isRunning }) => !isRunning);
  if (whole.length < 2) return null;
  return whole.reduce((slowest, cycle) => (secondsOf(cycle) >= secondsOf(slowest) ? cycle : slowest));
}

/** Median length of the whole cycles in seconds; NaN without any. */
export function medianOf(cycles: readonly Cycle[]): number {
  return median(cycles.filter(({ isRunning }) => !isRunning).map(secondsOf));
}
