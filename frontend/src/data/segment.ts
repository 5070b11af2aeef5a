/**
 * Segment: points as two columns, ascending by time; searched, sorted, cut and joined. Pure.
 *
 * A chain is several segments one after the other, without overlap.
 */

import type { Kind } from "../protocol/tags";

/** Two columns of equal length, ascending by time. */
export interface Segment {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /**
   * Only for decimated points: how many raw points each stands for, and the seconds that may lie between two of them.
   */
  readonly weight?: number;
  /** Only in outline, where points are the lowest and highest of buckets: the means of these. */
  readonly means?: Float64Array;
  readonly spacing?: number;
}

export interface Range {
  /** POSIX seconds; -Infinity = as far back as there is. */
  readonly start: number;
  /** POSIX seconds; Infinity = up to the newest. */
  readonly end: number;
}

/** One tag's points, ascending by time. */
export interface Column {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
  /** POSIX seconds. */
  readonly times: ArrayLike<number>;
  /** NaN = a gap. */
  readonly values: ArrayLike<number>;
  /** What lies before the points and is known in outline only. */
  readonly outline?: Outline;
}

/** Buckets of `step` seconds, by their beginnings; NaN = nothing but a gap. */
export interface Outline {
  readonly step: number;
  readonly times: ArrayLike<number>;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
  /** Weighted by time. */
  readonly mean: ArrayLike<number>;
  /** Samples in it. */
  readonly count: ArrayLike<number>;
  /** With a value. */
  readonly seconds: ArrayLike<number>;
}

export const NO_POINTS: Segment = { times: new Float64Array(0), values: new Float64Array(0) };
const PACE_POINTS = 32;

/** Index of the first time ≥ `time` in an ascending column. */
export function firstAtOrAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first time > `time` in an ascending column. */
export function firstAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The same columns in ascending time, points of equal time in order of arrival; the argument itself if already sorted.
 */
export function sortByTime(segment: Segment): Segment {
  const { times, values } = segment;
  let isSorted = true;
  for (let index = 1; index < times.length && isSorted; index++) isSorted = times[index - 1]! <= times[index]!;
  if (isSorted) return segment;
  const order = Uint32Array.from(times, (_, index) => index).sort((a, b) => times[a]! - times[b]! || a - b);
  return {
    times: Float64Array.from(order, (index) => times[index]!),
    values: Float64Array.from(order, (index) => values[index]!),
  };
}

/**
 * Usual seconds between the newest points: the median of the last `PACE_POINTS`, so that a silence does not count. NaN
 * below three.
 */
export function pace(times: Float64Array): number {
  const newest = times.subarray(-PACE_POINTS);
  if (newest.length < 3) return NaN;
  const steps = newest
    .subarray(1)
    .map((time, index) => time - newest[index]!)
    .sort();
  return steps[steps.length >> 1]!;
}

export function before(segment: Segment, time: number): Segment {
  return slice(segment, 0, firstAtOrAfter(segment.times, time));
}

export function after(segment: Segment, time: number): Segment {
  return slice(segment, firstAfter(segment.times, time), segment.times.length);
}

function slice({ times, values, means, weight, spacing }: Segment, from: number, to: number): Segment {
  const points = { times: times.subarray(from, to), values: values.subarray(from, to) };
  const columns = means === undefined ? points : { ...points, means: means.subarray(from, to) };
  return weight === undefined || spacing === undefined ? columns : { ...columns, weight, spacing };
}

/** Cuts a chain of segments to the range, plus one point before and after it for the line to run to. */
export function clip(chain: readonly Segment[], range: Range): Segment[] {
  const segments = chain.filter((segment) => segment.times.length > 0);
  const kept: Segment[] = [];
  segments.forEach((segment, index) => {
    const isBeforeRange = segments[index + 1] !== undefined && segments[index + 1]!.times[0]! <= range.start;
    const isAfterRange = index > 0 && lastTime(segments[index - 1]!) >= range.end;
    if (isBeforeRange || isAfterRange) return;
    const from = Math.max(0, firstAtOrAfter(segment.times, range.start) - 1);
    const to = Math.min(segment.times.length, firstAfter(segment.times, range.end) + 1);
    kept.push(slice(segment, from, to));
  });
  return kept;
}

function lastTime(segment: Segment): number {
  return segment.times[segment.times.length - 1]!;
}

/** The points inside the range, copied into one segment. */
export function joined(chain: readonly Segment[], { start, end }: Range): Segment {
  const inside = chain.map((segment) =>
    slice(segment, firstAtOrAfter(segment.times, start), firstAfter(segment.times, end)),
  );
  const times = new Float64Array(inside.reduce((sum, segment) => sum + segment.times.length, 0));
  const values = new Float64Array(times.length);
  let at = 0;
  for (const segment of inside) {
    times.set(segment.times, at);
    values.set(segment.values, at);
    at += segment.times.length;
  }
  return { times, values };
}
