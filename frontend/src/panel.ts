/**
 * Panel: one chart on the page. Reads the series, decimates to the pixels, builds the figure, hands it to plotly; sums up what
 * is seen. Where the data comes from and what the page around it looks like, it is told.
 */

import { batch, signal } from "@preact/signals";

import { planAxes } from "./axes";
import { Chart } from "./chart";
import type { Kind } from "./control";
import type { CursorName } from "./cursors";
import { bucketWidth, decimate, type Decimated } from "./decimate";
import { isStepped, type Drawing } from "./drawing";
import { buildFigure, type Line, type Scene, type Skin } from "./figure";
import { gapAfter } from "./gaps";
import { readAt, type Instants as LegendInstants, type LegendRow } from "./legend";
import { SCALE } from "./montage";
import { Overlay } from "./overlay";
import { lastPoints, spanOf, type Look } from "./look";
import type { LimitSet } from "./limits";
import type { Marks } from "./marks";
import type { Drawable } from "./painter";
import type { Ink } from "./palette";
import { firstAfter, firstAtOrAfter, type Segment } from "./ring";
import type { Range } from "./series";
import { summarise } from "./stats";
import { ValueAxes } from "./valueaxes";

/** What a panel needs to know of one tag. */
export interface PanelTag {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
  /** Learned seconds between messages; NaN = not known. */
  readonly interval: number;
  /** Decimals that the device names for it. */
  readonly decimals: number | undefined;
  readonly limits: LimitSet;
  marksIn(range: Range): Marks;
  readonly ink: Ink;
  /** The points held of this range; empty when there are none. */
  read(range: Range): Segment[];
  /** Whether those are all points of the range, none decimated away. */
  isRaw(range: Range): boolean;
}

export interface Instants extends LegendInstants {
  /** The mouse is over this very panel. */
  readonly isHoverHere: boolean;
  readonly trigger: number | null;
}

export interface PanelSource {
  tags(): readonly PanelTag[];
  drawing(): Drawing;
  instants(): Instants;
  range(): Range;
  /** The right edge follows the clock. */
  isLive(): boolean;
  /** How to draw, where not as the page draws. */
  look(): Look | null;
  /** The server's clock. */
  now(): number;
  skin(): Skin;
  /** Says which day and whose time it is. */
  timeLabel(range: Range): string;
  zoomed(range: Range): void;
  reset(): void;
  hovered(time: number | null): void;
  cursorMoved(name: CursorName, time: number): void;
  /** Draw me when there is time. */
  changed(): void;
}

/** What is seen on the panel now. */
export interface Summary {
  /** Points in the picture before decimation, and drawn. */
  readonly given: number;
  readonly drawn: number;
  readonly isDecimated: boolean;
  /** Tags of which no point lies in the picture. */
  readonly empty: readonly string[];
}

const SUMMARY_MS = 250;
/** Up to so many lines are drawn to the pixel; more share the time that plotly needs per point. */
const FINE_LINES = 8;
const COARSEST_PIXELS = 3;
const LONGEST_SLIDE_MS = 1000;
const NOTHING: Summary = { given: 0, drawn: 0, isDecimated: false, empty: [] };

export class Panel implements Drawable {
  readonly summary = signal<Summary>(NOTHING);
  readonly legend = signal<readonly LegendRow[]>([]);
  /** Tags whose lines a person has put away for a while. */
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  readonly #overlay: Overlay;
  readonly #chart: Chart;
  readonly #axes = new ValueAxes();
  #scene: Scene | null = null;
  #range: Range = { start: 0, end: 1 };
  #summedAt = -Infinity;
  #draws = 0;

