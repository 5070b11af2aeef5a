/**
 * Tag lines: all there is to draw of each tag, from the directory, the series and the limits. Owns which tag has which
 * colour.
 */

import { effect, type ReadonlySignal } from "@preact/signals";

import { decimalsOf, type Entry, lastKnown } from "../data/directory";
import { clip, NO_POINTS, type Range } from "../data/segment";
import type { Session } from "../data/session";
import { type CapturedLine, capturedLine } from "../model/captures";
import type { Chart } from "../model/charts";
import { heldUntil, usualInterval } from "../model/freshness";
import { type Ink, ink, Palette, type Theme } from "../plot/palette";
import type { Marks, PanelTag } from "../plot/scene";
import type { State } from "../state";
import type { Alarms } from "./alarms";
import type { Statistics } from "./statistics";

export class TagLines {
  readonly #palette = new Palette();

  constructor(
    private readonly state: State,
    private readonly session: Session,
    private readonly alarms: Alarms,
    private readonly theme: ReadonlySignal<Theme>,
    /** The server's clock. */
    private readonly now: () => number,
    /** Whether the file that the tag was replayed from is at its end. */
    private readonly hasEnded: (tag: string) => boolean,
    private readonly statistics: Statistics,
  ) {}

  start(): void {
    effect(() => {
      // in the order of the charts
      for (const tag of this.state.drawn.value) this.#palette.slot(tag, this.state.drawn.value);
    });
  }

  inkOf(tag: string): Ink {
    return ink(this.#palette.slot(tag, this.state.drawn.value), this.theme.value);
  }

  on(chart: Chart | undefined): PanelTag[] {
    const colours = chart?.legacyStyle?.colours ?? [];
    return (chart?.tags ?? []).map((tag, index) => {
      const colour = colours[index % colours.length];
      return colour === undefined ? this.of(tag) : { ...this.of(tag), ink: { colour, dash: "solid" } };
    });
  }

  of(tag: string): PanelTag {
    const entry = this.session.directory.find(tag);
    const shown = this.state.shown.peek();
    const captured = capturedLine(shown, tag);
    const { unit = "", kind = "number", states = [] } = captured ?? entry?.info ?? {};
    return {
      tag,
      unit,
      kind,
      states,
      interval: usualInterval(entry?.interval ?? NaN, this.session.held.get(tag)?.pace ?? NaN),
      decimals: (shown) => decimalsOf(entry, shown),
      heldUntil: this.#heldUntil(entry, captured),
      limits: this.alarms.limitsOf(tag),
      ink: this.inkOf(tag),
      marksIn: (range) => this.#marksIn(range, tag),
      // from the capture that is shown, else from live data
      read: (range) => (captured === null ? (this.session.held.get(tag)?.read(range) ?? []) : clip([captured], range)),
      statistics: (range) => (captured === null && kind === "number" ? this.statistics.find(tag, range) : null),
      isRaw: (range) => (captured === null ? (this.session.held.get(tag)?.isRaw(range) ?? true) : true),
    };
  }

  /** Nothing is known of a tag after the server was lost, after its replay, or after the end of a capture. */
  #heldUntil(entry: Entry | undefined, captured: CapturedLine | null): number {
    const shown = this.state.shown.peek();
    if (captured !== null && shown !== null) return shown.range.end;
    if (entry === undefined || this.hasEnded(entry.info.tag)) return -Infinity;
    const link = this.state.link.peek();
    const silence = link.phase === "lost" ? (performance.now() - link.since) / 1000 : 0;
    return heldUntil(entry, this.now() - silence);
  }

  /** The last known value has no time: it stands at the edge of a live picture, else at the present. */
  #marksIn(range: Range, tag: string): Marks {
    const entry = this.session.directory.find(tag);
    const at = this.state.view.peek().mode === "live" ? range.end : this.now();
    const isSeen = entry !== undefined && at >= range.start && at <= range.end;
    return {
      strays: this.session.held.get(tag)?.strays(range) ?? NO_POINTS,
      retained: isSeen ? lastKnown(entry, at) : NO_POINTS,
    };
  }
}
