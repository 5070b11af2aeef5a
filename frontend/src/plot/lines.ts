/**
 * Lines: what one picture draws of each tag, read and decimated to its pixels, before it has axes. Pure.
 *
 * Three ways of laying time out. As it went, with an earlier window under it if asked for; cut into cycles that lie
 * over each other; or the newest points of each tag, as the older replay program shows them.
 */

import { bucketWidth, type Decimated, decimate } from "../data/decimate";
import { firstAfter, firstAtOrAfter, type Range, type Segment } from "../data/segment";
import { simplify } from "../data/simplify";
import { formatDuration } from "../format";
import { type ChartStyle, type Ends, isStepped } from "../model/chartStyle";
import { type Cycle, cyclesOf, lastCycles, secondsOf, slowestOf } from "../model/cycles";
import { gapAfter } from "../model/freshness";
import { type LegacyStyle, lastPoints, spanOf } from "../model/legacyStyle";
import type { AxisPlan } from "./axes";
import { NO_MARKS } from "./markers";
import type { Line, Marks, PanelTag, Size } from "./scene";

/** The room that the picture has. */
export interface Canvas {
  readonly range: Range;
  /** Width of the plot. */
  readonly pixels: number;
  readonly style: ChartStyle;
  readonly now: number;
}

export interface PictureLines {
  /** One per tag, in the order of the tags. */
  readonly lines: readonly Line[];
  /** The same tags at other times, to be drawn below. */
  readonly copies: readonly Line[];
  /** What the time axis runs over; seconds since a cycle began where there are `cycles`. */
  readonly range: Range;
  /** The cycles that are laid over each other, oldest first; `null` = not folded. */
  readonly cycles: readonly Cycle[] | null;
  /** Points in the picture before decimation, and drawn. */
  readonly given: number;
  readonly drawn: number;
  readonly isDecimated: boolean;
  /** Seconds of the widest bucket where only an outline is known; 0 = nowhere. */
  readonly outline: number;
  /** Tags without a point in the picture. */
  readonly empty: readonly string[];
}

/** Up to this many lines are drawn to the pixel; more lines share the time that plotly needs per point. */
const FINE_LINES = 8;
const COARSEST_PIXELS = 3;
const LEAST_AXIS_SECONDS = 1e-3;
const ALL_TIME: Range = { start: -Infinity, end: Infinity };
const EARLIER_OPACITY = 0.45;
const BAND_OPACITY = 0.4;
const CYCLE_OPACITY = 0.4;
const FINE_WIDTH = 1.2;
const BOLD_WIDTH = 3;

/** Lines over time as it passed. */
export function timeLines(tags: readonly PanelTag[], canvas: Canvas): PictureLines {
  const { range, style } = canvas;
  const draw = liner(canvas, range, tags.length);
  const own = tags.map((tag) => draw(asMeans(tag), range, 0, tag.marksIn(range)));
  const bands = tags.filter((tag) => outlineIn(tag, range) > 0).map((tag) => drawBand(tag, draw, range));
  const earlier =
    style.earlier === 0
      ? []
      : tags.filter(({ kind }) => kind !== "state").map((tag) => drawEarlier(tag, draw, range, style.earlier));
  const outline = Math.max(0, ...tags.map((tag) => outlineIn(tag, range)));
  return { ...summed(own, [...bands, ...earlier], range, null), outline };
}

/** The tag with the means of its buckets for a line, where it is known in outline only. */
function asMeans(tag: PanelTag): PanelTag {
  const read = (range: Range): Segment[] =>
    tag.read(range).map((segment) => (segment.means === undefined ? segment : { ...segment, values: segment.means }));
  return { ...tag, read };
}

/** The widest bucket of a tag in the range, in seconds; 0 where every point, or its own extremes, are known. */
function outlineIn(tag: PanelTag, range: Range): number {
  const widths = tag.read(range).map(({ times, values, means }) => {
    const at = means?.findIndex((mean, index) => mean !== values[index] && !Number.isNaN(mean)) ?? -1;
    return at < 0 || times[at]! > range.end ? 0 : 2 * Math.min(stepAt(times, at), stepAt(times, at + 1));
  });
  return Math.max(0, ...widths);
}

