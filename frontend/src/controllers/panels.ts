/**
 * Panels: the charts on the page. Owns which there are, what each draws from and when each is drawn again. Draws nothing
 * itself.
 */

import { effect, untracked } from "@preact/signals";

import type { Range } from "../data/segment";
import { PLAIN_STYLE } from "../model/chartStyle";
import type { HistoryEnd } from "../model/history";
import { notesFor } from "../model/notes";
import { type Colours, readColours } from "../plot/colours";
import type { OverlayInstants } from "../plot/overlay";
import type { CardPanel, PanelSource } from "../plot/panelSource";
import { browserFrames, FrameScheduler } from "../plot/scheduler";
import type { ViewSource } from "../plot/views/viewPanel";
import type { Ask } from "../protocol/rest";
import type { State } from "../state";
import type { Charts } from "./charts";
import type { Overview } from "./overview";
import { RawPoints } from "./rawPoints";
import { StateDurations } from "./stateDurations";
import type { TagLines } from "./tagLines";
import type { Time } from "./time";
import type { Tools } from "./tools";

/** A page just opened waits this long for points before it draws an empty chart. */
const FIRST_POINTS_MS = 1000;
/** A wall display is read from afar. */
const KIOSK_SCALE = 1.5;

/** What panels are told of the rest of the page. */
interface PanelParts {
  readonly charts: Charts;
  readonly time: Time;
  readonly tools: Tools;
  readonly tagLines: TagLines;
  readonly overview: Overview;
  /** The server's clock. */
  now(): number;
}

export class Panels {
  readonly #panels = new Map<number, CardPanel>();
  readonly #scheduler = new FrameScheduler(browserFrames);
  readonly #raw: RawPoints;
  readonly #durations: StateDurations;
  readonly #waitsUntil: number;
  #colours: Colours | null = null;
  /** The chart on which a hand draws a selection. */
  #held: number | null = null;

  constructor(
    private readonly page: Window,
    private readonly state: State,
    ask: Ask,
    private readonly parts: PanelParts,
  ) {
    this.#waitsUntil = page.performance.now() + FIRST_POINTS_MS;
    this.#raw = new RawPoints(
      page.document.baseURI,
      () => state.view.peek().mode === "live",
      () => page.performance.now() / 1000,
      (tag) => this.markTag(tag),
    );
    this.#durations = new StateDurations(ask, (tag) => this.markTag(tag));
  }

  start(): void {
    const { state } = this;
    const { notes, triggers } = this.parts.tools;
    effect(() => {
      const isMoved = state.hover.value?.isMoved ?? true;
      untracked(() => this.#point(isMoved));
    });
    effect(() => {
      void [state.cursors.value, triggers.levels.value];
      untracked(() => this.#point(true));
    });
    effect(() => {
      void state.cursors.value; // between two of them the legend sums up another stretch
      this.markAll();
    });
    effect(() => {
      void [notes.all.value, state.isKiosk.value, state.shown.value, state.clock.value];
      this.markAll();
    });
  }

  add(id: number, panel: CardPanel): void {
    this.#panels.set(id, panel);
    this.#scheduler.add(panel);
  }

  remove(id: number): void {
    const panel = this.#panels.get(id);
    if (panel === undefined) return;
    this.#panels.delete(id);
    this.#scheduler.remove(panel);
    panel.destroy();
  }

  find(id: number): CardPanel | undefined {
    return this.#panels.get(id);
  }

  /** Those that show the tag are drawn again. */
  markTag(tag: string): void {
    for (const chart of this.state.charts.peek()) if (chart.tags.includes(tag)) this.#mark(chart.id);
  }

  markAll(): void {
    this.#scheduler.markAll();
  }

  /** All at once, for paper. */
  drawNow(): void {
    for (const panel of this.#panels.values()) panel.drawNow();
  }

  /** The theme has changed. */
  recolour(): void {
    this.#colours = null;
    this.markAll();
  }

  colours(): Colours {
    this.#colours ??= readColours(this.page);
    return this.#colours;
  }

  /** What the panel of the chart `id` draws from. */
  source(id: number): PanelSource {
    const { state } = this;
    const { charts, time, tools, tagLines } = this.parts;
    const isLive = () => state.view.peek().mode === "live";
    const tags = () => charts.find(id)?.tags ?? [];
    return {
      tags: () => tagLines.on(charts.find(id)),
      tag: (name) => tagLines.of(name),
      range: () => time.range(),
      isLive,
      isSliding: () => isLive() && state.view.peek().window !== null,
      legacyStyle: () => charts.find(id)?.legacyStyle ?? null,
      textScale: () => (state.isKiosk.peek() ? KIOSK_SCALE : 1),
      hasDate: () => state.charts.peek().length === 1,
      style: () => charts.find(id)?.style ?? PLAIN_STYLE,
      notes: (range) => notesFor(tools.notes.all.peek(), tags(), range),
      historyEnds: (range) => this.#historyEnds(tags(), range),
      instants: () => this.#instants(),
      hovered: (at, isMoved) => (state.hover.value = at === null ? null : { time: at, chart: id, isMoved }),
      cursorMoved: (name, instant) => time.setCursor(name, instant),
      pressed: (instant) => time.placeCursor(instant),
      levels: () => tools.triggers.levels.peek().filter(({ tag }) => tags().includes(tag)),
      levelMoved: (level, value) => void tools.triggers.moveLevel(level, value),
      now: () => this.parts.now(),
      waitsFor: () => this.#waitsUntil - this.page.performance.now(),
      colours: () => this.colours(),
      clock: () => state.clock.peek(),
      zoomed: (range) => time.zoomTo(range),
      rescaled: (key, ends) => charts.rescale(id, key, ends),
      reset: () => time.goLive(),
      held: (isHeld) => this.#hold(isHeld ? id : null),
      changed: () => this.#mark(id),
    };
  }

  /** As `source`, for a chart that shows its tags otherwise than over time. */
  viewSource(id: number): ViewSource {
    return {
      ...this.source(id),
      raw: (tag, range) => this.#raw.find(tag, range),
      durations: (tag, range) => this.#durations.find(tag.tag, range),
    };
  }

  /** None over a capture, whose past lies in it. */
  #historyEnds(tags: readonly string[], range: Range): readonly HistoryEnd[] {
    return this.state.shown.peek() === null ? this.parts.overview.ends(tags, range) : [];
  }

  #instants(): OverlayInstants {
    const { hover, cursors, shown } = this.state;
    return { hover: hover.peek()?.time ?? null, trigger: shown.peek()?.at ?? null, ...cursors.peek() };
  }

  /** Below a hand that draws a selection nothing moves, on no chart: the instants on all of them are the same. */
  #hold(id: number | null): void {
    this.#held = id;
    this.#scheduler.pause(id !== null);
    if (id === null) this.markAll();
  }

  #point(isMoved: boolean): void {
    for (const [id, panel] of this.#panels) panel.point(isMoved && (this.#held === null || this.#held === id));
  }

  #mark(id: number): void {
    const panel = this.#panels.get(id);
    if (panel !== undefined) this.#scheduler.mark(panel);
  }
}
