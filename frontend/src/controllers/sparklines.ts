/**
 * Sparklines: the small lines of the tag list. Grows them from the last values that come anyway; asks the server once
 * for the minutes before, tag by tag, for those that are seen.
 */

import { signal } from "@preact/signals";

import type { Entry } from "../data/directory";
import { SPARKLINE_SECONDS, Sparkline } from "../plot/sparkline";
import { fieldsOf, items, type Json, maybeNumber } from "../protocol/json";
import type { Ask } from "../protocol/rest";

const POINTS = 120;
/** Lines are redrawn at most this often. */
const RENEW_SECONDS = 2;

export class Sparklines {
  /** Counts up when the lines should be redrawn. */
  readonly revision = signal(0);
  readonly #sparklines = new Map<string, Sparkline>();
  readonly #asked = new Set<string>();
  #wanted: readonly string[] = [];
  /** By the name of who shows them. */
  readonly #seen = new Map<string, readonly string[]>();
  #isAsking = false;
  #renewedAt = -Infinity;

  constructor(
    private readonly ask: Ask,
    /** The server's clock. */
    private readonly now: () => number,
    private readonly isSeen: () => boolean,
  ) {}

  of(tag: string): Sparkline | undefined {
    return this.#sparklines.get(tag);
  }

  /** New last values. A retained copy is not news. */
  newTable(entries: Iterable<Entry>): void {
    for (const { info, time, value, isRetained } of entries)
      if (info.kind !== "state" && !isRetained) this.#sparkline(info.tag).add(time, value);
    if (!this.isSeen() || this.now() - this.#renewedAt < RENEW_SECONDS) return;
    this.#renewedAt = this.now();
    this.revision.value += 1;
  }

  /** What is seen of a place, such as the list: fetches once, for each, what came before the page was opened. */
  want(tags: readonly string[], place = "list"): void {
    this.#seen.set(place, tags);
    this.#wanted = [...new Set([...this.#seen.values()].flat())].filter((tag) => !this.#asked.has(tag));
    void this.#askOn();
  }

  /** The server has restarted. */
  forget(): void {
    this.#sparklines.clear();
    this.#asked.clear();
    this.#wanted = [...new Set([...this.#seen.values()].flat())];
    void this.#askOn();
  }

  #sparkline(tag: string): Sparkline {
    const known = this.#sparklines.get(tag);
    if (known !== undefined) return known;
    const sparkline = new Sparkline();
    this.#sparklines.set(tag, sparkline);
    return sparkline;
  }

  /** One request at a time: it is not urgent. */
  async #askOn(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let tag = this.#wanted[0]; tag !== undefined; tag = this.#wanted[0]) {
      this.#wanted = this.#wanted.slice(1);
      this.#asked.add(tag);
      const start = (this.now() - SPARKLINE_SECONDS).toFixed(3);
      const answer = await this.ask(
        "GET",
        `api/v1/series?tag=${encodeURIComponent(tag)}&start=${start}&points=${POINTS}`,
      );
      if (answer.isOk) this.#fill(tag, answer.value);
    }
    this.#isAsking = false;
    this.revision.value += 1;
  }

  #fill(tag: string, series: Json): void {
    const { time, value } = fieldsOf(series);
    const values = items(value);
    for (const [index, at] of items(time).entries())
      this.#sparkline(tag).add(maybeNumber(at) ?? NaN, maybeNumber(values[index]) ?? NaN);
  }
}
