/**
 * Limit events: from when to when each tag was beyond a limit. Reads no clock; points come in the order of time.
 *
 * The newest `MOST_EVENTS` are kept, `dropped` counts the older ones. A point older than the newest judged of its tag
 * is not judged again.
 */

import type { Segment } from "../data/segment";
import { judgeLimits, type Level, type LimitSet } from "./limits";

export const MOST_EVENTS = 500;

export interface LimitEvent {
  readonly id: number;
  readonly tag: string;
  readonly level: Level;
  /** The limit as it was then. */
  readonly limit: number;
  /** POSIX seconds: the first point beyond the limit, and the first point back inside; `null` = still beyond. */
  readonly start: number;
  readonly end: number | null;
  /** The value farthest beyond. */
  readonly worst: number;
}

interface Judged {
  readonly time: number;
  readonly count: number;
}

const NOTHING_JUDGED: Judged = { time: -Infinity, count: 0 };

export class EventLog {
  #events: LimitEvent[] = [];
  readonly #open = new Map<string, LimitEvent>();
  /** The time of the newest judged points, and how many have it: several may share one instant. */
  readonly #judged = new Map<string, Judged>();
  #count = 0;
  dropped = 0;

  /** Newest first. */
  list(): readonly LimitEvent[] {
    return [...this.#events].reverse();
  }

  openOf(tag: string): LimitEvent | undefined {
    return this.#open.get(tag);
  }

  /** Time of the newest point judged of this tag. */
  judgedUntil(tag: string): number {
    return (this.#judged.get(tag) ?? NOTHING_JUDGED).time;
  }

  /** Judges new points; true when an event began, grew worse or ended. */
  observe(tag: string, { times, values }: Segment, limits: LimitSet): boolean {
    let isChanged = false;
    let { time: newest, count } = this.#judged.get(tag) ?? NOTHING_JUDGED;
    let skip = count;
    for (let index = 0; index < times.length; index++) {
      const time = times[index]!;
      if (time < newest || (time === newest && skip-- > 0)) continue;
      if (time > newest) [newest, count, skip] = [time, 0, 0];
      count += 1;
      const value = values[index]!;
      if (!Number.isNaN(value)) isChanged = this.#judge(tag, time, value, limits) || isChanged;
    }
    if (count > 0) this.#judged.set(tag, { time: newest, count });
    return isChanged;
  }

  #judge(tag: string, time: number, value: number, limits: LimitSet): boolean {
    const level = judgeLimits(value, limits);
    const open = this.#open.get(tag);
    if (open !== undefined && open.level === level) {
      const isHigh = level === "hi" || level === "hihi";
      if (isHigh ? value <= open.worst : value >= open.worst) return false;
      this.#replace(open, { ...open, worst: value });
      return true;
    }
    if (open !== undefined) {
      this.#replace(open, { ...open, end: time });
      this.#open.delete(tag);
    }
    if (level !== null)
      this.#begin({ id: ++this.#count, tag, level, limit: limits[level]!, start: time, end: null, worst: value });
    return open !== undefined || level !== null;
  }

  #begin(event: LimitEvent): void {
    this.#events.push(event);
    this.#open.set(event.tag, event);
    if (this.#events.length <= MOST_EVENTS) return;
    this.#events.shift();
    this.dropped += 1;
  }

  #replace(before: LimitEvent, after: LimitEvent): void {
    const index = this.#events.lastIndexOf(before);
    if (index >= 0) this.#events[index] = after;
    if (this.#open.get(before.tag) === before) this.#open.set(before.tag, after);
  }

  /** Forgets a tag, so that its points are judged again; without an argument all tags. */
  forget(tag?: string): void {
    if (tag === undefined) {
      this.#events = [];
      this.#open.clear();
      this.#judged.clear();
      this.dropped = 0;
      return;
    }
    this.#events = this.#events.filter((event) => event.tag !== tag);
    this.#open.delete(tag);
    this.#judged.delete(tag);
  }
}

/** `above hi 22.5`, `below lolo 3`. */
export function sayEvent({ level, limit }: Pick<LimitEvent, "level" | "limit">): string {
  return `${level === "hi" || level === "hihi" ? "above" : "below"} ${level} ${limit}`;
}
