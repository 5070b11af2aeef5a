/** Pairs: the values of two tags at the same instants, for one over the other. Pure. */

import { firstAfter, type Segment } from "./segment";

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
  const times = Float64Array.from(new Set([...x.times, ...y.times])).sort();
  const kept: number[][] = [[], [], []];
  for (const time of times) {
    const [atX, atY] = [valueAt(x, time, pairing, gaps[0]), valueAt(y, time, pairing, gaps[1])];
    if (Number.isNaN(atX) || Number.isNaN(atY)) continue;
    kept[0]!.push(time);
    kept[1]!.push(atX);
    kept[2]!.push(atY);
  }
  return { times: Float64Array.from(kept[0]!), x: Float64Array.from(kept[1]!), y: Float64Array.from(kept[2]!) };
}

/** NaN where nothing is known. */
function valueAt({ times, values }: Points, time: number, pairing: Pairing, gapSeconds: number): number {
  const after = firstAfter(times, time);
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
