/**
 * Exporter: saves the view as CSV, JSON, PNG, a report or a link. Gathers the data; `csv.ts` and `report.ts` write it.
 */

import { type Column, joined, type Range } from "../data/segment";
import { formatDuration } from "../format";
import type { Capture } from "../model/captures";
import { type ChartList, chartNames } from "../model/charts";
import type { Note } from "../model/notes";
import type { WallClock } from "../model/wallClock";
import type { LegendRow } from "../plot/legend";
import type { CardPanel } from "../plot/panelSource";
import { ViewPanel } from "../plot/views/viewPanel";
import { visible } from "../text";
import { copyText } from "./clipboard";
import { type CsvOptions, csvText, jsonText } from "./csv";
import { fileName, saveFile } from "./download";
import { FetchError, fetchSeries, type KnownTag } from "./fetchSeries";
import { figuresOf, figuresText } from "./figures";
import { composePng, type PlacedPicture } from "./png";
import { type ReportChart, reportHtml } from "./report";

/** What the exporter needs of the page. */
interface ExportSource {
  charts(): ChartList;
  panel(id: number): CardPanel | undefined;
  known(tag: string): KnownTag;
  /** The capture that the charts show; `null` while they show live data. */
  captured(): Capture | null;
  /** The notes on a stretch, for one of these tags. */
  notes(tags: readonly string[], range: Range): readonly Note[];
  range(): Range;
  now(): number;
  clock(): WallClock;
  cursors(): { readonly a: number | null; readonly b: number | null };
  /** The address of the current view. */
  link(): string;
  notify(text: string): void;
}

export interface ExportRequest {
  /** `null` = all charts. */
  readonly chart: number | null;
  readonly isAllTime: boolean;
  readonly csv: Pick<CsvOptions, "separator" | "decimal" | "time">;
}

const CSV_TYPE = "text/csv;charset=utf-8";
const JSON_TYPE = "application/json";
const PLAIN_CSV: ExportRequest["csv"] = { separator: ",", decimal: ".", time: "clock" };
const ALL_TIME: Range = { start: -Infinity, end: Infinity };
const NAMED_TAGS = 3;
const NOTHING = "There is nothing to save: no tag is drawn.";

export class Exporter {
  constructor(
    private readonly page: Document,
    private readonly source: ExportSource,
  ) {}

