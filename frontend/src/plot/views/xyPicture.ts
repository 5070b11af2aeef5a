/** XY picture: all tags of a chart over its first one, each point in the colour of its time. Pure. */

import { pairsOf, thinned } from "../../data/pairs";
import { formatCount, formatValue } from "../../format";
import { plotlyText, visible } from "../../text";
import { TIMES } from "../colours";
import type { PanelTag } from "../scene";
import type { TimeScale, ViewTrace } from "./plainPlot";
import { axisName, layoutOf, nameOf, type ViewInput, type ViewPicture, type ViewRow } from "./viewLayout";

const MOST_MARKS = 2500;
const PLACES = 400;
const SCALE_PIXELS = 170;
const EXACT_SECONDS = 10;
/** Tags are told apart by the form of their points. */
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "x"] as const;

export function xyPicture(input: ViewInput): ViewPicture {
  const { style, colours } = input;
  const [first, ...others] = input.lines;
  const remarks: string[] = [];
  const rows: ViewRow[] = [];
  if (first !== undefined && others.length === 0)
    remarks.push("a second tag is needed: the first is the horizontal one");
  const pairs = (first === undefined ? [] : others).map((line) => {
    const all = pairsOf(first!.points, line.points, style.pairing, [first!.gapSeconds, line.gapSeconds]);
    const some = thinned(all, PLACES);
    const every = Math.ceil(some.times.length / MOST_MARKS);
    if (every > 1) remarks.push(`every ${every}th place drawn`);
    const kept = (column: Float64Array): Float64Array =>
      column.filter((_, at) => (some.times.length - 1 - at) % every === 0);
    const [times, x, y] = [kept(some.times), kept(some.x), kept(some.y)];
    const newest = x.length - 1;
    rows.push({
      cells: [
        visible(line.tag.tag),
        formatCount(all.times.length),
        newest < 0 ? "–" : amountOf(first!.tag, x[newest]!),
        newest < 0 ? "–" : amountOf(line.tag, y[newest]!),
      ],
      ...{ colour: line.tag.ink.colour, share: null, hertz: null },
    });
    return { tag: line.tag, times, x, y };
  });
  const scale = timeScale(
    pairs.map(({ times }) => times),
    input,
  );
  const traces = pairs.flatMap(({ tag, times, x, y }, index): ViewTrace[] => [
    {
      ...{ type: "scatter", name: plotlyText(tag.tag), mode: "lines+markers", x, y },
      line: { color: `${tag.ink.colour}60`, width: 1 },
      marker: {
        ...{ color: times, size: 4, symbol: SYMBOLS[index % SYMBOLS.length]! },
        ...{ ...scale, showscale: index === 0 && times.length > 1 },
      },
    },
    {
      ...{ type: "scatter", name: "newest", mode: "markers", x: x.slice(-1), y: y.slice(-1) },
      marker: { color: tag.ink.colour, size: 12, line: { color: colours.text, width: 2 } },
    },
  ]);
  const how = style.pairing === "held" ? "paired with the last known value" : "paired by interpolation";
  const layout = layoutOf(input, axisName(first?.tag), nameOf(others), {
    yType: style.scale,
    xRange: null,
  });
  return {
    figure: { traces, layout },
    table: { head: ["", "pairs", "newest x", "newest y"], rows },
    remarks: others.length > 0 ? [how, ...remarks] : remarks,
    drawn: traces.reduce((sum, { x }) => sum + x.length, 0),
  };
}

/** Between two points it has more digits than the device sends. */
function amountOf(tag: PanelTag, value: number): string {
  return `${formatValue(value, tag.decimals([]))} ${visible(tag.unit)}`.trim();
}

/** One for all tags, from their oldest pair to their newest, with both times beside it. */
function timeScale(times: readonly Float64Array[], { clock, colours, textScale }: ViewInput): TimeScale {
  const begin = Math.min(...times.map((column) => column[0] ?? Infinity));
  const end = Math.max(...times.map((column) => column[column.length - 1] ?? -Infinity));
  const isShort = end - begin < EXACT_SECONDS;
  const words = (time: number): string => (isShort ? clock.exactTime(time) : clock.time(time, end));
  return {
    ...{ cmin: begin, cmax: end },
    colorscale: TIMES.map((colour, index) => [index / (TIMES.length - 1), colour] as const),
    colorbar: {
      ...{ orientation: "h", x: 0.5, xanchor: "center", y: 1, yanchor: "bottom", ypad: 0 },
      ...{ lenmode: "pixels", len: SCALE_PIXELS * textScale, thickness: 8, outlinewidth: 0 },
      ...{ tickvals: [begin, end], ticktext: [words(begin), words(end)], ticks: "" },
      tickfont: { size: 11 * textScale, color: colours.faint },
    },
  };
}