  constructor(
    element: HTMLElement,
    overlay: HTMLElement,
    private readonly source: PanelSource,
  ) {
    this.#chart = new Chart(element, {
      zoomed: (range) => source.zoomed(range),
      reset: () => source.reset(),
      hovered: (time) => source.hovered(time),
      resized: () => source.changed(),
      released: () => source.changed(),
    });
    this.#overlay = new Overlay(overlay, (name, time) => source.cursorMoved(name, time));
  }

  get element(): HTMLElement {
    return this.#chart.element;
  }

  /** What is drawn, with names beside the lines, as a `data:` address; `undefined` before the first picture. */
  async picture(format: "png" | "svg"): Promise<string | undefined> {
    if (this.#scene === null) return undefined;
    return this.#chart.picture(buildFigure({ ...this.#scene, hasLegend: true }), format, SCALE);
  }

  /** Puts a line away, or brings it back. */
  toggleLine(tag: string): void {
    const hidden = new Set(this.hidden.value);
    if (!hidden.delete(tag)) hidden.add(tag);
    this.hidden.value = hidden;
    this.#summedAt = -Infinity;
    this.source.changed();
  }

  /** The mouse or a cursor has moved: lines and numbers follow without a new picture. */
  point(): void {
    const instants = this.source.instants();
    this.#overlay.show(this.#range, this.#chart.box, { ...instants, hover: instants.isHoverHere ? null : instants.hover });
    const tags = new Map(this.source.tags().map((tag) => [tag.tag, tag]));
    this.legend.value = this.legend.peek().map((row) => {
      const tag = tags.get(row.tag);
      return tag === undefined ? row : { ...row, ...this.#readAt(tag, instants) };
    });
  }

  #readAt(tag: PanelTag, instants: Instants): ReturnType<typeof readAt> {
    const reach = { isStepped: isStepped(tag.kind, this.source.drawing().style), gapSeconds: gapAfter(tag, this.source.drawing().gaps) };
    return readAt(instants, reach, (time) => tag.read({ start: time, end: time }));
  }

  destroy(): void {
    this.#chart.destroy();
  }

  draw(): number {
    if (!this.#chart.isDrawable) return Infinity;
    const drawing = this.source.drawing();
    const width = this.#chart.plotWidth;
    const all = this.source.tags();
    const tags = all.filter(({ tag }) => !this.hidden.peek().has(tag));
    const look = this.source.look();
    const latest = look !== null && this.source.isLive() ? tags.map((tag) => latestPoints(tag, look)) : null;
    const range = (latest === null ? null : spanOf(latest)) ?? this.source.range();
    const buckets = width / Math.min(COARSEST_PIXELS, Math.max(1, tags.length / FINE_LINES));
    const results = latest ?? tags.map((tag) => this.#decimateTag(tag, range, buckets, drawing));
    const lines = tags.map((tag, index): Line => ({ ...tag, times: results[index]!.times, values: results[index]!.values, marks: tag.marksIn(range) }));
    const plan = planAxes(tags);
    const ends = this.#axes.place(plan, lines, range, drawing);
    if (look !== null) for (const axis of plan.axes) ends.set(axis.name, look.ends);
    const scene = { lines, plan, ends, range, timeLabel: this.source.timeLabel(range), skin: this.source.skin(), drawing, isNarrow: width < 500, plotPixels: width, hasLegend: false };
    this.#range = range;
    this.#scene = scene;
    this.#chart.draw(buildFigure(scene), range);
    this.#draws += 1;
    this.#sum(all, tags, results, range);
    const instants = this.source.instants();
    this.#overlay.show(range, this.#chart.box, { ...instants, hover: instants.isHoverHere ? null : instants.hover });
    return this.source.isLive() && latest === null ? slideMilliseconds(range, width) : Infinity;
  }

  #decimateTag(tag: PanelTag, range: Range, buckets: number, drawing: Drawing): Decimated {
    const isHeld = isStepped(tag.kind, drawing.style);
    const segments = tag.read(range);
    const options = { bucketSeconds: bucketWidth(range.end - range.start, buckets), gapSeconds: gapAfter(tag, drawing.gaps), isStepped: isHeld };
    const result = decimate(segments, options);
    return tag.kind !== "number" ? holdLast(result, Math.min(range.end, this.source.now())) : result;
  }

  #sum(all: readonly PanelTag[], tags: readonly PanelTag[], results: readonly Decimated[], range: Range): void {
    const now = performance.now();
    const data = this.#chart.element.dataset;
    data["draws"] = String(this.#draws);
    if (this.source.isLive() && now - this.#summedAt < SUMMARY_MS) return;
    this.#summedAt = now;
    const summary: Summary = {
      given: results.reduce((sum, result) => sum + result.given, 0),
      drawn: results.reduce((sum, result) => sum + result.times.length, 0),
      isDecimated: results.some((result) => result.isDecimated),
      empty: tags.filter((tag, index) => isEmptyIn(tag, results[index]!.times, range)).map(({ tag }) => tag),
    };
    data["points"] = String(summary.given);
    data["drawn"] = String(summary.drawn);
    const instants = this.source.instants();
    const legend = all.map((tag) => this.#legendRow(tag, range, instants));
    batch(() => {
      this.legend.value = legend;
      if (!isSame(this.summary.peek(), summary)) this.summary.value = summary;
    });
  }

  #legendRow(tag: PanelTag, range: Range, instants: Instants): LegendRow {
    const { unit, kind, states, decimals, ink } = tag;
    const stats = summarise(tag.read(range), range);
    return { tag: tag.tag, unit, kind, states, decimals, ink, stats, isExact: tag.isRaw(range), isHidden: this.hidden.peek().has(tag.tag), ...this.#readAt(tag, instants) };
  }
}

function latestPoints(tag: PanelTag, look: Look): Decimated {
  const points = lastPoints(tag.read({ start: -Infinity, end: Infinity }), look.points);
  return { ...points, given: points.times.length, isDecimated: false };

}

/** A state holds until the next: the last value goes on to `until`. */
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

function isEmptyIn(tag: PanelTag, times: Float64Array, range: Range): boolean {
  if (tag.kind !== "number") return times.length === 0; // a state holds without new points
  return firstAfter(times, range.end) === firstAtOrAfter(times, range.start);
}

/** Time in which the picture slides by half a pixel. */
function slideMilliseconds(range: Range, pixels: number): number {
  return Math.min(LONGEST_SLIDE_MS, ((range.end - range.start) / pixels) * 500);
}

function isSame(a: Summary, b: Summary): boolean {
  return a.given === b.given && a.drawn === b.drawn && a.isDecimated === b.isDecimated && a.empty.join("\n") === b.empty.join("\n");
}
