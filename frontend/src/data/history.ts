/**
 * History: what a page asks for of the past, because a chart shows it and it is not held finely enough. Knows nothing of
 * charts.
 */

import type { Block } from "../protocol/frames";
import { encodeRange } from "../protocol/messages";
import type { HeldSeries } from "./heldSeries";
import { Requests, type WantedRange } from "./requests";
import type { Range, Segment } from "./segment";
import type { Slot } from "./series";

/** Points requested per tag: about two per pixel of a wide chart. */
export const POINTS = 1500;
const DETAIL_POINTS = 3 * POINTS;
/** A picture of all that is held, as wide as the page and small. */
const OVERVIEW_POINTS = 600;
/** It is asked for again once this part of it has come anew. */
const OUTGROWN = 0.05;
const LEAST_OUTGROWN_SECONDS = 30;
/** Points of a decimated stretch that a chart needs before it asks for a finer one. */
const ENOUGH_POINTS = 700;
/** A sliding stretch is requested with this margin. */
const SLIDE_SECONDS = 30;

export class History {
  readonly #requests = new Requests(
    (request, wanted) => this.#send(request, wanted),
    (tag) => this.held.get(tag) !== undefined,
  );
  /** Points of an answer, by the server's limits; `null`: there is nobody to ask. */
  #mostPoints: number | null = null;

  constructor(
    private readonly held: HeldSeries,
    private readonly send: (text: string) => void,
  ) {}

  /** Until the server says hello: a lost connection brings no answers. */
  pause(): void {
    this.#mostPoints = null;
    this.#requests.clear();
  }

  resume(mostPoints: number): void {
    this.#mostPoints = mostPoints;
  }

  refused(request: number): void {
    this.#requests.answered(request);
  }

  /** Takes an answer; returns the tag that has more history now, `null` if nobody waits for it. */
  accept(request: number, block: Block | undefined): string | null {
    const wanted = this.#requests.answered(request);
    const series = wanted === null ? undefined : this.held.get(wanted.tag);
    if (wanted === null || block === undefined || series === undefined) return null;
    series.acceptRange(block, wanted.asked, wanted.slot);
    return wanted.tag;
  }

  /**
   * Asks, tag by tag, for what is not held finely enough of `range`. `isLive`: the range reaches to the newest point.
   */
  fetch(range: Range, isLive: boolean): void {
    if (this.#mostPoints === null) return;
    for (const [tag, series] of this.held) {
      if (series.covers(range, ENOUGH_POINTS)) continue;
      const asked = isLive ? { start: range.start, end: Infinity } : widened(range, (range.end - range.start) / 2);
      this.#requests.ask({ tag, asked, slot: isLive ? "wide" : "detail" });
    }
  }

  /** The same for a stretch of one tag that lies before the shown one and slides along with it. */
  fetchEarlier(tag: string, range: Range): void {
    const series = this.held.get(tag);
    if (this.#mostPoints === null || series === undefined || series.covers(range, ENOUGH_POINTS)) return;
    const { start, end } = widened(range, Math.max(SLIDE_SECONDS, (range.end - range.start) / 2));
    const newest = series.extent()?.end ?? end; // what comes after it is unknown
    this.#requests.ask({ tag, asked: { start, end: Math.max(range.end, Math.min(end, newest)) }, slot: "earlier" });
  }

  /** Asks for all that the server holds of these tags, coarsely, where that is not known or has been outgrown. */
  fetchOverview(tags: Iterable<string>): void {
    if (this.#mostPoints === null) return;
    for (const tag of tags) {
      const series = this.held.get(tag);
      if (series === undefined) continue;
      const known = series.overview();
      if (known !== null && !isOutgrown(known)) continue;
      this.#requests.ask({ tag, asked: { start: -Infinity, end: Infinity }, slot: "overview" });
    }
  }

  #send(request: number, { tag, asked, slot }: WantedRange): void {
    const points = Math.min(POINTS_OF[slot], this.#mostPoints ?? POINTS);
    this.send(encodeRange({ request, tag, start: finite(asked.start), end: finite(asked.end), points }));
  }
}

const POINTS_OF: Readonly<Record<Slot, number>> = {
  wide: POINTS,
  detail: DETAIL_POINTS,
  earlier: DETAIL_POINTS,
  overview: OVERVIEW_POINTS,
};

/** Whether so much has come since that the picture should be made anew. */
function isOutgrown([overview, ...since]: readonly Segment[]): boolean {
  const [first = NaN, last = NaN] = [overview?.times[0], overview?.times.at(-1)];
  const newest = since.at(-1)?.times.at(-1) ?? NaN;
  return newest - last > Math.max(LEAST_OUTGROWN_SECONDS, OUTGROWN * (last - first));
}

function widened({ start, end }: Range, margin: number): Range {
  return { start: start - margin, end: end + margin };
}

function finite(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null;
}
