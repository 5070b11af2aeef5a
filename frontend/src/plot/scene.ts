/** Scene: everything that one picture shows, before it takes plotly's form. Types, and one number. */

import type { Range, Segment } from "../data/segment";
import type { ChartStyle, Ends } from "../model/chartStyle";
import type { LimitSet } from "../model/limits";
import type { Kind } from "../protocol/messages";
import type { AxisPlan } from "./axes";
import type { Colours } from "./colours";
import type { Ink } from "./palette";

/** How a line differs from the tag's own. */
export interface Copy {
  /** Goes behind the tag's own name for plotly; letters, digits and hyphens. */
  readonly key: string;
  readonly opacity: number;
  readonly width: number;
  /** What hovering says; empty = nothing. */
  readonly words: string;
  /** Written at its highest point; empty = nothing. */
  readonly label: string;
}

export interface Marks {
  /** Points that came after one with a later time. */
  readonly strays: Segment;
  /** The last known value, kept by the broker: no fresh point, and of no known time. */
  readonly retained: Segment;
}

export interface Line {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
  readonly ink: Ink;
  /** POSIX seconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Whether points were left out. */
  readonly isDecimated?: boolean;
  readonly limits?: LimitSet;
  readonly marks?: Marks;
  readonly copy?: Copy;
}

export interface Scene {
  readonly lines: readonly Line[];
  readonly copies: readonly Line[];
  /** The cycles that lie over each other on an axis of time gone by; `null` = the axis is the clock's. */
  readonly cycles: readonly Range[] | null;
  readonly plan: AxisPlan;
  /** Ends of each value axis by its name. */
  readonly ends: ReadonlyMap<string, Ends>;
  readonly range: Range;
  /** Says whose time it is: "local time, UTC+1". */
  readonly timeLabel: string;
  readonly colours: Colours;
  readonly style: ChartStyle;
  readonly isNarrow: boolean;
  /** Width of the plot. */
  readonly plotPixels: number;
  /** With names beside the lines, for a picture that stands alone. */
  readonly hasLegend: boolean;
}

/** What a picture needs to know of one tag. */
export interface PanelTag {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
  /** Learned seconds between messages; NaN = not known. */
  readonly interval: number;
  /** Decimals that the device names for it. */
  readonly decimals: number | undefined;
  readonly limits: LimitSet;
  marksIn(range: Range): Marks;
  readonly ink: Ink;
  /** The points held of this range; empty when there are none. */
  read(range: Range): Segment[];
  /** Whether those are all points of the range, none decimated away. */
  isRaw(range: Range): boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the plot lies inside the element, in pixels. */
export interface PlotBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A picture in a report is looked at closely. */
export const SCALE = 2;
