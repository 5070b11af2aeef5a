/**
 * Axis range: the numbers at the ends of a value axis, chosen so that the axis stands still while its data moves a
 * little. Pure.
 *
 * It widens as soon as a value would leave it, and narrows only when the data fills less than `KEEP` of it.
 */

import type { Ends } from "../model/chartStyle";

const KEEP = 0.6;
/** About this many steps lie between the ends, so that little of the axis stays empty. */
const STEPS = 16;

/** Ends for data between `low` and `high` (finite), given the ends of the picture before. */
export function nextEnds(previous: Ends | null, low: number, high: number): Ends {
  const wanted = niceEnds(low, high);
  if (previous === null) return wanted;
  const isInside = low >= previous[0] && high <= previous[1];
  const isWellFilled = wanted[1] - wanted[0] >= KEEP * (previous[1] - previous[0]);
  return isInside && isWellFilled ? previous : wanted;
}

/** The data with a margin of 4 %, out to round numbers. */
export function niceEnds(low: number, high: number): Ends {
  const span = high - low;
  if (!Number.isFinite(span)) return [low, high];
  const air = span > 0 ? span * 0.04 : Math.max(Math.abs(high) * 0.02, 0.5);
  const step = niceStep((span + 2 * air) / STEPS);
  return [Math.floor((low - air) / step) * step, Math.ceil((high + air) / step) * step];
}

/** The next number at or above `step` that is 1, 2 or 5 times a power of ten. */
function niceStep(step: number): number {
  if (!(step > 0) || !Number.isFinite(step)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return digit * power;
}
