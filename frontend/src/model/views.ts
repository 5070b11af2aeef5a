/** Views: the ways in which a chart shows its tags. Pure values. */

/** `time`: lines over time; `xy`: all tags over the first; `tiles` and `table`: last values; `durations`: time per state. */
export type View = "time" | "xy" | "spectrum" | "histogram" | "tiles" | "table" | "durations";

export const VIEWS: readonly View[] = ["time", "xy", "spectrum", "histogram", "tiles", "table", "durations"];

export const VIEW_NAMES: Readonly<Record<View, string>> = {
  time: "lines over time",
  xy: "one tag over another",
  spectrum: "spectrum",
  histogram: "histogram",
  tiles: "tiles",
  table: "table",
  durations: "time per state",
};

/** Whether a view is a picture with axes; the others are words and numbers. */
export function isPlotted(view: View): boolean {
  return view === "xy" || view === "spectrum" || view === "histogram";
}

/** What a view says in words beside its picture: on the card, and in a report. */
export interface ViewTable {
  readonly head: readonly string[];
  readonly rows: readonly ViewRow[];
}

interface ViewRow {
  readonly cells: readonly string[];
  /** Of the line that the row tells of. */
  readonly colour: string;
  /** 0 to 1, drawn as a bar; `null` = none. */
  readonly share: number | null;
  /** A frequency that its harmonics can be shown of; `null` = none. */
  readonly hertz: number | null;
}

export const NO_TABLE: ViewTable = { head: [], rows: [] };
