/**
 * Panel: one chart on the page. Reads its lines, builds the figure, passes it to plotly, and sums up what it shows.
 * Knows nothing of where data comes from or of the page around it.
 */

import { batch, signal } from "@preact/signals";

import type { Range } from "../data/segment";
import type { ChartStyle, Ends } from "../model/chartStyle";
import type { Reach } from "../model/cursors";
import { WallClock } from "../model/wallClock";
import { leaf } from "../text";
import { planAxes } from "./axes";
import { axisAt, endsOf, placeOfValue, valueAtPlace } from "./axisPlaces";
import { buildFigure } from "./figure";
import { type Instants, type LegendRow, readAt } from "./legend";
import { legendRow, reachOf } from "./legendRow";
import { LevelLines } from "./levelLines";
import { type Canvas, cycleLines, latestLines, type PictureLines, simplifyLines, timeLines } from "./lines";
import { Overlay } from "./overlay";
import { type CardPanel, NOTHING, type PanelSource, type PanelSummary } from "./panelSource";
import { PlotlyChart } from "./plotlyChart";
import { type Readout, readoutAt } from "./readout";
import { type PanelTag, SCALE, type Scene } from "./scene";
import { ValueAxes } from "./valueAxes";

/** A clock that shows 0:00 at 0 seconds. */
const ELAPSED = new WallClock("utc");

const SUMMARY_MS = 250;
const LONGEST_SLIDE_MS = 1000;
/** Width of the whole element: the plot's own width depends on the margins, which depend on this. */
const NARROW_PIXELS = 560;
/** Height and width of the whole element, without the legend: either makes a picture small. */
const [SMALL_PIXELS, SMALL_WIDTH_PIXELS] = [210, 260];

export class Panel implements CardPanel {
  readonly summary = signal<PanelSummary>(NOTHING);
  readonly legend = signal<readonly LegendRow[]>([]);
  /** Tags whose lines a person has hidden. */
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  /** What the lines say under the mouse; `null` = it is not over this picture. */
  readonly readout = signal<Readout | null>(null);
  readonly #overlay: Overlay;
  readonly #levels: LevelLines;
  readonly #chart: PlotlyChart;
  readonly #axes = new ValueAxes();
  /** For the copies that lie under the lines. */
  readonly #norms = new ValueAxes();
  #scene: Scene | null = null;
  #range: Range = { start: 0, end: 1 };
  #isFolded = false;
  /** The instant under the mouse, on this picture's axis. */
  #pointed: number | null = null;
  /** The shown part of the cycles, when folded. */
  #zoom: Range | null = null;
  #summedAt = -Infinity;
  #draws = 0;

  constructor(
    element: HTMLElement,
    overlay: HTMLElement,
    private readonly source: PanelSource,
  ) {
    this.#chart = new PlotlyChart(element, {
      zoomed: (range) => (this.#isFolded ? this.#zoomInto(range) : source.zoomed(range)),
      reset: () => (this.#isFolded ? this.#zoomInto(null) : source.reset()),
      hovered: (time, isMoved) => this.#hovered(time, isMoved),
      axisAt: (x, y) => (this.#scene === null ? null : axisAt(this.#scene, this.#chart.box, x, y)),
      scaled: (axis, ends) => this.#scaled(axis, ends),
      pressed: (time) => this.#isFolded || source.pressed(time),
      resized: () => source.changed(),
      held: (isHeld) => source.held(isHeld),
    });
    this.#overlay = new Overlay(overlay, (name, time) => source.cursorMoved(name, time));
    this.#levels = new LevelLines(
      overlay,
      {
        placeOf: ({ tag, value }) =>
          this.#scene === null ? null : placeOfValue(this.#scene, this.#chart.box, tag, value),
        valueAt: ({ tag }, y) => (this.#scene === null ? null : valueAtPlace(this.#scene, this.#chart.box, tag, y)),
      },
      (id, value) => source.levelMoved(id, value),
    );
  }

  get element(): HTMLElement {
    return this.#chart.element;
  }

  /** The current picture, with a legend, as a `data:` address; `undefined` before the first one. */
  async picture(format: "png" | "svg"): Promise<string | undefined> {
    if (this.#scene === null) return undefined;
    return this.#chart.picture(
      buildFigure({
        ...this.#scene,
        hasLegend: true,
        hasDate: true,
        isSmall: false,
        instants: this.#isFolded ? null : this.source.instants(),
        levels: this.#isFolded ? [] : this.source.levels(),
      }),
      format,
      SCALE,
    );
  }

  /** Hides a line, or shows it again. */
  toggleLine(tag: string): void {
    const hidden = new Set(this.hidden.value);
    if (!hidden.delete(tag)) hidden.add(tag);
    this.hidden.value = hidden;
    this.#summedAt = -Infinity;
    this.source.changed();
  }

  #scaled(key: string, ends: Ends | null): void {
    const isLog = this.source.style().scale === "log";
    this.source.rescaled(key, ends === null || !isLog ? ends : [10 ** ends[0], 10 ** ends[1]]);
  }

