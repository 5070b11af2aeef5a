/** View panel: a chart that shows its tags otherwise than over time. Builds its picture, and sums it up in words. */

import { batch, signal } from "@preact/signals";

import { type Duration, durationsOf } from "../../data/durations";
import type { Range } from "../../data/segment";
import { formatDuration, formatValue } from "../../format";
import { difference } from "../../model/cursors";
import { deviationText, meanText, readingText } from "../../model/reading";
import { NO_TABLE, type View, type ViewTable } from "../../model/views";
import { visible } from "../../text";
import type { LegendRow } from "../legend";
import { legendRow, reachOf } from "../legendRow";
import { type CardPanel, NOTHING, type PanelSource, type PanelSummary } from "../panelSource";
import type { PanelTag } from "../scene";
import { SCALE } from "../scene";
import { bandColour } from "../stateBands";
import { histogramPicture } from "./histogramPicture";
import { PlainPlot } from "./plainPlot";
import { spectrumPicture } from "./spectrumPicture";
import { tablePicture } from "./tablePicture";
import type { ViewInput, ViewPicture } from "./viewLayout";
import { xyPicture } from "./xyPicture";

export interface ViewSource
  extends Pick<PanelSource, "tags" | "style" | "range" | "colours" | "clock" | "textScale" | "changed" | "isLive"> {
  /** Every point of the stretch, and in words what is missing of it. */
  raw(tag: PanelTag, range: Range): { readonly points: PlotPoints; readonly remark: string };
  /** What the server says of the states on a stretch; `null` = not known yet. */
  durations(tag: PanelTag, range: Range): readonly Duration[] | null;
}

type PlotPoints = { readonly times: Float64Array; readonly values: Float64Array };

/** A view is worth so many milliseconds of rest: nobody reads a spectrum twenty times a second. */
const REST_MS = 400;
const NEAR = 0.02;
const PICTURES: Partial<Record<View, (input: ViewInput) => ViewPicture>> = {
  xy: xyPicture,
  spectrum: spectrumPicture,
  histogram: histogramPicture,
};
const NO_INSTANT = { hover: NaN, isHoverExact: true, a: NaN, b: NaN, difference: difference(NaN, NaN, 0) };

export class ViewPanel implements CardPanel {
  readonly summary = signal<PanelSummary>(NOTHING);
  readonly legend = signal<readonly LegendRow[]>([]);
  readonly table = signal<ViewTable>(NO_TABLE);
  readonly remarks = signal<readonly string[]>([]);
  /** Hz whose multiples are marked in a spectrum; `null` = none. */
  readonly harmonic = signal<number | null>(null);
  readonly #plot: PlainPlot;
  #drawnAt = -Infinity;
  #draws = 0;

  constructor(
    readonly element: HTMLElement,
    private readonly source: ViewSource,
  ) {
    this.#plot = new PlainPlot(element, { resized: () => source.changed(), clicked: (x) => this.#clicked(x) });
  }

  draw(): number {
    const wait = this.#drawnAt + REST_MS - performance.now();
    if (wait > 0) return wait;
    this.drawNow();
    return this.source.isLive() ? 1000 : Infinity;
  }

  drawNow(): void {
    this.#drawnAt = performance.now();
    const { view } = this.source.style();
    const draw = PICTURES[view];
    if (draw !== undefined) this.#drawPlot(draw);
    else if (view === "durations") this.#readDurations();
    else this.#readTags(view);
    this.#draws += 1;
    this.element.dataset["draws"] = String(this.#draws);
  }

  /** The table for a file; the first column has no head on the page, where it is plain what it is. */
  figures(): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } {
    const { head, rows } = this.table.peek();
    return { head: ["Tag", ...head.slice(1)], rows: rows.map(({ cells }) => cells) };
  }

  async picture(format: "png" | "svg"): Promise<string | undefined> {
    const { view } = this.source.style();
    if (PICTURES[view] !== undefined) return this.#plot.picture(format, SCALE);
    const { clientWidth, clientHeight } = this.element;
    return tablePicture(this.table.peek(), this.source.colours(), { width: clientWidth, height: clientHeight });
  }

  point(): void {
    // it has no instants
  }

  destroy(): void {
    this.#plot.destroy();
  }

  /** Marks the multiples of a frequency; `null` = of none. */
  mark(hertz: number | null): void {
    this.harmonic.value = hertz !== null && hertz > 0 ? hertz : null;
    this.#drawnAt = -Infinity;
    this.source.changed();
  }

