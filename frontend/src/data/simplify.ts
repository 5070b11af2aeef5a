/**
 * Simplify: drops points of a decimated line that lie between two others anyway, so that plotly has less to do. Pure.
 *
 * Every local minimum and maximum and every gap stays exactly as it is, and a line that has slid keeps the same points.
 * On the stretches between them no dropped point is farther than `TOLERANCE_PIXELS` from the line. (From each point
 * kept, the cone of directions that pass all since; after Sklansky and Gonzalez, "Fast polygonal approximation of
 * digitized curves", 1980.)
 */

import type { Segment } from "./segment";

const TOLERANCE_PIXELS = 0.35;
/** Time is cut into cells at least so wide, a power of two of seconds: which points stay depends on those of one cell. */
const CELL_PIXELS = 8;

interface PixelScale {
  readonly perSecond: number;
  /** Per unit of the value. */
  readonly perUnit: number;
}

/** Returns the same columns if there is nothing to gain. */
export function simplify({ times, values }: Segment, { perSecond, perUnit }: PixelScale): Segment {
  const length = times.length;
  if (!(perSecond > 0) || !(perUnit > 0) || length < 3) return { times, values };
  const cell = 2 ** Math.ceil(Math.log2(CELL_PIXELS / perSecond));
  const isFirstOfCell = (index: number): boolean =>
    Math.floor(times[index]! / cell) !== Math.floor(times[index - 1]! / cell);
  const keptTimes = new Float64Array(length);
  const keptValues = new Float64Array(length);
  let kept = 0;
  let from = 0; // the last point kept
  let low = -Infinity; // the cone
  let high = Infinity;
  const keep = (index: number): void => {
    keptTimes[kept] = times[index]!;
    keptValues[kept] = values[index]!;
    kept += 1;
    from = index;
    low = -Infinity;
    high = Infinity;
  };
  keep(0);
  for (let index = 1; index < length; index++) {
    let direction = directionTo(index);
    if (!(direction >= low && direction <= high) && index - 1 > from) {
      keep(index - 1);
      direction = directionTo(index);
    }
    if (index === length - 1 || isCorner(values, index) || isFirstOfCell(index)) {
      keep(index);
      continue;
    }
    const distance = Math.hypot((times[index]! - times[from]!) * perSecond, (values[index]! - values[from]!) * perUnit);
    if (distance <= TOLERANCE_PIXELS) continue;
    const spread = Math.asin(TOLERANCE_PIXELS / distance);
    low = Math.max(low, direction - spread);
    high = Math.min(high, direction + spread);
  }
  return { times: keptTimes.slice(0, kept), values: keptValues.slice(0, kept) };

  function directionTo(index: number): number {
    return Math.atan2((values[index]! - values[from]!) * perUnit, (times[index]! - times[from]!) * perSecond);
  }
}

/** A gap, a point beside one, or a place where the line turns. */
function isCorner(values: Float64Array, index: number): boolean {
  const before = values[index]! - values[index - 1]!;
  const after = values[index + 1]! - values[index]!;
  return !(before * after > 0 || (before === 0 && after === 0));
}
