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
  /** Weighted by time, as the mean: a value holds until the next one or a gap. */
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

/** The part that no decimated points can tell. */
export type TrueStats = Pick<Stats, "count" | "min" | "max" | "mean" | "deviation">;

/**
 * Over `segments`, which ascend by time and do not overlap. Sums are relative to the first value, so that a small σ on
 * a large offset keeps its digits. A value that a longer silence than `gapSeconds` follows holds for no time. What held before the range is one of its values, as for
 * the server.
 */
export function summarise(segments: readonly Segment[], range: Range, gapSeconds = Infinity): Stats {
  let count = 0;
  let origin = NaN;
  let min = Infinity;
  let max = -Infinity;
  let last = NaN;
  let holding = NaN;
  let since = -Infinity;
  const weighted = { seconds: 0, sum: 0, squares: 0 };
  const plain = { seconds: 0, sum: 0, squares: 0 };
  const hold = (until: number): void => {
    const isHeld = !Number.isNaN(holding) && until - since <= gapSeconds;
    const seconds = until - Math.max(since, range.start);
    if (isHeld) add(weighted, holding - origin, seconds);
    if (isHeld && seconds > 0) [min, max] = [Math.min(min, holding), Math.max(max, holding)];
    since = until;
  };
  for (const { times, values } of segments) {
    const from = firstAtOrAfter(times, range.start);
    const to = firstAfter(times, range.end);
    if (from > 0 && !Number.isNaN(values[from - 1]!)) {
      last = values[from - 1]!;
      if (count === 0 && Number.isFinite(range.start)) {
        holding = origin = last;
        since = times[from - 1]!;
      }
    }
    for (let index = from; index < to; index++) {
      const value = values[index]!;
      hold(times[index]!);
      holding = Number.isFinite(value) ? value : NaN;
      if (!Number.isFinite(value)) continue;
      if (Number.isNaN(origin)) origin = value;
      count += 1;
      add(plain, value - origin, 1);
      if (value < min) min = value;
      if (value > max) max = value;
      last = value;
    }
  }
  if (count === 0) return { count, last, min: NaN, max: NaN, mean: NaN, deviation: NaN, hasNonPositive: false };
  if (Number.isFinite(range.end)) hold(range.end);
  const { seconds, sum, squares } = weighted.seconds > 0 ? weighted : plain;
  const mean = sum / seconds;
  return {
    count,
    last,
    min,
    max,
    mean: origin + mean,
    deviation: Math.sqrt(Math.max(0, squares / seconds - mean * mean)),
    hasNonPositive: min <= 0,
  };
}

function add(sums: { seconds: number; sum: number; squares: number }, offset: number, seconds: number): void {
  sums.seconds += seconds;
  sums.sum += seconds * offset;
  sums.squares += seconds * offset * offset;
}
