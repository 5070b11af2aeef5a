/** XY picture: all tags of a chart over its first one, paler the older. Pure. */

import { pairsOf, thinned } from "../../data/pairs";
import { countOf, formatValue } from "../../format";
import { plotlyText, visible } from "../../text";
import type { ViewTrace } from "./plainPlot";
import { axisName, layoutOf, nameOf, type ViewInput, type ViewPicture, type ViewRow } from "./viewLayout";

const MOST_MARKS = 2500;
const PLACES = 400;
const SHADES = 12;

export function xyPicture(input: ViewInput): ViewPicture {
  const { style, colours } = input;
  const [first, ...others] = input.lines;
  const traces: ViewTrace[] = [];
  const remarks: string[] = [];
  const rows: ViewRow[] = [];
  if (first !== undefined && others.length === 0)
    remarks.push("a second tag is needed: the first is the horizontal one");
  for (const line of first === undefined ? [] : others) {
    const { ink, tag } = line.tag;
    const all = pairsOf(first!.points, line.points, style.pairing, [first!.gapSeconds, line.gapSeconds]);
    const some = thinned(all, PLACES);
    const every = Math.ceil(some.times.length / MOST_MARKS);
    const kept = (column: Float64Array): Float64Array =>
      column.filter((_, at) => (some.times.length - 1 - at) % every === 0);
    const [times, x, y] = [kept(some.times), kept(some.x), kept(some.y)];
    if (every > 1) remarks.push(`every ${every}th place drawn`);
    const shades = Array.from({ length: SHADES }, (_, at) => mixed(colours.paper, ink.colour, (at + 2) / (SHADES + 1)));
    const span = Math.max(1e-9, input.range.end - (times[0] ?? input.range.end));
    const shadeAt = (time: number): string =>
      shades[Math.max(0, Math.min(SHADES - 1, Math.floor((1 - (input.range.end - time) / span) * SHADES)))]!;
    traces.push({
      ...{ type: "scatter", name: plotlyText(tag), mode: "lines+markers", x, y },
      line: { color: mixed(colours.paper, ink.colour, 0.25), width: 1 },
      marker: { color: Array.from(times, shadeAt), size: 4 },
    });
    traces.push({
      ...{ type: "scatter", name: "newest", mode: "markers", x: x.slice(-1), y: y.slice(-1) },
      marker: { color: ink.colour, size: 12, line: { color: colours.text, width: 2 } },
    });
    const newest = x.length - 1;
    rows.push({
      cells: [
        `${visible(tag)} over ${visible(first!.tag.tag)}`,
        countOf(all.times.length, "pair"),
        newest < 0 ? "–" : `${formatValue(x[newest]!)} ${first!.tag.unit}`.trim(),
        newest < 0 ? "–" : `${formatValue(y[newest]!)} ${line.tag.unit}`.trim(),
      ],
      ...{ colour: ink.colour, share: null, hertz: null },
    });
  }
  const how = style.pairing === "held" ? "paired with the last known value" : "paired by interpolation";
  const layout = layoutOf(input, axisName(first?.tag), nameOf(others), {
    yType: style.scale,
    xRange: null,
  });
  return {
    figure: { traces, layout },
    table: { head: ["", "pairs", "newest x", "newest y"], rows },
    remarks: others.length > 0 ? [how, "pale is older", ...remarks] : remarks,
    drawn: traces.reduce((sum, { x }) => sum + x.length, 0),
  };
}

/** Between two `#rrggbb`, or the second if the first is no such colour. */
function mixed(from: string, to: string, share: number): string {
  const parts = (colour: string): number[] | null => {
    const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
    return found === null ? null : found.slice(1).map((part) => parseInt(part, 16));
  };
  const [a, b] = [parts(from), parts(to)];
  if (a === null || b === null) return to;
  return `rgb(${a.map((part, index) => Math.round(part + share * (b[index]! - part))).join(",")})`;
}
