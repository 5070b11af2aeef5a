/** View figures: XY, spectrum and histogram as plotly's figures, and what they say in words. Pure. */

import { histogramOf } from "../../data/histogram";
import { pairsOf, thinned } from "../../data/pairs";
import type { Range, Segment } from "../../data/segment";
import { evenly, LEAST_POINTS, type Peak, peaksOf, spectrumOf } from "../../data/spectrum";
import { countOf, decimalsIn, formatValue } from "../../format";
import type { ChartStyle } from "../../model/chartStyle";
import type { ViewTable } from "../../model/views";
import { leaf, plotlyText, visible } from "../../text";
import type { Colours } from "../colours";
import type { PlotAxis, PlotLayout, PlotShape } from "../plotly";
import type { PanelTag } from "../scene";
import type { ViewFigure, ViewTrace } from "./plainPlot";

/** One tag with its raw points. */
export interface ViewLine {
  readonly tag: PanelTag;
  readonly points: Segment;
  /** A silence longer than this is a gap. */
  readonly gapSeconds: number;
}

export interface ViewInput {
  readonly lines: readonly ViewLine[];
  readonly range: Range;
  readonly style: ChartStyle;
  readonly colours: Colours;
  readonly textScale: number;
  /** Hz whose harmonics are marked; `null` = none. */
  readonly harmonic: number | null;
}

export interface ViewPicture {
  readonly figure: ViewFigure;
  readonly table: ViewTable;
  /** What the reader must know of how it was made. */
  readonly remarks: readonly string[];
  readonly drawn: number;
}

const MOST_MARKS = 2500;
const PLACES = 400;
const MOST_PEAKS = 5;
const MOST_HARMONICS = 10;
const SHADES = 12;
const GRAIN_POINTS = 1000;
const MOST_GRAIN_DECIMALS = 6;

export function viewPicture(input: ViewInput): ViewPicture {
  if (input.style.view === "xy") return xyPicture(input);
  return input.style.view === "spectrum" ? spectrumPicture(input) : histogramPicture(input);
}