function stepAt(times: Float64Array, index: number): number {
  return (times[index] ?? Infinity) - (times[index - 1] ?? -Infinity);
}

/** From the lowest to the highest value of each bucket, below the line. */
function drawBand(tag: PanelTag, draw: Draw, range: Range): Drawn {
  const read = (asked: Range): Segment[] => tag.read(asked).filter(({ means }) => means !== undefined);
  const { line, result } = draw({ ...tag, read }, range, 0);
  const copy = { key: "-band", opacity: BAND_OPACITY, width: FINE_WIDTH, words: "", label: "" };
  return { line: { ...line, copy }, result: { ...result, given: 0 } };
}

type Draw = (tag: PanelTag, range: Range, shift: number, marks?: Marks) => Drawn;

interface Drawn {
  readonly line: Line;
  readonly result: Decimated;
}

function drawEarlier(tag: PanelTag, draw: Draw, range: Range, seconds: number): Drawn {
  const { line, result } = draw(tag, { start: range.start - seconds, end: range.end - seconds }, seconds);
  return {
    line: {
      ...line,
      copy: {
        key: "-earlier",
        opacity: EARLIER_OPACITY,
        width: FINE_WIDTH,
        words: `${formatDuration(seconds)} earlier`,
        label: "",
      },
    },
    result,
  };
}

/**
 * The last cycles of the tag that `style.fold` names, with times counted from their beginnings; a state tag shows its
 * newest cycle only. `zoom`: the part to show.
 */
export function cycleLines(tags: readonly PanelTag[], by: PanelTag, canvas: Canvas, zoom: Range | null): PictureLines {
  const cycles = lastCycles(cyclesOf(by.read(canvas.range), canvas.range, canvas.now), canvas.style.fold?.count ?? 0);
  const newest = cycles[cycles.length - 1];
  const axis = zoom ?? { start: 0, end: axisSeconds(cycles) };
  const draw = liner(canvas, axis, tags.length * Math.max(1, cycles.length));
  if (newest === undefined)
    return summed(
      tags.map((tag) => emptyLine(tag)),
      [],
      axis,
      cycles,
    );
  const slowest = slowestOf(cycles);
  const own = tags.map((tag) => draw(tag, newest, -newest.start));
  const folded = tags.filter(({ kind }) => kind !== "state");
  const older = cycles.filter((cycle) => cycle !== newest || cycle === slowest);
  const copies = older.flatMap((cycle) => folded.map((tag) => drawCycle(tag, draw, cycle, cycle === slowest)));
  return summed(own, copies, axis, cycles);
}

/** As long as the longest cycle. A running cycle stretches the axis to at most twice the longest whole one. */
function axisSeconds(cycles: readonly Cycle[]): number {
  const whole = Math.max(0, ...cycles.filter(({ isRunning }) => !isRunning).map(secondsOf));
  const running = Math.max(0, ...cycles.filter(({ isRunning }) => isRunning).map(secondsOf));
  return Math.max(LEAST_AXIS_SECONDS, whole, whole === 0 ? running : Math.min(running, 2 * whole));
}

function drawCycle(tag: PanelTag, draw: Draw, cycle: Cycle, isSlowest: boolean): Drawn {
  const { line, result } = draw(tag, cycle, -cycle.start);
  const length = formatDuration(secondsOf(cycle));
  const legacy = isSlowest
    ? { opacity: 1, width: BOLD_WIDTH, words: `slowest, ${length}`, label: `slowest ${length}` }
    : { opacity: CYCLE_OPACITY, width: FINE_WIDTH, words: "", label: "" };
  return { line: { ...line, copy: { key: `-${cycle.start.toFixed(3).replace(".", "-")}`, ...legacy } }, result };
}

/** The newest points of each tag, however old. */
export function latestLines(tags: readonly PanelTag[], legacy: LegacyStyle, range: Range): PictureLines {
  const drawn = tags.map((tag): Drawn => {
    const points = lastPoints(tag.read(ALL_TIME), legacy.points);
    return {
      line: { ...tag, ...points, taken: { range: ALL_TIME, shift: 0 } },
      result: { ...points, given: points.times.length, isDecimated: false },
    };
  });
  return summed(drawn, [], spanOf(drawn.map(({ result }) => result)) ?? range, null);
}

