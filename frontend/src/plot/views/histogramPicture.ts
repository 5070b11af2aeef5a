/** Histogram picture: which part of the time the tags of a chart had which values. Pure. */

import { histogramOf } from "../../data/histogram";
import { decimalsIn, formatValue } from "../../format";
import { plotlyText, visible } from "../../text";
import type { ViewTrace } from "./plainPlot";
import { layoutOf, nameOf, type ViewInput, type ViewPicture, type ViewRow } from "./viewLayout";

const GRAIN_POINTS = 1000;
const MOST_GRAIN_DECIMALS = 6;

export function histogramPicture(input: ViewInput): ViewPicture {
  const traces: ViewTrace[] = [];
  const rows: ViewRow[] = [];
  for (const { tag, points, gapSeconds } of input.lines) {
    const found = histogramOf(points, input.range, gapSeconds, grainOf(points.values));
    if (found === null) continue;
    const { low, width, seconds, total, percentiles } = found;
    traces.push({
      ...{ type: "bar", name: plotlyText(tag.tag), width, opacity: input.lines.length > 1 ? 0.6 : 1 },
      x: seconds.map((_, index) => low + (index + 0.5) * width),
      y: seconds.map((part) => (100 * part) / total),
      marker: { color: tag.ink.colour },
    });
    const cells = [
      visible(tag.tag),
      ...percentiles.map((value) => `${formatValue(value, decimalsOf(value))} ${tag.unit}`.trim()),
    ];
    rows.push({ cells, colour: tag.ink.colour, share: null, hertz: null });
  }
  const layout = layoutOf(input, nameOf(input.lines), "% of the time", { yType: input.style.scale, xRange: null });
  return {
    figure: { traces, layout },
    table: { head: ["", "5 % below", "median", "95 % below"], rows },
    remarks: [],
    drawn: traces.reduce((sum, { x }) => sum + x.length, 0),
  };
}

/** The least difference of two values, by the decimals in which they came; 0 = it cannot be told. */
function grainOf(values: Float64Array): number {
  let decimals = 0;
  for (const value of values.subarray(-GRAIN_POINTS))
    if (Number.isFinite(value)) decimals = Math.max(decimals, decimalsIn(value));
  return decimals <= MOST_GRAIN_DECIMALS ? 10 ** -decimals : 0;
}

function decimalsOf(value: number): number | undefined {
  const decimals = decimalsIn(value);
  return decimals <= MOST_GRAIN_DECIMALS ? decimals : undefined;
}
