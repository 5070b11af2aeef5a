/** Scene: everything that one picture shows, before it takes plotly's form. Types, and one number. */

import type { Range, Segment } from "../data/segment";
import type { TrueStats } from "../data/stats";
import type { ChartStyle, Ends } from "../model/chartStyle";
import type { HistoryEnd } from "../model/history";
import type { LimitSet } from "../model/limits";
import type { Note } from "../model/notes";
import type { TriggerLevel } from "../model/trigger";
import type { Kind } from "../protocol/tags";
import type { AxisPlan } from "./axes";
import type { Colours } from "./colours";
import type { Ink } from "./palette";

/** How a line differs from the tag's own. */
export interface Copy {
  /** Appended to the tag's own name for plotly; letters, digits and hyphens. */
  readonly key: string;
  readonly opacity: number;
  readonly width: number;
  /** What the mouse box calls it; empty = it is not read there. */
  readonly words: string;
  /** Written at its highest point; empty = nothing. */
  readonly label: string;
}

export interface Marks {
  /** Points that arrived after a point with a later time. */
  readonly strays: Segment;
  /** The last known value, retained by the broker: not a fresh point, and of unknown time. */
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
  /** Whether points were decimated away. */
  readonly isDecimated?: boolean;
  readonly limits?: LimitSet;
  readonly marks?: Marks;
  readonly copy?: Copy;
  /** The stretch of the tag that it shows, and the seconds that its times are later in the picture than they were. */
  readonly taken: { readonly range: Range; readonly shift: number };
}

export interface Scene {
  readonly lines: readonly Line[];
  readonly copies: readonly Line[];
  /** The cycles that lie over each other on an axis of elapsed time; `null` = the axis shows the clock. */
  readonly cycles: readonly Range[] | null;
  readonly plan: AxisPlan;
  /** Ends of each value axis by its name. */
  readonly ends: ReadonlyMap<string, Ends>;
  readonly range: Range;
  /** Notes on this stretch, for one of the tags. */
  readonly notes: readonly Note[];
  readonly historyEnds: readonly HistoryEnd[];
  /** The clock that the axis follows: "local time, UTC+1". */
  readonly timeLabel: string;
  readonly colours: Colours;
  readonly style: ChartStyle;
  readonly isNarrow: boolean;
  /** Room for little more than the lines: names and units are left to the legend. */
  readonly isSmall: boolean;
  /** How much larger texts are than on a desk; 1 = as they are. */
  readonly textScale: number;
  /** Whether the date and the clock are written below the axis. */
  readonly hasDate: boolean;
  /** Width of the plot. */
  readonly plotPixels: number;
  /** Height of the plot. */
  readonly plotHeight: number;
  /** What lies over the picture on the page and must be in it, for one that stands alone; `null` = nothing. */
  readonly instants: { readonly a: number | null; readonly b: number | null; readonly trigger: number | null } | null;
  readonly levels: readonly TriggerLevel[];
  /** Whether names stand beside the lines, for a picture that stands alone. */
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
  /** Decimals to write its values with, beside these ones; `undefined` = unknown. */
  decimals(shown: readonly number[]): number | undefined;
  readonly limits: LimitSet;
  marksIn(range: Range): Marks;
  readonly ink: Ink;
  /** A state or boolean is known to hold its last value until here, POSIX seconds. */
  readonly heldUntil: number;
  /** The points held of this range; empty when there are none. */
  read(range: Range): Segment[];
  /** Whether `read` returns all points of the range, none decimated away. */
  isRaw(range: Range): boolean;
  /** What the server says of the range, from all points or their outline; `null` = not known yet. */
  statistics(range: Range): TrueStats | null;
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

/** Pixels of a picture file per pixel of the page. */
export const SCALE = 2;
