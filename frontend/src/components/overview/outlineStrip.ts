/**
 * Outline strip: all that is held of some tags, each over its own range of values, on one small canvas. Draws, and
 * knows nothing of what a person does with it.
 */

import type { Range, Segment } from "../../data/segment";
import { ticksIn } from "../../model/history";
import type { WallClock } from "../../model/wallClock";
import type { Colours } from "../../plot/colours";
import type { Ink } from "../../plot/palette";

interface StripLine {
  readonly ink: Ink;
  readonly segments: readonly Segment[];
}

interface Strip {
  readonly range: Range;
  readonly lines: readonly StripLine[];
  /** From here on every point is held. */
  readonly exactFrom: number;
  readonly clock: WallClock;
  readonly colours: Colours;
}

const TICK_PIXELS = 90;
const MARGIN = 3;
const FONT_PIXELS = 10;
/** Of the paper below a date, so that it is read over lines. */
const PAPER_ALPHA = 0.8;
const LINE_ALPHA = 0.75;
const MINUTE = 60;
const DAY = 86400;

export function drawStrip(canvas: HTMLCanvasElement, strip: Strip): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (context === null || width === 0) return;
  const scale = canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const { start, end } = strip.range;
  const x = (time: number): number => ((time - start) / (end - start)) * width;
  context.fillStyle = strip.colours.paper;
  context.fillRect(0, 0, width, height);
  drawOutlined(context, Math.max(0, Math.min(width, x(strip.exactFrom))), height, strip.colours);
  for (const line of strip.lines) drawLine(context, line, strip.range, width, height);
  drawTicks(context, { width, height, x }, strip);
}

/** Where only an outline is held the paper is hatched, as a second sign beside its edge. */
function drawOutlined(context: CanvasRenderingContext2D, until: number, height: number, { grid }: Colours): void {
  if (until < 1) return;
  context.strokeStyle = grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let left = -height; left < until; left += 6) {
    const right = Math.min(until, left + height);
    const from = Math.max(0, left);
    if (right <= from) continue;
    context.moveTo(from, height - (from - left));
    context.lineTo(right, height - (right - left));
  }
  context.moveTo(until, 0);
  context.lineTo(until, height);
  context.stroke();
}

interface Scale {
  readonly width: number;
  readonly height: number;
  readonly x: (time: number) => number;
}

function drawTicks(context: CanvasRenderingContext2D, { width, height, x }: Scale, strip: Strip): void {
  const { clock, colours, range } = strip;
  context.font = `${FONT_PIXELS}px ${colours.font}`;
  context.textBaseline = "bottom";
  for (const { time, step } of ticksIn(range, Math.max(1, width / TICK_PIXELS), (at) => clock.minutesAhead(at))) {
    const [left, stamp] = [x(time), clock.stamp(time)];
    const text = tickText(stamp, step);
    const size = context.measureText(text).width + 4;
    if (left + 1 + size > width) continue; // a tick without its time says nothing
    context.fillStyle = colours.faint;
    context.fillRect(left, height - FONT_PIXELS, 1, FONT_PIXELS);
    context.globalAlpha = PAPER_ALPHA;
    context.fillStyle = colours.paper;
    context.fillRect(left + 1, height - FONT_PIXELS - 1, size, FONT_PIXELS + 1);
    context.globalAlpha = 1;
    context.fillStyle = colours.faint;
    context.fillText(text, left + 3, height);
  }
}

/** The part of `2026-11-21 12:04:30.000` that differs from tick to tick; a midnight is its date. */
export function tickText(stamp: string, step: number): string {
  if (step >= DAY || stamp.slice(11, 19) === "00:00:00") return stamp.slice(5, 10);
  return stamp.slice(11, step < MINUTE ? 19 : 16);
}

/** Lowest to highest of each pixel column, joined. */
function drawLine(
  context: CanvasRenderingContext2D,
  { ink, segments }: StripLine,
  { start, end }: Range,
  width: number,
  height: number,
): void {
  const columns = Math.max(1, Math.ceil(width));
  const low = new Float64Array(columns).fill(Infinity);
  const high = new Float64Array(columns).fill(-Infinity);
  for (const { times, values } of segments)
    for (let index = 0; index < times.length; index++) {
      const [column, value] = [Math.floor(((times[index]! - start) / (end - start)) * columns), values[index]!];
      if (column < 0 || column > columns || !Number.isFinite(value)) continue;
      const at = Math.min(column, columns - 1);
      if (value < low[at]!) low[at] = value;
      if (value > high[at]!) high[at] = value;
    }
  const [least, most] = [Math.min(...low), Math.max(...high)];
  const room = height - 2 * MARGIN;
  const y = (value: number): number =>
    most > least ? MARGIN + (1 - (value - least) / (most - least)) * room : height / 2;
  context.strokeStyle = ink.colour;
  context.lineWidth = 1;
  context.globalAlpha = LINE_ALPHA;
  context.beginPath();
  for (let column = 0; column < columns; column++) {
    if (low[column] === Infinity) continue;
    context.lineTo(column + 0.5, y(low[column]!) + 0.5);
    context.lineTo(column + 0.5, y(high[column]!) - 0.5);
  }
  context.stroke();
  context.globalAlpha = 1;
}
