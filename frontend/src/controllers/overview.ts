/**
 * Overview: what the strip below the charts shows, and what a hand on it does to time. Asks for its outlines rarely, and
 * never before the charts have theirs.
 */

import type { Range, Segment } from "../data/segment";
import type { Session } from "../data/session";
import { draggedRange, type HistoryEnd, historyEnds } from "../model/history";
import { withWindow } from "../model/timeView";
import type { State } from "../state";
import type { Time } from "./time";

/** More lines would be a blot; each costs the server a look at all it holds. */
export const MOST_TAGS = 16;
const AGAIN_MS = 2000;
/** The charts ask first. */
const SOON_MS = 500;
/** A narrower window could not be held. */
const LEAST_PIXELS = 2;

export type WindowGrip = "start" | "end" | "both";

export class Overview {
  constructor(
    private readonly page: Window,
    private readonly state: State,
    private readonly session: Session,
    private readonly time: Time,
    private readonly now: () => number,
  ) {}

  start(): void {
    this.page.setInterval(() => this.#ask(), AGAIN_MS);
  }

  /** A snapshot has replaced all that was held. */
  soon(): void {
    this.page.setTimeout(() => this.#ask(), SOON_MS);
  }

  #ask(): void {
    if (this.page.document.visibilityState !== "hidden") this.session.history.fetchOverview(this.tags());
  }

  /** Whether the server has said how far back it holds anything of the shown tags. */
  get isKnown(): boolean {
    return this.tags().some((tag) => this.session.held.get(tag)?.overview() != null);
  }

  tags(): readonly string[] {
    return this.state.drawn.peek().slice(0, MOST_TAGS);
  }

  segments(tag: string): readonly Segment[] {
    return this.session.held.get(tag)?.overview() ?? [];
  }

  /** All that is held of the shown tags, to the present; `null` while nothing is. */
  whole(): Range | null {
    const held = this.session.held.reach(this.tags());
    if (held === null) return null;
    const end = Math.max(held.end, this.now());
    return end > held.start ? { start: held.start, end } : null;
  }

  /** Where the history of these tags begins or ended, in a picture of `range`. */
  ends(tags: readonly string[], range: Range): HistoryEnd[] {
    const begins = tags.map((tag) => this.segments(tag)[0]?.times[0] ?? null).filter((time) => time !== null);
    const isKnown = begins.length > 0 && tags.every((tag) => this.session.held.get(tag)?.overview() != null);
    return historyEnds(range, isKnown ? Math.min(...begins) : null, this.state.vanished.peek());
  }

  /** The window was moved by `seconds`, or one of its edges was; `pixels` is the width of the strip. */
  drag(from: Range, grip: WindowGrip, seconds: number, pixels: number): void {
    const whole = this.whole();
    if (whole === null) return;
    const pixel = (whole.end - whole.start) / pixels;
    this.show(draggedRange(from, grip, seconds, whole, LEAST_PIXELS * pixel), pixel);
  }

  /** Shows a stretch; one that reaches the present, within `slack` seconds, goes on with it. */
  show(range: Range, slack: number): void {
    const whole = this.whole();
    const { view } = this.state;
    const isNow = whole !== null && range.end >= whole.end - slack && view.peek().mode !== "paused";
    if (isNow) view.value = withWindow(view.peek(), range.end - range.start, this.time.moment());
    else this.time.zoomTo(range);
  }
}
