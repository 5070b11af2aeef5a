/** Pairs: the values of two tags at the same instants, for one over the other. Pure. */

import type { Segment } from "./segment";

/** How a value between two points is taken. */
export type Pairing = "interpolated" | "held";

export interface Pairs {
  readonly times: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

type Points = Pick<Segment, "times" | "values">;

/**
 * A pair for each point of either tag at which both have a value. `gapSeconds` of each: a value is not carried over a
 * longer silence.
 */
export function pairsOf(x: Points, y: Points, pairing: Pairing, gaps: readonly [number, number]): Pairs {
  const [times, xs, ys]: [number[], number[], number[]] = [[], [], []];
  let [afterX, afterY] = [0, 0];
  while (afterX < x.times.length || afterY < y.times.length) {
    const time = Math.min(x.times[afterX] ?? Infinity, y.times[afterY] ?? Infinity);
    while (afterX < x.times.length && !(x.times[afterX]! > time)) afterX += 1;
    while (afterY < y.times.length && !(y.times[afterY]! > time)) afterY += 1;
    const [atX, atY] = [valueAt(x, afterX, time, pairing, gaps[0]), valueAt(y, afterY, time, pairing, gaps[1])];
    if (Number.isNaN(atX) || Number.isNaN(atY)) continue;
    times.push(time);
    xs.push(atX);
    ys.push(atY);
  }
  return { times: Float64Array.from(times), x: Float64Array.from(xs), y: Float64Array.from(ys) };
}

/** `after`: the index of the first point later than `time`. NaN where nothing is known. */
function valueAt({ times, values }: Points, after: number, time: number, pairing: Pairing, gapSeconds: number): number {
  if (after === 0) return NaN;
  const [before, value] = [times[after - 1]!, values[after - 1]!];
  if (before === time) return value;
  if (after === times.length) return pairing === "held" && time - before <= gapSeconds ? value : NaN;
  if (times[after]! - before > gapSeconds) return NaN;
  if (pairing === "held") return value;
  return value + ((time - before) / (times[after]! - before)) * (values[after]! - value);
}

/** The pairs without those that fall on the place of the one before, on a picture of so many places each way. */
export function thinned({ times, x, y }: Pairs, places: number): Pairs {
  const scale = (column: Float64Array): ((value: number) => number) => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of column) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return (value) => (high > low ? Math.round(((value - low) / (high - low)) * places) : 0);
  };
  const [placeX, placeY] = [scale(x), scale(y)];
  let last = "";
  const kept: number[] = [];
  for (let index = 0; index < times.length; index++) {
    const place = `${placeX(x[index]!)} ${placeY(y[index]!)}`;
    if (place === last && index < times.length - 1) continue;
    last = place;
    kept.push(index);
  }
  const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (index) => column[index]!);
  return { times: pick(times), x: pick(x), y: pick(y) };
}
