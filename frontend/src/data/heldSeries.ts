/**
 * The series held: one for each followed tag that has points, within the page's budget. Knows nothing of how points come.
 *
 * Memory: `TOTAL_POINTS` raw points on the whole page, shared evenly by the followed tags, `MOST_POINTS` each at most.
 */

import type { Range } from "./segment";
import { Series } from "./series";

export const MOST_POINTS = 200_000;
export const TOTAL_POINTS = 4_000_000;
const LEAST_POINTS = 5_000;

export class HeldSeries {
  readonly #series = new Map<string, Series>();
  /** Points of each. */
  #cap = MOST_POINTS;

  get(tag: string): Series | undefined {
    return this.#series.get(tag);
  }

  open(tag: string): Series {
    const series = this.#series.get(tag) ?? new Series(tag, this.#cap);
    this.#series.set(tag, series);
    return series;
  }

  delete(tag: string): void {
    this.#series.delete(tag);
  }

  clear(): void {
    this.#series.clear();
  }

  /** Lets go of all others, and shares the budget anew. */
  keep(tags: ReadonlySet<string>): void {
    for (const tag of [...this.#series.keys()]) if (!tags.has(tag)) this.#series.delete(tag);
    const share = Math.floor(TOTAL_POINTS / Math.max(1, tags.size));
    this.#cap = Math.max(LEAST_POINTS, Math.min(MOST_POINTS, share));
    for (const series of this.#series.values()) series.cap = this.#cap;
  }

  [Symbol.iterator](): Iterator<[string, Series]> {
    return this.#series.entries();
  }

  tags(): Iterable<string> {
    return this.#series.keys();
  }

  /** Points held, of all followed tags. */
  get points(): number {
    let sum = 0;
    for (const series of this.#series.values()) sum += series.points;
    return sum;
  }

  /** Time of the oldest and newest point held of these tags; `null` when there is none. */
  extent(tags: Iterable<string>): Range | null {
    return this.#hull(tags, (series) => series.extent());
  }

  /** The same with what was fetched for a zoom. */
  reach(tags: Iterable<string>): Range | null {
    return this.#hull(tags, (series) => series.reach());
  }

  #hull(tags: Iterable<string>, of: (series: Series) => Range | null): Range | null {
    let start = Infinity;
    let end = -Infinity;
    for (const tag of tags) {
      const series = this.#series.get(tag);
      const extent = series === undefined ? null : of(series);
      if (extent === null) continue;
      start = Math.min(start, extent.start);
      end = Math.max(end, extent.end);
    }
    return start <= end ? { start, end } : null;
  }

  /** The time of the newest point of each of these tags that has one. */
  newest(tags: Iterable<string>): readonly number[] {
    return Array.from(tags, (tag) => this.#series.get(tag)?.extent()?.end ?? null).filter((time) => time !== null);
  }
}
