/**
 * Still line: the older part of a line, which stays as it is while the picture slides on. Pure.
 *
 * It is drawn once and then moved by whole pixels. Only what has come since, the *tail*, is drawn for each picture.
 */

import type { PlotTrace } from "../plotly";
import { dashes, lengthOf, type Scale } from "./paths";

type Points = Pick<PlotTrace, "x" | "y">;

/** Points nearer than this to the newest one may still give way to others of their bucket of the decimation. */
const UNSETTLED_PIXELS = 12;
/** As near to the left edge, a bucket of the decimation, or a cell of the simplified line, may lie partly outside. */
const EDGE_PIXELS = 20;

/** Only what covers itself may be drawn in two parts that overlap. */
export function canBeStill({ mode, fill, opacity = 1 }: PlotTrace): boolean {
  return mode === "lines" && fill === undefined && opacity === 1;
}

export interface Cut {
  /** So many points of the line are drawn as its still part; the seam cuts off what is beyond it. */
  readonly count: number;
  /** So many of them lie before the seam. */
  readonly before: number;
}

/** Where the still part of a sliding picture with these lines ends, in milliseconds. */
export function seamOf(lines: readonly Points[], { perMillisecond }: Scale): number {
  return Math.max(...lines.map(({ x }) => x[x.length - 1] ?? -Infinity)) - (2 * UNSETTLED_PIXELS) / perMillisecond;
}

/** Which points of a sliding line will stay as they are: up to the first one beyond the seam, if that is settled. */
export function cutAt(seam: number, { x }: Points, { perMillisecond }: Scale): Cut {
  const before = countUntil(seam, x);
  const isSettled = before > 0 && x[before]! <= seam + UNSETTLED_PIXELS / perMillisecond;
  return { count: isSettled ? before + 1 : before, before };
}

/** All points: the picture does not slide, or not yet. */
export function uncut(seam: number, { x }: Points): Cut {
  return { count: x.length, before: countUntil(seam, x) };
}

function countUntil(time: number, ascending: Float64Array): number {
  let count = ascending.length;
  while (count > 0 && ascending[count - 1]! > time) count--;
  return count;
}

/**
 * How many points of `line` are drawn by `still` already; -1 = they are not the same ones in the whole picture, so that
 * it has to be drawn anew.
 */
export function drawnBy(still: Points, line: Points, { start, perMillisecond }: Scale): number {
  const edge = start + EDGE_PIXELS / perMillisecond;
  let own = still.x.length;
  const last = still.x[own - 1];
  if (last === undefined) return 0;
  const count = indexOf(line.x, last) + 1;
  if (count === 0) return -1;
  let other = count;
  while (own > 0 && other > 0) {
    own--;
    other--;
    const isSame = still.x[own] === line.x[other] && Object.is(still.y[own], line.y[other]);
    if (!isSame) return Math.max(still.x[own]!, line.x[other]!) <= edge ? count : -1;
  }
  // the one that reaches further back does so outside of the picture
  return Math.max(still.x[0]!, line.x[0] ?? Infinity) <= edge || other === own ? count : -1;
}

function indexOf(ascending: Float64Array, time: number): number {
  for (let index = ascending.length - 1; index >= 0 && ascending[index]! >= time; index--)
    if (ascending[index] === time) return index;
  return -1;
}

/** Pixels of the line before a tail without a seam: so short that drawing them twice is not seen. */
const STUB_PIXELS = 1;

interface Stub {
  readonly x: number;
  readonly y: number;
  /** Pixels along the line from the point before. */
  readonly along: number;
}

/** The place just before the line's point `index`, on its way from the point before; `null` = there is none. */
export function stubBefore(
  { x, y, line }: Pick<PlotTrace, "x" | "y" | "line">,
  index: number,
  scale: Scale,
): Stub | null {
  const [x0, y0, x1, y1] = [x[index - 1], y[index - 1], x[index], y[index]];
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return null;
  const way = { x: Float64Array.of(x0, x1), y: Float64Array.of(y0, y1), line };
  if (line.shape === "hv") {
    const level = { ...way, y: Float64Array.of(y0, y0) };
    return { x: x1, y: y0, along: lengthOf(level, scale) };
  }
  const length = lengthOf(way, scale);
  if (!(length > STUB_PIXELS)) return null;
  const part = 1 - STUB_PIXELS / length;
  const value = scale.isLog ? y0 ** (1 - part) * y1 ** part : y0 + part * (y1 - y0);
  return { x: x0 + part * (x1 - x0), y: value, along: length - STUB_PIXELS };
}

/** Where in its pattern of dashes a line is at its point `index`. */
export function dashPhase({ x, y, line }: PlotTrace, index: number, scale: Scale): number {
  const pattern = dashes(line.dash, line.width);
  if (pattern === "none") return 0;
  let from = index;
  while (from > 0 && Number.isFinite(y[from - 1]!)) from--; // each piece begins its dashes anew
  const period = pattern.split(",").reduce((sum, part) => sum + Number(part), 0);
  return lengthOf({ x: x.subarray(from, index + 1), y: y.subarray(from, index + 1), line }, scale) % period;
}
