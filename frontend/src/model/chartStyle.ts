/** Chart style: how a chart draws its lines and scales its value axes. Pure values. */

import type { Pairing } from "../data/pairs";
import type { Kind } from "../protocol/tags";
import type { View } from "./views";

export type AxisScale = "linear" | "log";
/** `auto`: lines for numbers, steps for states and booleans. */
export type LineStyle = "auto" | "line" | "step" | "points";

/** `auto`: breaks a line where its tag was silent for longer than usual. */
export type Gaps = "auto" | "never";

export const STYLES: readonly LineStyle[] = ["auto", "line", "step", "points"];

/** `unit`: tags of one unit share an axis; `own`: each has one; `norm`: all lie on one, each over its own range. */
export type AxisSharing = "unit" | "own" | "norm";

/** A value axis with fixed ends; all others follow their data. */
interface FixedRange {
  /** The unit of the axis, or the tag where each has its own. */
  readonly unit: string;
  readonly low: number;
  readonly high: number;
}

/** The last cycles of a two-state tag laid over each other. */
interface Folding {
  readonly by: string;
  readonly count: number;
}

export interface ChartStyle {
  readonly view: View;
  /** How values of two tags are taken at one instant, where one is drawn over the other. */
  readonly pairing: Pairing;
  /** Only of a spectrum: its frequencies lie on a logarithmic axis. */
  readonly isLogX: boolean;
  readonly scale: AxisScale;
  readonly line: LineStyle;
  readonly gaps: Gaps;
  readonly axes: AxisSharing;
  /** Draws, below its lines, the window this many seconds earlier; 0 = none. */
  readonly earlier: number;
  /** `null` = not folded. */
  readonly fold: Folding | null;
  readonly fixed: readonly FixedRange[];
}

export const PLAIN_STYLE: ChartStyle = {
  view: "time",
  pairing: "interpolated",
  isLogX: false,
  scale: "linear",
  line: "auto",
  gaps: "auto",
  axes: "unit",
  earlier: 0,
  fold: null,
  fixed: [],
};
const MOST_FIXED = 20;
/** A year. */
export const LONGEST_EARLIER = 366 * 86400;

export function isPlainStyle(style: ChartStyle): boolean {
  return (
    style.view === "time" &&
    style.pairing === "interpolated" &&
    !style.isLogX &&
    style.scale === "linear" &&
    style.line === "auto" &&
    style.gaps === "auto" &&
    style.axes === "unit" &&
    style.earlier === 0 &&
    style.fold === null &&
    style.fixed.length === 0
  );
}

/** Whether a value holds until the next one. */
export function isStepped(kind: Kind, style: LineStyle): boolean {
  return kind !== "number" || style === "step";
}

/** Fixes the axis of `unit`, or lets it follow its data again. */
export function withFixed(style: ChartStyle, unit: string, ends: readonly [number, number] | null): ChartStyle {
  const others = style.fixed.filter((fixed) => fixed.unit !== unit);
  const isGood = ends !== null && Number.isFinite(ends[0]) && Number.isFinite(ends[1]) && ends[0] < ends[1];
  return { ...style, fixed: isGood ? [...others, { unit, low: ends[0], high: ends[1] }].slice(-MOST_FIXED) : others };
}

/**
 * Ends of a fixed axis in the axis' own coordinates (exponents of ten if logarithmic); `null` = it follows its data.
 */
export function fixedEnds(style: ChartStyle, unit: string): readonly [number, number] | null {
  const found = style.fixed.find((fixed) => fixed.unit === unit);
  if (found === undefined) return null;
  if (style.scale === "linear") return [found.low, found.high];
  return found.low > 0 ? [Math.log10(found.low), Math.log10(found.high)] : null;
}

export type Ends = readonly [number, number];
