/** Marks: points that a line alone would hide or make look like others, as plotly's traces. Pure. */

import type { Line } from "./figure";
import type { PlotTrace } from "./plotly";
import type { Segment } from "./ring";
import { plotlyTemplateText } from "./text";

export interface Marks {
  /** Points that came after one with a later time. */
  readonly strays: Segment;
  /** The last known value, kept by the broker: not a fresh point. At the time of its arrival. */
  readonly retained: Segment;
}

/** Points with a gap at either side: a line through them has no length. */
export function isolated({ times, values }: Segment): Segment {
  const found: number[] = [];
  const isNothing = (index: number): boolean => !(index >= 0 && index < values.length) || Number.isNaN(values[index]!);
  for (let index = 0; index < values.length; index++) {
    if (!isNothing(index) && isNothing(index - 1) && isNothing(index + 1)) found.push(index);
  }
  return { times: Float64Array.from(found, (index) => times[index]!), values: Float64Array.from(found, (index) => values[index]!) };
}

export interface MarksPlace {
  readonly axis: string;
  /** A name for plotly's own use, which no other line has. */
  readonly uid: string;
  /** Whether the line's points are marked one by one already. */
  readonly isMarked: boolean;
}

export function markTraces(line: Line, place: MarksPlace): PlotTrace[] {
  if (line.kind !== "number") return [];
  const lone = place.isMarked ? null : isolated(line);
  const own: (readonly [string, Segment | null | undefined, string, number, string])[] = [
    ["lone", lone, "circle", 4, ""],
    ["strays", line.marks?.strays, "x-thin-open", 7, "came out of order"],
    ["retained", line.marks?.retained, "diamond-open", 9, "last known value, kept by the broker"],
  ];
  return own.flatMap(([name, points, symbol, size, words]) => (points == null || points.times.length === 0 ? [] : [markTrace(line, place, `${place.uid}-${name}`, points, symbol, size, words)]));
}

function markTrace(line: Line, place: MarksPlace, uid: string, points: Segment, symbol: string, size: number, words: string): PlotTrace {
  const colour = line.ink.colour;
  return {
    type: "scatter",
    uid,
    name: "",
    mode: "markers",
    x: points.times.map((seconds) => seconds * 1000),
    y: points.values,
    yaxis: place.axis,
    line: { color: colour, dash: "solid", width: 0, shape: "linear", simplify: false },
    marker: { color: colour, size, symbol, line: { color: colour, width: 2 } },
    connectgaps: false,
    cliponaxis: true,
    showlegend: false,
    ...(words === "" ? { hoverinfo: "skip" as const, hovertemplate: "" } : { hovertemplate: `%{y:.6~g} ${words}<extra>${plotlyTemplateText(line.tag)}</extra>` }),
  };
}
