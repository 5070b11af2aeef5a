/** Markers: points that a line alone would hide or make look like others, as plotly's traces. Pure. */

import { NO_POINTS, type Segment } from "../data/segment";
import type { PlotTrace } from "./plotly";
import type { Line, Marks } from "./scene";

export const NO_MARKS: Marks = { strays: NO_POINTS, retained: NO_POINTS };

/** Points with a gap at either side: a line through them has no length. */
export function isolated({ times, values }: Segment): Segment {
  const found: number[] = [];
  const isNothing = (index: number): boolean => !(index >= 0 && index < values.length) || Number.isNaN(values[index]!);
  for (let index = 0; index < values.length; index++) {
    if (!isNothing(index) && isNothing(index - 1) && isNothing(index + 1)) found.push(index);
  }
  return {
    times: Float64Array.from(found, (index) => times[index]!),
    values: Float64Array.from(found, (index) => values[index]!),
  };
}

interface MarksPlace {
  readonly axis: string;
  /** A name for plotly's own use, which no other line has. */
  readonly uid: string;
  /** Whether the line's points are marked one by one already. */
  readonly isMarked: boolean;
}

interface MarkerStyle {
  readonly symbol: string;
  readonly size: number;
  /** What the mouse box says of it; empty = nothing. */
  readonly words: string;
}

const LONE: MarkerStyle = { symbol: "circle", size: 4, words: "" };
const STRAY: MarkerStyle = { symbol: "x-thin-open", size: 7, words: "came out of order" };
const RETAINED: MarkerStyle = {
  symbol: "diamond-open",
  size: 10,
  words: "last known value, kept by the broker; its time is not known",
};

/** What is marked within `seconds` of an instant, in words, and its value; `null` = nothing. */
export function markAt(
  { strays, retained }: Marks,
  time: number,
  seconds: number,
): { readonly words: string; readonly value: number } | null {
  for (const [{ times, values }, { words }] of [
    [strays, STRAY],
    [retained, RETAINED],
  ] as const) {
    const index = times.findIndex((at) => Math.abs(at - time) <= seconds);
    if (index >= 0) return { words, value: values[index]! };
  }
  return null;
}

export function markTraces(line: Line, place: MarksPlace): PlotTrace[] {
  if (line.kind !== "number") return [];
  const trace = (name: string, points: Segment | undefined, style: MarkerStyle): PlotTrace[] =>
    points === undefined || points.times.length === 0
      ? []
      : [markTrace(line, place, `${place.uid}-${name}`, points, style)];
  return [
    ...trace("lone", place.isMarked ? undefined : isolated(line), LONE),
    ...trace("stray", line.marks?.strays, STRAY),
    ...trace("retained", line.marks?.retained, RETAINED),
  ];
}

function markTrace(
  line: Line,
  place: MarksPlace,
  uid: string,
  points: Segment,
  { symbol, size, words }: MarkerStyle,
): PlotTrace {
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
    cliponaxis: words === "", // what is marked lies inside; a mark at the edge is seen whole
    showlegend: false,
  };
}
