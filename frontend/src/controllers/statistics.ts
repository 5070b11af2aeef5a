/**
 * Statistics: what the server says of stretches of which this page has not every point. Asks for one stretch per tag at
 * a time, and again when it has moved.
 */

import type { Range } from "../data/segment";
import type { TrueStats } from "../data/stats";
import { fieldsOf, maybeNumber } from "../protocol/json";
import type { Answer, Ask } from "../protocol/rest";

interface Known {
  readonly range: Range;
  readonly stats: TrueStats;
}

/** A stretch that differs by less than this part of it is the same one: a live picture slides all the time. */
const SAME = 0.02;
/** As many questions at once, so that a page with many tags is no burden. */
const MOST_UNDERWAY = 4;

export class Statistics {
  readonly #known = new Map<string, Known>();
  readonly #underway = new Set<string>();

  constructor(
    private readonly ask: Ask,
    /** An answer has come. */
    private readonly changed: () => void,
  ) {}

  /** What is known of the stretch; `null` while it is asked for. */
  find(tag: string, range: Range): TrueStats | null {
    const known = this.#known.get(tag);
    if (known !== undefined && isSameRange(known.range, range)) return known.stats;
    if (!this.#underway.has(tag) && this.#underway.size < MOST_UNDERWAY) void this.#fetch(tag, range);
    return null;
  }

  async #fetch(tag: string, range: Range): Promise<void> {
    this.#underway.add(tag);
    const answer = await askStatistics(this.ask, tag, range);
    this.#underway.delete(tag);
    const fields = fieldsOf(answer.isOk ? answer.value : null);
    const number = (name: string): number => maybeNumber(fields[name]) ?? NaN;
    this.#known.set(tag, {
      range,
      stats: {
        count: maybeNumber(fields["count"]) ?? 0,
        min: number("min"),
        max: number("max"),
        mean: number("mean"),
        deviation: number("std"),
      },
    });
    if (answer.isOk) this.changed();
  }
}

/** Open ends of the stretch are left open. */
export function askStatistics(ask: Ask, tag: string, range: Range): Promise<Answer> {
  const times = Object.entries(range).filter(([, time]) => Number.isFinite(time));
  const query = times.map(([name, time]) => `&${name}=${time}`).join("");
  return ask("GET", `api/v1/statistics?tag=${encodeURIComponent(tag)}${query}`);
}

/** But for a slide that nobody would notice. */
export function isSameRange(one: Range, other: Range): boolean {
  const most = SAME * (other.end - other.start);
  return isNear(one.start, other.start, most) && isNear(one.end, other.end, most);
}

function isNear(one: number, other: number, most: number): boolean {
  return one === other || Math.abs(one - other) <= most;
}
