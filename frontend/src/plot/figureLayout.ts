/** Figure layout: axes, margins, shapes and words of a chart, as plotly takes them. Pure. */

import { hasLimits } from "../model/limits";
import { leaf, plotlyText } from "../text";
import type { Axis } from "./axes";
import type { PlotAnnotation, PlotAxis, PlotLayout } from "./plotly";
import type { Line, Scene } from "./scene";
import { historyShapes } from "./shapes/historyMarks";
import { type LimitedTag, limitShapes } from "./shapes/limitLines";
import { noteShapes } from "./shapes/noteMarks";
import { overlayShapes } from "./shapes/overlayShapes";

const TICK_PIXELS = 26;
const TICK_LINE_PIXELS = 13;
const MOST_TICKS = 9;
/** Of a digit, by the size of its font. */
const DIGIT_WIDTH = 0.58;
/** Ticks that lie further apart are 6 h apart or more, and tell the day too. */
const TWO_LINES_SECONDS = 3 * 3600;
const CHARACTER_PIXELS = 7;

export function layoutOf(scene: Scene): PlotLayout {
  const { colours } = scene;
  const { shapes, annotations } = limitShapes(limitedTags(scene));
  const notes = noteShapes(scene.notes, scene.range, colours, noteRoom(scene));
  const history = historyShapes(scene.historyEnds, scene.range, colours, scene.plotPixels / scene.textScale);
  const over = overlayShapes(scene);
  const layout: PlotLayout = {
    autosize: false,
    template: { data: {}, layout: {} },
    uirevision: "chart",
    paper_bgcolor: colours.paper,
    plot_bgcolor: colours.paper,
    font: { family: colours.font, size: 12 * scene.textScale, color: colours.text },
    margin: margins(scene),
    hovermode: false, // ours: the box and the legend tell the same
    dragmode: "zoom",
    showlegend: scene.hasLegend && scene.lines.length > 0,
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1,
      yanchor: "bottom",
      bgcolor: "rgba(0,0,0,0)",
      font: { size: 12, color: colours.text },
      itemsizing: "trace",
      tracegroupgap: 0,
    },
    xaxis: timeAxis(scene),
    shapes: [...history.shapes, ...shapes, ...notes.shapes, ...over.shapes],
    annotations: [
      ...(scene.hasDate ? [timeName(scene)] : []),
      ...(scene.isSmall ? scene.plan.axes.flatMap((axis) => unitMark(axis, scene)) : []),
      ...[...annotations, ...history.annotations, ...notes.annotations, ...over.annotations].map((one) => ({
        ...one,
        font: { ...one.font, size: (one.font.size ?? 11) * scene.textScale },
      })),
    ],
  };
  for (const axis of scene.plan.axes) layout[`yaxis${axis.name.slice(1)}` as `yaxis${string}`] = valueAxis(axis, scene);
  if (scene.plan.axes.length === 0) layout["yaxis"] = { visible: false, fixedrange: true, range: [0, 1] };
  return layout;
}

/** Small pictures have room for little more than the lines: the notes' words are in the drawer. */
function noteRoom({ isSmall, plotPixels, textScale }: Scene): number {
  return isSmall ? 0 : plotPixels / textScale;
}

function limitedTags(scene: Scene): LimitedTag[] {
  const limited = scene.lines.filter(
    ({ kind, limits }) => kind === "number" && limits !== undefined && hasLimits(limits),
  );
  const axisOf = ({ tag }: Line): string => scene.plan.axisOf.get(tag) ?? "y";
  return limited.map((line) => {
    const axis = axisOf(line);
    const isRight = scene.plan.axes.some(({ name, side }) => name === axis && side === "right");
    return {
      tag: line.tag,
      axis,
      isRight,
      isAlone: scene.lines.filter((other) => axisOf(other) === axis).length === 1,
      limits: line.limits!,
      isLog: scene.style.scale === "log",
    };
  });
}

