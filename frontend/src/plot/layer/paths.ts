/**
 * Paths: a trace's points as SVG path data and text, in pixels of its pane. Pure.
 *
 * Plotly's own picture of the same trace looks the same (`tests/e2e/test_picture.py` holds them against each other).
 */

import type { PlotTrace } from "../plotly";

/** How a trace's numbers become pixels of its pane, from its upper left corner. */
export interface Scale {
  readonly width: number;
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly perMillisecond: number;
  /** In the axis' own coordinates. */
  readonly low: number;
  readonly perUnit: number;
  readonly isLog: boolean;
}

type Point = readonly [x: number, y: number];

/**
 * Nothing is drawn farther than this from the pane: browsers draw with few digits.
 */
const FAR_PIXELS = 20_000;

const SYMBOLS: Readonly<Record<string, (radius: number) => string>> = {
  circle: (r) => `m${r},0a${r},${r} 0 1,1 ${-2 * r},0a${r},${r} 0 1,1 ${2 * r},0z`,
  "x-thin-open": (r) => `m${r},${r}l${-2 * r},${-2 * r}m0,${2 * r}l${2 * r},${-2 * r}`,
  "diamond-open": (r) => `m${1.3 * r},0l${-1.3 * r},${1.3 * r}l${-1.3 * r},${-1.3 * r}l${1.3 * r},${-1.3 * r}z`,
};

function rounded(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}

/** The line through the points, broken where a value is NaN or not on the axis. */
export function linePath({ x, y, line, fill }: PlotTrace, scale: Scale): string {
  const isStepped = line.shape === "hv";
  const isBand = fill !== undefined;
  const close = isBand ? "Z" : "";
  let path = "";
  let before: Point | null = null;
  for (let index = 0; index < x.length; index++) {
    const point = place(x[index]!, y[index]!, scale);
    if (Number.isNaN(point[1])) {
      if (before !== null) path += close;
      before = null;
      continue;
    }
    if (before === null) path += `M${near(point[0])},${near(point[1])}`;
    else if (isStepped) path += `H${near(point[0])}V${near(point[1])}`;
    else if (isBand) path += `L${near(point[0])},${near(point[1])}`;
    else path += straight(before, point);
    before = point;
  }
  return before === null ? path : path + close;
}

/** Pixels along a line without gaps. */
export function lengthOf({ x, y, line }: Pick<PlotTrace, "x" | "y" | "line">, scale: Scale): number {
  let length = 0;
  for (let index = 1; index < x.length; index++) {
    const [from, to] = [place(x[index - 1]!, y[index - 1]!, scale), place(x[index]!, y[index]!, scale)];
    const [right, down] = [to[0] - from[0], to[1] - from[1]];
    length += line.shape === "hv" ? Math.abs(right) + Math.abs(down) : Math.hypot(right, down);
  }
  return length;
}

function place(x: number, y: number, scale: Scale): Point {
  const value = scale.isLog ? Math.log10(y) : y;
  const pixels = scale.height - (value - scale.low) * scale.perUnit;
  return [(x - scale.start) * scale.perMillisecond, Number.isFinite(pixels) ? pixels : NaN];
}

/** Cut where it goes far outside, so that it keeps its slant. */
function straight(from: Point, to: Point): string {
  if (!isFar(from) && !isFar(to)) return `L${rounded(to[0])},${rounded(to[1])}`;
  const cut = cropped(from, to);
  return cut === null
    ? `M${near(to[0])},${near(to[1])}`
    : cut.map(([x, y], end) => `${end === 0 && isFar(from) ? "M" : "L"}${rounded(x)},${rounded(y)}`).join("");
}

/** For what runs upright or level anyway. */
function near(pixels: number): number {
  return rounded(Math.max(-FAR_PIXELS, Math.min(FAR_PIXELS, pixels)));
}

function isFar([x, y]: Point): boolean {
  return Math.abs(x) > FAR_PIXELS || Math.abs(y) > FAR_PIXELS;
}

/** The part of a straight line that is not far outside (after Liang and Barsky, 1984); `null` = none of it. */
function cropped(from: Point, to: Point): readonly [Point, Point] | null {
  let [first, last] = [0, 1];
  for (const axis of [0, 1] as const) {
    const run = to[axis] - from[axis];
    for (const edge of [-FAR_PIXELS, FAR_PIXELS]) {
      const room = Math.sign(edge) * (edge - from[axis]);
      const way = Math.sign(edge) * run;
      if (way === 0 && room < 0) return null;
      if (way < 0) first = Math.max(first, room / way);
      if (way > 0) last = Math.min(last, room / way);
    }
  }
  const at = (part: number): Point => [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
  return first < last ? [at(first), at(last)] : null;
}

/** A symbol at every point; those that reach over the pane's edge only where the point itself lies inside. */
export function markerPath({ x, y, marker, cliponaxis }: PlotTrace, scale: Scale): string {
  const symbol = (SYMBOLS[marker.symbol ?? "circle"] ?? SYMBOLS["circle"]!)(marker.size / 2);
  return placesOf(x, y, scale, cliponaxis)
    .map(([left, top]) => `M${rounded(left)},${rounded(top)}${symbol}`)
    .join("");
}

interface Label {
  readonly x: number;
  /** Of the base line. */
  readonly y: number;
  readonly text: string;
}

/** Where the texts of a trace stand, each with its middle at `x`. */
export function labelsAt({ x, y, text = [], textposition, textfont }: PlotTrace, scale: Scale): Label[] {
  const down = (textfont?.size ?? 12) * (textposition === "top center" ? -0.25 : 0.25);
  return text.flatMap((words, index) =>
    placesOf(x.subarray(index, index + 1), y.subarray(index, index + 1), scale, false).map(([left, top]) => ({
      x: rounded(left),
      y: rounded(top + down),
      text: words,
    })),
  );
}

/** `hasEdges`: what lies outside is cut off, so that it may be among them. */
function placesOf(x: Float64Array, y: Float64Array, scale: Scale, hasEdges: boolean): Point[] {
  const places: Point[] = [];
  const air = hasEdges ? 20 : 0;
  for (let index = 0; index < x.length; index++) {
    const [left, top] = place(x[index]!, y[index]!, scale);
    if (left >= -air && left <= scale.width + air && top >= -air && top <= scale.height + air) places.push([left, top]);
  }
  return places;
}

/** As plotly makes them. */
export function dashes(dash: string, width: number): string {
  const unit = Math.max(width, 3);
  if (dash === "dash") return `${3 * unit},${3 * unit}`;
  return dash === "dot" ? `${unit},${unit}` : "none";
}
