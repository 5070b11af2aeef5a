/** Histogram: how long a tag had which values. Pure. A value counts as long as it holds: until the next, or a gap. */

import type { Range, Segment } from "./segment";

export interface Histogram {
  /** Beginning of the first bin, and the width of each; both in the tag's unit. */
  readonly low: number;
  readonly width: number;
  /** Seconds per bin; the highest value lies in the last. */
  readonly seconds: Float64Array;
  readonly total: number;
  /** Values that 5, 50 and 95 % of the time were at or below. */
  readonly percentiles: readonly [number, number, number];
}

const SHARES = [0.05, 0.5, 0.95] as const;
const LEAST_BINS = 10;
const MOST_BINS = 120;

/** `null` without a value that held for a while. `grain`: the least difference of two values, 0 = not known. */
export function histogramOf(
  { times, values }: Pick<Segment, "times" | "values">,
  range: Range,
  gapSeconds: number,
  grain = 0,
): Histogram | null {
  const held: [value: number, seconds: number][] = [];
  for (let index = 0; index < times.length; index++) {
    const next = index + 1 < times.length ? times[index + 1]! : Math.min(range.end, times[index]! + gapSeconds);
    const from = Math.max(times[index]!, range.start);
    const seconds = Math.min(next, range.end) - from;
    if (Number.isFinite(values[index]!) && seconds > 0 && next - times[index]! <= gapSeconds)
      held.push([values[index]!, seconds]);
  }
  if (held.length === 0) return null;
  held.sort((a, b) => a[0] - b[0]);
  const total = held.reduce((sum, [, seconds]) => sum + seconds, 0);
  const [low, high] = [held[0]![0], held[held.length - 1]![0]];
  const percentiles = SHARES.map((share) => quantile(held, share * total)) as [number, number, number];
  const bins = binsFor(held, low, high, total);
  // A bin holds whole grains: else every other one would be empty.
  const grains = grain > 0 ? Math.max(1, Math.round((high - low) / bins / grain)) : 0;
  const width = grains > 0 ? grains * grain : high > low ? (high - low) / bins : 1;
  const first = grains > 0 ? low - grain / 2 : high > low ? low : low - 0.5;
  const seconds = new Float64Array(high > low ? Math.max(1, Math.ceil((high - first) / width - 1e-9)) : 1);
  for (const [value, lasted] of held)
    seconds[Math.min(seconds.length - 1, Math.floor((value - first) / width))]! += lasted;
  return { low: first, width, seconds, total, percentiles };
}

function quantile(held: readonly (readonly [number, number])[], seconds: number): number {
  let sum = 0;
  for (const [value, lasted] of held) {
    sum += lasted;
    if (sum >= seconds) return value;
  }
  return held[held.length - 1]![0];
}

/** Freedman and Diaconis (1981). */
function binsFor(held: readonly (readonly [number, number])[], low: number, high: number, total: number): number {
  const spread = quantile(held, 0.75 * total) - quantile(held, 0.25 * total);
  const bins = spread > 0 ? Math.ceil(((high - low) * Math.cbrt(held.length)) / (2 * spread)) : LEAST_BINS;
  return Math.max(LEAST_BINS, Math.min(MOST_BINS, bins));
}