  #zoomInto(range: Range | null): void {
    this.#zoom = range;
    this.source.changed();
  }

  /** The present ends of a value axis, as values; `null` before the first picture. */
  endsOf(key: string): Ends | null {
    return this.#scene === null ? null : endsOf(this.#scene, key);
  }

  /** Where this instant is inside the plot, and how wide that is, in pixels from the element's left. */
  placeOf(time: number): { readonly x: number; readonly left: number; readonly width: number } {
    const { left, width } = this.#chart.box;
    const { start, end } = this.#range;
    return { x: left + ((time - start) / (end - start)) * width, left, width };
  }

  #hovered(time: number | null, isMoved: boolean): void {
    this.#pointed = time;
    this.source.hovered(this.#isFolded ? null : time, isMoved);
    if (this.#isFolded) this.point(isMoved);
  }

  /**
   * The mouse or a cursor has moved: updates overlay and numbers without a new picture. Not `isMoved`: only the lines
   * move, the numbers wait for their next turn.
   */
  point(isMoved: boolean): void {
    const instants = this.source.instants();
    this.#showInstants();
    if (!isMoved) return;
    this.#readOut();
    const tags = new Map(this.source.tags().map((tag) => [tag.tag, tag]));
    this.legend.value = this.legend.peek().map((row) => {
      const tag = tags.get(row.tag);
      return tag === undefined ? row : { ...row, ...this.#readAt(tag, instants) };
    });
  }

  #readOut(): void {
    const scene = this.#scene;
    this.readout.value =
      this.#pointed === null || scene === null
        ? null
        : readoutAt(
            scene,
            this.#pointed,
            (tag) => this.source.tag(tag),
            (tag) => this.#reach(tag),
          );
  }

  #readAt(tag: PanelTag, instants: Instants): ReturnType<typeof readAt> {
    return readAt(
      instants,
      this.#reach(tag),
      (time) => tag.read({ start: time, end: time }),
      (time) => tag.isRaw({ start: time, end: time }),
    );
  }

  #reach(tag: PanelTag): Reach {
    return reachOf(tag, this.source.style());
  }

  destroy(): void {
    this.#chart.destroy();
  }

  /** Numbers too, which else wait for their next turn. */
  drawNow(): void {
    this.#summedAt = -Infinity;
    this.draw();
  }

  draw(): number {
    if (!this.#chart.isDrawable) return Infinity;
    const asked = this.source.style();
    const style: ChartStyle = asked.axes === "norm" ? { ...asked, scale: "linear" } : asked;
    const width = this.#chart.plotWidth;
    const all = this.source.tags();
    const tags = all.filter(({ tag }) => !this.hidden.peek().has(tag));
    const legacy = this.source.legacyStyle();
    const wanted = this.source.range();
    const shown = this.source.isSliding() ? onPixels(wanted, width) : wanted;
    const read = this.#lines(tags, { range: shown, pixels: width, style, now: this.source.now() });
    const full =
      style.axes === "norm"
        ? {
            ...read,
            lines: this.#axes.normalise(read.lines, read.range),
            copies: this.#norms.normalise(read.copies, read.range),
          }
        : read;
    const wait = full.given === 0 ? this.source.waitsFor() : 0;
    if (wait > 0) return wait; // an empty picture would delay the first one with points
    const { range } = full;
    const plan = planAxes(tags, style.axes, this.#chart.box.height / this.source.textScale());
    const ends = this.#axes.place(plan, [...full.lines, ...full.copies], range, style);
    if (legacy !== null) for (const axis of plan.axes) ends.set(axis.name, legacy.ends);
    const picture = simplifyLines(full, plan, ends, this.#chart.box, style);
    const clock = picture.cycles === null ? this.source.clock() : ELAPSED;
    const timeLabel =
      picture.cycles === null
        ? `${clock.date(range.end)} · ${clock.nameAt(range.end)}`
        : `since ${leaf(style.fold!.by)} rose`;
    const scene = {
      ...picture,
      plan,
      ends,
      timeLabel,
      notes: picture.cycles === null ? this.source.notes(range) : [],
      historyEnds: picture.cycles === null && legacy === null ? this.source.historyEnds(range) : [],
      colours: this.source.colours(),
      style,
      isNarrow: this.#chart.size.width < NARROW_PIXELS,
      isSmall: this.#chart.size.height < SMALL_PIXELS || this.#chart.size.width < SMALL_WIDTH_PIXELS,
      textScale: this.source.textScale(),
      hasDate: this.source.hasDate() || picture.cycles !== null,
      plotPixels: width,
      plotHeight: this.#chart.box.height,
      hasLegend: false,
      instants: null,
      levels: [],
    };
    this.#range = range;
    this.#scene = scene;
    this.#chart.draw(buildFigure(scene), range, clock);
    this.#draws += 1;
    this.#sum(all, picture);
    this.#showInstants();
    return this.source.isLive() && (legacy === null || picture.cycles !== null)
      ? slideMilliseconds(range, width)
      : Infinity;
  }

  #lines(tags: readonly PanelTag[], canvas: Canvas): PictureLines {
    const legacy = this.source.legacyStyle();
    const by = canvas.style.fold?.by;
    this.#isFolded = by !== undefined;
    if (by !== undefined) return cycleLines(tags, this.source.tag(by), canvas, this.#zoom);
    return legacy !== null && this.source.isLive() ? latestLines(tags, legacy, canvas.range) : timeLines(tags, canvas);
  }

  /** A folded picture has no instants: each of its places stands for several. */
  #showInstants(): void {
    const instants = this.source.instants();
    const shown = this.#isFolded ? { hover: this.#pointed, a: null, b: null, trigger: null } : instants;
    this.#overlay.show(this.#range, this.#chart.box, shown);
    this.#levels.show(this.#isFolded ? [] : this.source.levels(), this.#chart.box);
  }

  #sum(all: readonly PanelTag[], picture: PictureLines): void {
    const now = performance.now();
    const data = this.#chart.element.dataset;
    data["draws"] = String(this.#draws);
    if (this.source.isLive() && now - this.#summedAt < SUMMARY_MS) return;
    this.#summedAt = now;
    const { given, drawn, isDecimated, outline, empty, cycles } = picture;
    const summary = { given, drawn, isDecimated, outline, empty, cycles };
    data["points"] = String(given);
    data["drawn"] = String(drawn);
    const instants = this.source.instants();
    const range = measuredRange(cycles === null ? picture.range : this.source.range(), instants);
    const legend = all.map((tag) =>
      legendRow(tag, range, this.#reach(tag), this.hidden.peek().has(tag.tag), this.#readAt(tag, instants)),
    );
    batch(() => {
      this.legend.value = legend;
      this.#readOut();
      if (!isSame(this.summary.peek(), summary)) this.summary.value = summary;
    });
  }
}

/** The stretch that the legend tells of: between the cursors if there are two, else what is visible. */
function measuredRange(visible: Range, { a, b }: Instants): Range {
  return a === null || b === null || a === b ? visible : { start: Math.min(a, b), end: Math.max(a, b) };
}

/** A picture slides by whole pixels of the screen: what it shows already can then be moved as it is. */
function onPixels({ start, end }: Range, pixels: number): Range {
  const pixel = pixelSeconds({ start, end }, pixels);
  const ahead = Math.ceil(end / pixel) * pixel - end;
  return { start: start + ahead, end: end + ahead };
}

function pixelSeconds({ start, end }: Range, pixels: number): number {
  return (end - start) / pixels / window.devicePixelRatio;
}

/** Time in which the picture slides by a pixel of the screen. */
function slideMilliseconds(range: Range, pixels: number): number {
  return Math.min(LONGEST_SLIDE_MS, pixelSeconds(range, pixels) * 1000);
}

function isSame(a: PanelSummary, b: PanelSummary): boolean {
  return (
    a.given === b.given &&
    a.drawn === b.drawn &&
    a.isDecimated === b.isDecimated &&
    a.outline === b.outline &&
    a.empty.join("\n") === b.empty.join("\n") &&
    a.cycles === null &&
    b.cycles === null
  );
}