  /** A click beside a peak means the peak. */
  #clicked(x: number): void {
    if (this.source.style().view !== "spectrum") return;
    const peaks = this.table.peek().rows.flatMap(({ hertz }) => (hertz === null ? [] : [hertz]));
    const nearest = peaks.sort((a, b) => Math.abs(a - x) - Math.abs(b - x))[0];
    this.mark(nearest !== undefined && Math.abs(nearest - x) <= NEAR * x ? nearest : x);
  }

  #drawPlot(draw: (input: ViewInput) => ViewPicture): void {
    const style = this.source.style();
    const range = this.source.range();
    const remarks = new Set<string>();
    const lines = this.source
      .tags()
      .filter(({ kind }) => kind !== "state")
      .map((tag) => {
        const { points, remark } = this.source.raw(tag, range);
        if (remark !== "") remarks.add(remark);
        return { tag, points, gapSeconds: reachOf(tag, style).gapSeconds };
      });
    const states = this.source.tags().length - lines.length;
    if (states > 0) remarks.add("states have no place here");
    const input = {
      lines,
      range,
      style,
      colours: this.source.colours(),
      clock: this.source.clock(),
      textScale: this.source.textScale(),
      width: this.#plot.size.width,
    };
    const picture = draw({ ...input, harmonic: this.harmonic.peek() });
    const given = lines.reduce((sum, { points }) => sum + points.times.length, 0);
    if (this.#plot.size.width > 40 && this.#plot.size.height > 40) this.#plot.draw(picture.figure);
    this.#tell(picture.table, [...remarks, ...picture.remarks], given, picture.drawn);
  }

  #readTags(view: View): void {
    const range = this.source.range();
    const style = this.source.style();
    const rows = this.source.tags().map((tag) => legendRow(tag, range, reachOf(tag, style), false, NO_INSTANT));
    this.legend.value = rows;
    const table = {
      head: ["", "last", "min", "max", "mean", ...(view === "table" ? ["σ"] : [])],
      rows: rows.map((row) => ({ cells: cellsOf(row, view), colour: row.ink.colour, share: null, hertz: null })),
    };
    const given = rows.reduce((sum, { stats }) => sum + stats.count, 0);
    this.#tell(table, [], given, given);
  }

  #readDurations(): void {
    const range = this.source.range();
    const remarks: string[] = [];
    const rows = this.source.tags().flatMap((tag) => {
      if (tag.kind === "number") {
        remarks.push(`${visible(tag.tag)} is a number`);
        return [];
      }
      const found = this.#durations(tag, range);
      if (found === null) remarks.push("asking the server");
      return (found ?? []).map(({ state, seconds, starts, share }) => ({
        cells: [
          visible(tag.tag),
          visible(state),
          formatDuration(seconds),
          `${formatValue(100 * share, 1)} %`,
          String(starts),
        ],
        colour: stateColour(tag, state),
        ...{ share, hertz: null },
      }));
    });
    this.#tell({ head: ["", "state", "time", "share", "starts"], rows }, remarks, rows.length, rows.length);
  }

  #durations(tag: PanelTag, range: Range): readonly Duration[] | null {
    if (!tag.isRaw(range)) return this.source.durations(tag, range);
    const name = (value: number): string =>
      readingText({ kind: tag.kind, states: tag.states, decimals: undefined }, value);
    const until = tag.heldUntil === -Infinity ? range.end : tag.heldUntil;
    return durationsOf(tag.read(range), range, until, name);
  }

  #tell(table: ViewTable, remarks: readonly string[], given: number, drawn: number): void {
    batch(() => {
      this.table.value = table;
      this.remarks.value = [...new Set(remarks)];
      this.summary.value = { ...NOTHING, given, drawn };
    });
  }
}

/** As its band on a timeline; of a two-state tag, that of its line. */
function stateColour({ kind, states, ink }: PanelTag, name: string): string {
  if (kind !== "state") return ink.colour;
  return bandColour(
    states.findIndex((state) => visible(state) === visible(name)),
    states,
  );
}

function cellsOf(row: LegendRow, view: View): string[] {
  const { stats, kind, decimals, unit } = row;
  const number = (value: number): string => (kind === "number" ? formatValue(value, decimals) : "");
  const cells = [
    visible(row.tag),
    `${readingText(row, row.last)} ${visible(unit)}`.trim(),
    number(stats.min),
    number(stats.max),
  ];
  return [...cells, meanText(row), ...(view === "table" ? [deviationText(row)] : [])];
}
