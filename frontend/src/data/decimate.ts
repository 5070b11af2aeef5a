/**
 * Decimate: at most a few points per bucket of time, and always the bucket's extremes. Pure.
 *
 * Buckets are anchored in absolute time (bucket k spans [k·w, (k+1)·w)), so a line does not flicker while it slides. A
 * one-sample spike survives, as its bucket's minimum or maximum; a gap survives, as a NaN between the points at its
 * sides.
 */

import type { Segment } from "./segment";

export interface Decimated {
  /** POSIX seconds, ascending. */
  readonly times: Float64Array;
  /** NaN = the line is broken here. */
  readonly values: Float64Array;
  /** Raw points given, or represented by the points given. */
  readonly given: number;
  /** Whether any point was left out. */
  readonly isDecimated: boolean;
}

interface DecimateOptions {
  /** Width of a bucket in seconds; 0 = keep every point. */
  readonly bucketSeconds: number;
  /** Longer silence than this breaks the line; Infinity = never. */
  readonly gapSeconds: number;
  /** Lines drawn as steps need the last value of each bucket as well: it holds until the next. */
  readonly isStepped: boolean;
  /** Values are states: each bucket keeps every state once, since states have no order, and the last one. */
  readonly areStates?: boolean;
}

/**
 * Width of a bucket when about `buckets` cover `spanSeconds`: the next power of √2, so that zooming moves anchors
 * rarely.
 */
export function bucketWidth(spanSeconds: number, buckets: number): number {
  const width = spanSeconds / Math.max(1, buckets);
  if (!(width > 0) || !Number.isFinite(width)) return 0;
  return 2 ** (Math.ceil(Math.log2(width) * 2) / 2);
}

class Output {
  times: Float64Array;
  values: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  push(time: number, value: number): void {
    if (this.length === this.times.length) this.#grow();
    this.times[this.length] = time;
    this.values[this.length] = value;
    this.length += 1;
  }

  #grow(): void {
    const times = new Float64Array(this.times.length * 2);
    const values = new Float64Array(times.length);
    times.set(this.times);
    values.set(this.values);
    this.times = times;
    this.values = values;
  }
}

/** The open bucket: where its minimum, maximum and last point are. Empty when `bucket` is NaN. */
interface Open {
  /** States written already. */
  readonly seen: number[];
  bucket: number;
  low: number;
  lowTime: number;
  high: number;
  highTime: number;
  last: number;
  lastTime: number;
}

export function decimate(segments: readonly Segment[], options: DecimateOptions): Decimated {
  const given = segments.reduce((sum, segment) => sum + Math.round(segment.times.length * (segment.weight ?? 1)), 0);
  const out = new Output(Math.max(16, Math.min(given + 16, 8192)));
  let slack = 0;
  const open: Open = { seen: [], bucket: NaN, low: 0, lowTime: 0, high: 0, highTime: 0, last: 0, lastTime: 0 };
  let previous = NaN;
  let isBroken = true; // nothing drawn yet: no break for a leading gap
  let kept = 0;
  for (const { times, values, spacing = 0 } of segments) {
    for (let index = 0; index < times.length; index++) {
      const silence = Math.max(options.gapSeconds, spacing, index === 0 ? slack : 0);
      const time = times[index]!;
      const value = values[index]!;
      const isGap = Number.isNaN(value);
      if ((isGap || time - previous > silence) && !isBroken) {
        kept += flush(open, out, options);
        out.push(isGap ? time : (previous + time) / 2, NaN);
        isBroken = true;
      }
      previous = time;
      if (isGap) {
        kept += 1;
        continue;
      }
      isBroken = false;
      const bucket = options.bucketSeconds > 0 ? Math.floor(time / options.bucketSeconds) : index;
      if (bucket === open.bucket && options.bucketSeconds > 0) {
        widen(open, time, value);
      } else {
        kept += flush(open, out, options);
        start(open, bucket, time, value);
      }
      if (options.areStates === true && !open.seen.includes(value)) {
        open.seen.push(value);
        out.push(time, value);
        kept += 1;
      }
    }
    slack = spacing;
  }
  kept += flush(open, out, { ...options, isStepped: true }); // the line ends where its points do
  return {
    times: out.times.subarray(0, out.length),
    values: out.values.subarray(0, out.length),
    given,
    isDecimated: kept < given,
  };
}

function start(open: Open, bucket: number, time: number, value: number): void {
  open.bucket = bucket;
  open.seen.length = 0;
  open.low = open.high = open.last = value;
  open.lowTime = open.highTime = open.lastTime = time;
}

function widen(open: Open, time: number, value: number): void {
  if (value < open.low) {
    open.low = value;
    open.lowTime = time;
  } else if (value > open.high) {
    open.high = value;
    open.highTime = time;
  }
  open.last = value;
  open.lastTime = time;
}

/** Writes the open bucket's extremes in order of time and empties it; returns the number of points written. */
function flush(open: Open, out: Output, { isStepped, areStates = false }: DecimateOptions): number {
  if (Number.isNaN(open.bucket)) return 0;
  const before = out.length;
  const isLowFirst = open.lowTime <= open.highTime;
  if (!areStates) {
    out.push(isLowFirst ? open.lowTime : open.highTime, isLowFirst ? open.low : open.high);
    if (open.low !== open.high) out.push(isLowFirst ? open.highTime : open.lowTime, isLowFirst ? open.high : open.low);
  }
  if (isStepped && open.lastTime > out.times[out.length - 1]!) out.push(open.lastTime, open.last);
  open.bucket = NaN;
  return out.length - before;
}
