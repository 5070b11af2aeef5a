/** Stats: count, extremes, mean and deviation of a stretch of points. Pure. */

import { firstAfter, firstAtOrAfter, type Range, type Segment } from "./segment";

export interface Stats {
  /** Numbers inside the range; gaps do not count. */
  readonly count: number;
  /** The last number at or before the end of the range, also one from before its start; NaN = none. */
  readonly last: number;
  /** NaN if `count` is 0; so are the next three. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation of the points themselves (n, not n − 1). */
  readonly deviation: number;
  /** Whether a number inside the range is zero or less, which a logarithmic axis cannot show. */
  readonly hasNonPositive: boolean;
}

/** The middle of `numbers`; of an even count the mean of the two middle ones; NaN if empty. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Over `segments`, which ascend by time and do not overlap. Sums are relative to the first value, so that a small σ on
 * a large offset keeps its digits.
 */
export function summarise(segments: readonly Segment[], range: Range): Stats {
  let count = 0;
  let origin = NaN;
  let sum = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  let last = NaN;
  for (const { times, values } of segments) {
    const from = firstAtOrAfter(times, range.start);
    const to = firstAfter(times, range.end);
    if (from > 0 && !Number.isNaN(values[from - 1]!)) last = values[from - 1]!;
    for (let index = from; index < to; index++) {
      const value = values[index]!;
      if (!Number.isFinite(value)) continue;
      if (count === 0) origin = value;
      count += 1;
      const offset = value - origin;
      sum += offset;
      squares += offset * offset;
      if (value < min) min = value;
      if (value > max) max = value;
      last = value;
    }
  }
  if (count === 0) return { count, last, min: NaN, max: NaN, mean: NaN, deviation: NaN, hasNonPositive: false };
  const mean = sum / count;
  return {
    count,
    last,
    min,
    max,
    mean: origin + mean,
    deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    hasNonPositive: min <= 0,
  };
}
