/** Legend: the figures of each line of a chart. Pure; knows nothing of how numbers are written. */

import type { Segment } from "../data/segment";
import type { Stats } from "../data/stats";
import { type Difference, difference, type Reach, valueAt } from "../model/cursors";
import type { Kind } from "../protocol/tags";
import type { Ink } from "./palette";

export interface LegendRow {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
  readonly decimals: number | undefined;
  readonly ink: Ink;
  readonly stats: Stats;
  readonly isHidden: boolean;
  /** The last value of the range: of a number its last point, of a state what holds at the end; NaN = none. */
  readonly last: number;
  /** Whether the value at the mouse was read between points that are all there. */
  readonly isHoverExact: boolean;
  /** Values at the mouse and the cursors; NaN = none there. */
  readonly hover: number;
  readonly a: number;
  readonly b: number;
  readonly difference: Difference;
}

export interface Instants {
  readonly hover: number | null;
  readonly a: number | null;
  readonly b: number | null;
}

/** Values of one line at the three instants. `read` gives the points about an instant. */
export function readAt(
  instants: Instants,
  reach: Reach,
  read: (time: number) => readonly Segment[],
  isRaw: (time: number) => boolean,
): Pick<LegendRow, "hover" | "isHoverExact" | "a" | "b" | "difference"> {
  const at = (time: number | null): number => (time === null ? NaN : valueAt(read(time), time, reach));
  const [a, b] = [at(instants.a), at(instants.b)];
  return {
    hover: at(instants.hover),
    isHoverExact: instants.hover === null || isRaw(instants.hover),
    a,
    b,
    difference: difference(a, b, (instants.b ?? 0) - (instants.a ?? 0)),
  };
}