/**
 * Draws a tag over a range, its times shifted by some seconds; as finely as the pixels of `axis` allow for `count`
 * lines.
 */
function liner({ pixels, style, now }: Canvas, axis: Range, count: number): Draw {
  const buckets = pixels / Math.min(COARSEST_PIXELS, Math.max(1, count / FINE_LINES));
  const bucketSeconds = bucketWidth(axis.end - axis.start, buckets);
  return (tag, range, shift, marks = NO_MARKS) => {
    const options = {
      bucketSeconds,
      gapSeconds: gapAfter(tag, style.gaps),
      isStepped: isStepped(tag.kind, style.line),
      areStates: tag.kind === "state",
    };
    const inside = decimate(tag.read(range), options);
    const held = tag.kind === "number" ? inside : holdLast(inside, Math.min(range.end, now, tag.heldUntil));
    const result = shift === 0 ? held : { ...held, times: held.times.map((time) => time + shift) };
    return {
      line: {
        ...tag,
        times: result.times,
        values: result.values,
        isDecimated: result.isDecimated,
        marks,
        taken: { range, shift },
      },
      result,
    };
  };
}

/**
 * Drops the points that nobody could tell from the line, now that its axes are known. Steps and logarithmic axes stay
 * as they are.
 */
export function simplifyLines(
  picture: PictureLines,
  plan: AxisPlan,
  ends: ReadonlyMap<string, Ends>,
  plot: Size,
  style: ChartStyle,
): PictureLines {
  if (style.scale === "log") return picture;
  const perSecond = plot.width / (picture.range.end - picture.range.start);
  const perUnit = new Map(
    plan.axes.flatMap(({ name, domain, tags }) => {
      const [low, high] = ends.get(name) ?? [0, 0];
      return tags.map((tag) => [tag, ((domain[1] - domain[0]) * plot.height) / (high - low)] as const);
    }),
  );
  const thinned = (line: Line): Line => {
    if (line.isDecimated !== true || isStepped(line.kind, style.line)) return line;
    return { ...line, ...simplify(line, { perSecond, perUnit: perUnit.get(line.tag) ?? NaN }) };
  };
  const [lines, copies] = [picture.lines.map(thinned), picture.copies.map(thinned)];
  return { ...picture, lines, copies, drawn: [...lines, ...copies].reduce((sum, { times }) => sum + times.length, 0) };
}

function emptyLine(tag: PanelTag): Drawn {
  const result = { times: new Float64Array(0), values: new Float64Array(0), given: 0, isDecimated: false };
  return { line: { ...tag, ...result, taken: { range: ALL_TIME, shift: 0 } }, result };
}

function summed(
  own: readonly Drawn[],
  copies: readonly Drawn[],
  range: Range,
  cycles: readonly Cycle[] | null,
): PictureLines {
  const results = [...own, ...copies].map(({ result }) => result);
  return {
    lines: own.map(({ line }) => line),
    copies: copies.map(({ line }) => line),
    range,
    cycles,
    given: results.reduce((sum, { given }) => sum + given, 0),
    drawn: results.reduce((sum, { times }) => sum + times.length, 0),
    isDecimated: results.some(({ isDecimated }) => isDecimated),
    outline: 0,
    empty: own.filter(({ line }) => isEmptyIn(line, range)).map(({ line }) => line.tag),
  };
}

function isEmptyIn({ kind, times }: Line, range: Range): boolean {
  if (kind !== "number") return times.length === 0; // a state lasts without new points
  return firstAfter(times, range.end) === firstAtOrAfter(times, range.start);
}

/** A state lasts until the next: extends the last value to `until`. */
function holdLast(line: Decimated, until: number): Decimated {
  const last = line.times.length - 1;
  if (last < 0 || line.times[last]! >= until || Number.isNaN(line.values[last]!)) return line;
  const times = new Float64Array(last + 2);
  const values = new Float64Array(last + 2);
  times.set(line.times);
  values.set(line.values);
  times[last + 1] = until;
  values[last + 1] = line.values[last]!;
  return { ...line, times, values };
}