function xyPicture(input: ViewInput): ViewPicture {
  const { style, colours } = input;
  const [first, ...others] = input.lines;
  const traces: ViewTrace[] = [];
  const remarks: string[] = [];
  const rows: ViewTable["rows"][number][] = [];
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

function spectrumPicture(input: ViewInput): ViewPicture {
  const { style } = input;
  const traces: ViewTrace[] = [];
  const rows: ViewTable["rows"][number][] = [];
  const remarks = new Set<string>();
  let [lowest, highest] = [Infinity, 0];
  for (const { tag, points } of input.lines) {
    const even = evenly(points);
    if (even === null) {
      remarks.add(`${visible(leaf(tag.tag))}: fewer than ${LEAST_POINTS} points without a gap`);
      continue;
    }
    if (even.isResampled)
      remarks.add(`${visible(leaf(tag.tag))}: uneven times, resampled at ${formatValue(even.rate, 1)} Hz`);
    if (even.isCut) remarks.add(`${visible(leaf(tag.tag))}: the longest part without a gap`);
    const spectrum = spectrumOf(even);
    const { amplitudes, step, averages } = spectrum;
    remarks.add(
      `${amplitudes.length * 2} points, ${countOf(averages, "average")}, Hann, ${formatValue(step, 3)} Hz a line`,
    );
    lowest = Math.min(lowest, step);
    highest = Math.max(highest, amplitudes.length * step);
    const { x, y } = peaksKept(amplitudes, step, style.isLogX);
    traces.push({
      ...{ type: "scatter", name: plotlyText(tag.tag), mode: "lines", x, y },
      line: { color: tag.ink.colour, width: 1.4, dash: tag.ink.dash },
    });
    rows.push(...peaksOf(spectrum, MOST_PEAKS).map((peak) => peakRow(tag, peak)));
  }
  if (highest === 0) [lowest, highest] = [0.1, 1];
  const ends: [number, number] = style.isLogX ? [Math.log10(lowest), Math.log10(highest)] : [0, highest];
  const layout = layoutOf(input, "Hz", nameOf(input.lines), { yType: style.scale, xRange: ends });
  const marks = input.harmonic === null ? [] : harmonics(input.harmonic, highest, style.isLogX, ends, input.colours);
  return {
    figure: {
      traces,
      layout: {
        ...layout,
        xaxis: { ...layout.xaxis, type: style.isLogX ? "log" : "linear" },
        shapes: marks.map(({ shape }) => shape),
        annotations: marks.map(({ share }, index) => ({
          ...{ text: `${index + 1}×`, xref: "paper", x: share, xanchor: "left", yref: "paper", y: 1, yanchor: "top" },
          ...{ showarrow: false, font: { size: 11 * input.textScale, color: input.colours.text } },
        })),
      },
    },
    table: { head: ["", "Hz", "amplitude"], rows },
    remarks: [...remarks],
    drawn: traces.reduce((sum, { x }) => sum + x.length, 0),
  };
}

function peakRow(tag: PanelTag, { hertz, amplitude }: Peak): ViewTable["rows"][number] {
  const cells = [
    visible(tag.tag),
    formatValue(hertz, hertz < 100 ? 2 : 1),
    `${formatValue(Number(amplitude.toPrecision(4)))} ${tag.unit}`.trim(),
  ];
  return { cells, colour: tag.ink.colour, share: null, hertz };
}

/** Lines of the spectrum in at most `PLACES` × 4 steps of the axis, of each step the highest: no peak is lost. */
function peaksKept(amplitudes: Float64Array, step: number, isLog: boolean): { x: Float64Array; y: Float64Array } {
  const [x, y]: [number[], number[]] = [[], []];
  const places = PLACES * 4;
  const place = (index: number): number =>
    isLog
      ? Math.floor((Math.log(index) / Math.log(amplitudes.length)) * places)
      : Math.floor((index / amplitudes.length) * places);
  for (let index = 1; index < amplitudes.length; index++) {
    const last = x.length - 1;
    if (last >= 0 && place(index) === place(Math.round(x[last]! / step))) {
      if (amplitudes[index]! > y[last]!) [x[last], y[last]] = [index * step, amplitudes[index]!];
    } else {
      x.push(index * step);
      y.push(amplitudes[index]!);
    }
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

function harmonics(
  hertz: number,
  highest: number,
  isLog: boolean,
  [low, high]: readonly [number, number],
  colours: Colours,
): { shape: PlotShape; share: number }[] {
  const count = Math.min(MOST_HARMONICS, Math.floor(highest / hertz));
  return Array.from({ length: count }, (_, index) => {
    const at = (index + 1) * hertz;
    const share = ((isLog ? Math.log10(at) : at) - low) / (high - low);
    const line = { color: colours.text, width: index === 0 ? 1.5 : 1, dash: index === 0 ? "solid" : "dot" };
    const shape: PlotShape = {
      type: "line",
      xref: "paper",
      x0: share,
      x1: share,
      yref: "paper",
      y0: 0,
      y1: 1,
      layer: "above",
      line,
    };
    return { shape, share };
  });
}

function histogramPicture(input: ViewInput): ViewPicture {
  const traces: ViewTrace[] = [];
  const rows: ViewTable["rows"][number][] = [];
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

/** One unit, or one tag, names an axis; several of different units do not. */
function nameOf(lines: readonly ViewLine[]): string {
  const [first] = lines;
  if (first !== undefined && lines.length === 1) return axisName(first.tag);
  const units = new Set(lines.map(({ tag }) => tag.unit));
  return units.size === 1 && first !== undefined ? first.tag.unit : "";
}

function axisName(tag: PanelTag | undefined): string {
  if (tag === undefined) return "";
  return tag.unit === "" ? leaf(tag.tag) : `${leaf(tag.tag)} [${tag.unit}]`;
}

interface Axes {
  readonly yType: "linear" | "log";
  readonly xRange: [number, number] | null;
}

function layoutOf(
  { colours, textScale }: ViewInput,
  xName: string,
  yName: string,
  { yType, xRange }: Axes,
): ViewFigure["layout"] {
  const font = { size: 11 * textScale, color: colours.faint };
  const axis = (name: string): PlotAxis => ({
    title: { text: plotlyText(name), font },
    tickfont: font,
    gridcolor: colours.grid,
    linecolor: colours.faint,
    showline: true,
    zeroline: false,
    fixedrange: true,
    exponentformat: "SI",
    nticks: 8,
  });
  const layout: PlotLayout = {
    autosize: false,
    template: { data: {}, layout: {} },
    uirevision: "view",
    paper_bgcolor: colours.paper,
    plot_bgcolor: colours.paper,
    font: { family: colours.font, size: 12 * textScale, color: colours.text },
    margin: { l: 58 * textScale, r: 14, t: 12, b: 40 * textScale, pad: 0 },
    hovermode: false,
    dragmode: "pan",
    showlegend: false,
    legend: {
      ...{ orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
      ...{ font: { size: 12, color: colours.text }, itemsizing: "trace", tracegroupgap: 0 },
    },
    xaxis: { ...axis(xName), ...(xRange === null ? { autorange: true } : { range: xRange }) },
  };
  return { ...layout, yaxis: { ...axis(yName), nticks: 5, type: yType, autorange: true } };
}

/** Between two `#rrggbb`, or the second if the first is no such colour. */
export function mixed(from: string, to: string, share: number): string {
  const parts = (colour: string): number[] | null => {
    const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
    return found === null ? null : found.slice(1).map((part) => parseInt(part, 16));
  };
  const [a, b] = [parts(from), parts(to)];
  if (a === null || b === null) return to;
  return `rgb(${a.map((part, index) => Math.round(part + share * (b[index]! - part))).join(",")})`;
}