function margins(scene: Scene): PlotLayout["margin"] {
  const hasRight = scene.plan.axes.some((axis) => axis.side === "right");
  const side = scene.isSmall ? 34 : scene.isNarrow ? 46 : 58;
  const free = scene.isSmall ? 10 : 26;
  const top = scene.hasLegend ? 30 : scene.isSmall ? 6 : 8;
  const foot = (scene.hasDate ? 47 : scene.isSmall ? 18 : 26) + (hasTwoLines(scene) ? TICK_LINE_PIXELS : 0);
  const of = (pixels: number): number => Math.round(pixels * scene.textScale);
  return { l: of(side), r: hasRight ? of(side) : free, t: top, b: of(foot), pad: 0 };
}

/** Whether the labels of the time axis may have a second line, for the day or the year. */
function hasTwoLines(scene: Scene): boolean {
  const { start, end } = scene.range;
  return scene.cycles === null && end - start > timeTicks(scene) * TWO_LINES_SECONDS;
}

/** As many as have room for their labels. */
function timeTicks(scene: Scene): number {
  const milliseconds = 1000 * (scene.range.end - scene.range.start);
  for (let count = MOST_TICKS; count > 2; count--) {
    // plotly takes the next longer round step
    const format = tickFormats(scene).find(({ dtickrange: [, below] }) => milliseconds / count < (below ?? Infinity))!;
    const pixels = (format.characters + 1) * DIGIT_WIDTH * tickSize(scene);
    if (count * pixels <= scene.plotPixels) return count;
  }
  return 2;
}

function tickSize({ isSmall, textScale }: Scene): number {
  return (isSmall ? 10 : 11) * textScale;
}

/**
 * In place of an axis title. With a title plotly would measure each label of the axis in each frame, and remember every
 * place where it found one.
 */
function timeName(scene: Scene): PlotAnnotation {
  return {
    text: plotlyText(scene.timeLabel),
    xref: "paper",
    x: 0.5,
    xanchor: "center",
    yref: "paper",
    y: 0,
    yanchor: "bottom",
    yshift: -margins(scene).b,
    showarrow: false,
    font: { size: 11 * scene.textScale, color: scene.colours.faint },
  };
}

/** In place of an axis title where its margin has no room: inside the plot, at the top of the axis. */
function unitMark(axis: Axis, scene: Scene): PlotAnnotation[] {
  const [from, to] = axis.domain;
  if (axis.kind !== "number" || axis.unit === "" || (to - from) * scene.plotHeight < TICK_PIXELS) return [];
  const side = axis.side === "left" ? ({ x: 0, xanchor: "left" } as const) : ({ x: 1, xanchor: "right" } as const);
  return [
    {
      ...{ text: plotlyText(axis.unit, 12), xref: "paper", ...side, yref: "paper", y: to, yanchor: "top" },
      ...{ showarrow: false, font: { size: 10 * scene.textScale, color: axisColour(axis, scene) } },
      bgcolor: scene.colours.paper,
    },
  ];
}

/** That of its only tag. */
function axisColour(axis: Axis, { lines, colours }: Scene): string {
  const only = axis.tags.length === 1 ? lines.find((line) => line.tag === axis.tags[0]) : undefined;
  return only?.ink.colour ?? colours.text;
}

function timeAxis(scene: Scene): PlotAxis {
  const { colours, plan } = scene;
  const lowest = plan.axes[plan.axes.length - 1];
  return {
    type: "date",
    range: [scene.range.start * 1000, scene.range.end * 1000],
    autorange: false,
    anchor: lowest === undefined ? "y" : (lowest.overlaying ?? lowest.name),
    tickfont: { size: tickSize(scene), color: colours.faint },
    tickformatstops: tickFormats(scene).map(({ dtickrange, value }) => ({ dtickrange, value })),
    nticks: timeTicks(scene),
    tickangle: 0,
    gridcolor: colours.grid,
    linecolor: colours.grid,
    showline: true,
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickcolor: colours.grid,
    automargin: false,
    ticklabeloverflow: scene.hasLegend ? "hide past div" : "allow", // on the page TickSlide hides what would be cut
    fixedrange: false,
  };
}

interface TickFormat {
  readonly dtickrange: readonly [number | null, number | null];
  readonly value: string;
  /** Of its longest line. */
  readonly characters: number;
}

function tickFormats({ cycles, isSmall }: Scene): readonly TickFormat[] {
  return cycles !== null ? ELAPSED_FORMATS : isSmall ? SMALL_FORMATS : TICK_FORMATS;
}