  async csv(request: ExportRequest): Promise<void> {
    await this.#save(request, "csv", CSV_TYPE, async () =>
      this.#csvText(await this.#collectAndSay(request), request.csv, this.#notes(request)),
    );
  }

  async json(request: ExportRequest): Promise<void> {
    await this.#save(request, "json", JSON_TYPE, async () =>
      jsonText(await this.#collectAndSay(request), this.source.now(), this.#notes(request)),
    );
  }

  async html(request: ExportRequest): Promise<void> {
    await this.#save(request, "html", "text/html;charset=utf-8", async () => {
      const charts: ReportChart[] = [];
      for (const { id } of this.#charts(request)) charts.push(...(await this.#reportChart(id)));
      const columns = await this.#collect({ ...request, isAllTime: false });
      return reportHtml({
        title: `mqtt_plot – ${location.host}`,
        facts: [...this.#facts(), ...this.#outlined(columns)],
        charts,
        columns,
        notes: this.#notes({ ...request, isAllTime: false }),
        exported: this.source.now(),
      });
    });
  }

  async png(request: ExportRequest): Promise<void> {
    await this.#save(request, "png", "image/png", async () => {
      const pictures: PlacedPicture[] = [];
      const names = chartNames(this.source.charts());
      for (const { id } of this.#charts(request)) {
        const panel = this.source.panel(id);
        const picture = await panel?.picture("png");
        if (panel !== undefined && picture !== undefined)
          pictures.push({
            address: picture,
            name: names.get(id) ?? "",
            box: panel.element.getBoundingClientRect(),
          });
      }
      return composePng(this.page, pictures);
    });
  }

  /** Saves points that this page holds. */
  saveColumns(columns: readonly Column[], format: "csv" | "json", at: number, stem: string): void {
    const [text, type] =
      format === "csv"
        ? [this.#csvText(columns, PLAIN_CSV), CSV_TYPE]
        : [jsonText(columns, this.source.now()), JSON_TYPE];
    saveFile(this.page, fileName(at, format, stem), new Blob([text], { type }));
  }

  #csvText(columns: readonly Column[], csv: ExportRequest["csv"], notes: readonly Note[] = []): string {
    // the byte order mark tells a spreadsheet that this is UTF-8
    return `\ufeff${csvText(columns, { ...csv, clock: this.source.clock() }, notes)}`;
  }

  async copyLink(): Promise<boolean> {
    const isCopied = await copyText(this.page, this.source.link());
    if (!isCopied) this.source.notify("The browser does not let this page copy. Copy the link from the address bar.");
    return isCopied;
  }

  /** The legend's figures with the cursors they are of, as a table for a spreadsheet. */
  async copyFigures(rows: readonly LegendRow[]): Promise<boolean> {
    const { a, b } = this.source.cursors();
    const isCopied = await copyText(this.page, figuresText(rows, a !== null && b !== null, this.#sayCursors()));
    if (!isCopied) this.source.notify("The browser does not let this page copy. Select the figures and copy them.");
    return isCopied;
  }

  /** Saves one file, or says why there is none. */
  async #save(request: ExportRequest, suffix: string, type: string, make: () => Promise<string | Blob>): Promise<void> {
    if (this.#tags(request).length === 0) {
      this.source.notify(NOTHING);
      return;
    }
    try {
      saveFile(this.page, fileName(this.source.now(), suffix), new Blob([await make()], { type }));
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      this.source.notify(`Nothing was saved. ${error.message}`);
    }
  }

  #charts({ chart }: ExportRequest): ChartList {
    return this.source.charts().filter(({ id, tags }) => tags.length > 0 && (chart === null || id === chart));
  }

  #tags(request: ExportRequest): string[] {
    return [...new Set(this.#charts(request).flatMap(({ tags }) => tags))];
  }

  #notes(request: ExportRequest): readonly Note[] {
    return this.source.notes(this.#tags(request), request.isAllTime ? ALL_TIME : this.source.range());
  }

  /** From the server, but for the lines of a shown capture: the server may no longer hold them. */
  async #collect(request: ExportRequest): Promise<readonly Column[]> {
    const tags = this.#tags(request);
    const range = this.source.range();
    const frozen = request.isAllTime
      ? []
      : (this.source.captured()?.lines ?? []).map((line) => ({ ...line, ...joined([line], range) }));
    const asked = tags.filter((tag) => !frozen.some((line) => line.tag === tag)).map((tag) => this.source.known(tag));
    const columns = [...frozen, ...(await fetchSeries(this.page.baseURI, asked, request.isAllTime ? null : range))];
    return tags.flatMap((tag) => columns.find((column) => column.tag === tag) ?? []);
  }

  async #collectAndSay(request: ExportRequest): Promise<readonly Column[]> {
    const columns = await this.#collect(request);
    const outlined = this.#outlined(columns);
    if (outlined.length > 0) this.source.notify(outlined.join(" "));
    return columns;
  }

  /** Which tags are known in outline only, to when, and how finely; one sentence for those that are equal. */
  #outlined(columns: readonly Column[]): string[] {
    const tags = new Map<string, string[]>();
    for (const { tag, outline, times } of columns) {
      if (outline === undefined) continue;
      const until = times[0] ?? outline.times[outline.times.length - 1]!;
      const what = `before ${this.source.clock().stamp(until)} there are buckets of ${formatDuration(outline.step)}`;
      tags.set(what, [...(tags.get(what) ?? []), visible(tag)]);
    }
    return Array.from(tags, ([what, names]) => {
      const more = names.length > NAMED_TAGS ? ` and ${names.length - NAMED_TAGS} more` : "";
      return `${names.slice(0, NAMED_TAGS).join(", ")}${more}: ${what} with mean, lowest and highest; their points had to give way.`;
    });
  }

  #sayNote({ time, end, text, author }: Note): string {
    const clock = this.source.clock();
    const until = end === null ? "" : ` to ${clock.stamp(end)}`;
    return `${clock.stamp(time)}${until}${author === "" ? "" : `, ${visible(author)}`}: ${visible(text)}`;
  }

  #facts(): string[] {
    const clock = this.source.clock();
    const { start, end } = this.source.range();
    const facts = [
      `${clock.stamp(start)} to ${clock.stamp(end)} (${clock.nameAt(end)})`,
      `Saved ${clock.stamp(this.source.now())} from ${this.source.link()}`,
    ];
    const capture = this.source.captured();
    if (capture !== null)
      facts.push(`Shown: ${visible(capture.name)} at ${clock.stamp(capture.at)}: ${visible(capture.reason)}`);
    return [...facts, ...this.#sayCursors()];
  }

  #sayCursors(): string[] {
    const clock = this.source.clock();
    const { a, b } = this.source.cursors();
    return [
      ...(a === null ? [] : [`Cursor A ${clock.stamp(a)}`]),
      ...(b === null ? [] : [`Cursor B ${clock.stamp(b)}`]),
      ...(a === null || b === null ? [] : [`Δt ${b < a ? "−" : ""}${formatDuration(Math.abs(b - a))}`]),
    ];
  }

  async #reportChart(id: number): Promise<ReportChart[]> {
    const chart = this.source.charts().find((other) => other.id === id);
    const panel = this.source.panel(id);
    if (chart === undefined || panel === undefined) return [];
    const picture = await panel.picture("svg");
    if (picture === undefined) return [];
    const { given, drawn, isDecimated } = panel.summary.peek();
    const losses = isDecimated
      ? [
          `The picture shows ${drawn} of ${given} points, every peak included. The file has every point that the server held.`,
        ]
      : [];
    const { a, b } = this.source.cursors();
    const hasCursors = a !== null && b !== null;
    return [
      {
        name: chartNames(this.source.charts()).get(id) ?? "",
        picture,
        ...(panel instanceof ViewPanel ? panel.figures() : figuresOf(panel.legend.peek(), hasCursors)),
        notes: [
          ...losses,
          ...(panel instanceof ViewPanel ? panel.remarks.peek() : []),
          ...this.source.notes(chart.tags, this.source.range()).map((note) => this.#sayNote(note)),
        ],
      },
    ];
  }
}