/** 24-hour clock, as fine as the ticks need. The date only if ticks are days; otherwise the axis name has it. */
const TICK_FORMATS: readonly TickFormat[] = [
  { dtickrange: [null, 1], value: "%H:%M:%S.%6f", characters: 15 },
  { dtickrange: [1, 1000], value: "%H:%M:%S.%L", characters: 12 },
  { dtickrange: [1000, 60_000], value: "%H:%M:%S", characters: 8 },
  { dtickrange: [60_000, 21_600_000], value: "%H:%M", characters: 5 },
  { dtickrange: [21_600_000, 86_400_000], value: "%H:%M\n%d %b", characters: 6 },
  { dtickrange: [86_400_000, null], value: "%d %b\n%Y", characters: 6 },
];

/** Without the minutes that all ticks share. */
const SMALL_FORMATS: readonly TickFormat[] = [
  { dtickrange: [null, 1], value: ":%S.%6f", characters: 10 },
  { dtickrange: [1, 1000], value: ":%S.%L", characters: 7 },
  ...TICK_FORMATS.slice(2),
];

/** Elapsed time. */
const ELAPSED_FORMATS: readonly TickFormat[] = [
  { dtickrange: [null, 1000], value: "%-M:%S.%L", characters: 8 },
  { dtickrange: [1000, 60_000], value: "%-M:%S", characters: 5 },
  { dtickrange: [60_000, null], value: "%-H:%M:%S", characters: 7 },
];

function valueAxis(axis: Axis, scene: Scene): PlotAxis {
  const { colours } = scene;
  const colour = axisColour(axis, scene);
  const isNumber = axis.kind === "number";
  return {
    type: isNumber ? scene.style.scale : "linear",
    range: [...(scene.ends.get(axis.name) ?? [0, 1])],
    autorange: false,
    fixedrange: true,
    domain: [...axis.domain],
    side: axis.side,
    anchor: "x",
    ...(axis.overlaying === null ? {} : { overlaying: axis.overlaying }),
    title: {
      text: scene.isSmall ? "" : axisTitle(axis, scene.plotHeight),
      font: { size: 12 * scene.textScale, color: colour },
    },
    tickfont: {
      size: tickSize(scene),
      color: axis.overlaying === null && axis.tags.length > 1 ? colours.faint : colour,
    },
    gridcolor: colours.grid,
    showgrid: axis.overlaying === null,
    linecolor: colours.grid,
    showline: true,
    zeroline: isNumber && axis.overlaying === null && scene.style.scale === "linear",
    zerolinecolor: colours.grid,
    zerolinewidth: 1.5,
    automargin: false,
    ticklabeloverflow: "allow",
    ticks: "",
    ...(isNumber
      ? { tickmode: "auto", nticks: valueTicks(axis, scene), exponentformat: "SI", separatethousands: false }
      : stateTicks(axis, scene.isSmall)),
  };
}

/** As many ticks as have room, at most 7. */
function valueTicks({ domain }: Axis, { plotHeight }: Scene): number {
  return Math.max(2, Math.min(7, Math.floor(((domain[1] - domain[0]) * plotHeight) / TICK_PIXELS)));
}

/** The unit of numbers, the name of a two-state tag; a timeline has its name in place of ticks. */
function axisTitle(axis: Axis, plotHeight: number): string {
  if (axis.kind === "number") return plotlyText(axis.unit, 24);
  if (axis.kind === "state") return "";
  // it stands upright beside its strip, and must not reach into the next
  const room = Math.floor(((axis.domain[1] - axis.domain[0]) * plotHeight) / CHARACTER_PIXELS);
  const name = plotlyText(leaf(axis.tags[0] ?? ""));
  return name.length <= room ? name : ""; // the legend has it
}

function stateTicks(axis: Axis, isSmall: boolean): Partial<PlotAxis> {
  if (axis.kind === "state")
    return {
      showgrid: false,
      showline: false,
      tickmode: "array",
      tickvals: [0.57],
      ticktext: [isSmall ? "" : plotlyText(leaf(axis.tags[0] ?? ""), 9)],
    };
  return {
    tickmode: "array",
    tickvals: axis.labels.map((_, index) => index),
    ticktext: axis.labels.map((label) => plotlyText(label, isSmall ? 5 : 8)),
  };
}
