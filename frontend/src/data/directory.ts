/**
 * Directory: which tags exist and what is last known of each. Knows nothing of points, charts or sockets.
 *
 * Its size is the server's `max_tags`. Names are untrusted, so they are keys of a `Map`, never of an object.
 */

import { decimalsForSize, decimalsIn } from "../format";
import { RETAINED, type Table } from "../protocol/frames";
import type { TagInfo, TagsFrame } from "../protocol/tags";
import { NO_POINTS, type Segment } from "./segment";

export interface Entry {
  info: TagInfo;
  /** POSIX seconds of the last sample, NaN = none. */
  time: number;
  value: number;
  /** Server's clock at the last message, NaN = none. */
  arrival: number;
  rate: number;
  bytesRate: number;
  /** Learned seconds between messages, NaN = not yet. */
  interval: number;
  /** Device clock − server clock in seconds, NaN = no stamps. */
  offset: number;
  isRetained: boolean;
  /** The most decimals of the numbers seen so far; Infinity = of a computed number. */
  decimals: number;
  /** The largest size of the numbers seen so far. */
  largest: number;
}

export class Directory {
  readonly #byTag = new Map<string, Entry>();
  readonly #byId = new Map<number, Entry>();
  /** Ids that a full list, which comes in parts, has not named yet. */
  #unnamed = new Set<number>();

  get size(): number {
    return this.#byTag.size;
  }

  /** In the server's order. */
  entries(): IterableIterator<Entry> {
    return this.#byTag.values();
  }

  find(tag: string): Entry | undefined {
    return this.#byTag.get(tag);
  }

  byId(id: number): Entry | undefined {
    return this.#byId.get(id);
  }

  clear(): void {
    this.#byTag.clear();
    this.#byId.clear();
    this.#unnamed.clear();
  }

  /** Applies a tags frame; returns the names that are gone. */
  apply(frame: TagsFrame): string[] {
    const gone = frame.gone.flatMap((id) => this.#remove(id));
    if (frame.full) this.#unnamed = new Set(this.#byId.keys());
    for (const info of frame.tags) {
      this.#put(info);
      this.#unnamed.delete(info.id);
    }
    if (!frame.more) {
      for (const id of this.#unnamed) gone.push(...this.#remove(id));
      this.#unnamed.clear();
    }
    return gone.filter((tag) => !this.#byTag.has(tag));
  }

  #remove(id: number): string[] {
    const entry = this.#byId.get(id);
    if (entry === undefined) return [];
    this.#byId.delete(id);
    if (this.#byTag.get(entry.info.tag) === entry) this.#byTag.delete(entry.info.tag);
    return [entry.info.tag];
  }

  #put(info: TagInfo): void {
    const known = this.#byId.get(info.id);
    if (known !== undefined && known.info.tag === info.tag) {
      known.info = info;
      return;
    }
    const entry: Entry = {
      info,
      time: NaN,
      value: NaN,
      arrival: NaN,
      rate: 0,
      bytesRate: 0,
      interval: NaN,
      offset: NaN,
      isRetained: false,
      decimals: 0,
      largest: 0,
    };
    this.#byTag.set(info.tag, entry);
    this.#byId.set(info.id, entry);
  }

  applyTable(table: Table): void {
    for (let row = 0; row < table.count; row++) {
      const entry = this.#byId.get(table.series[row]!);
      if (entry === undefined) continue; // gone in the meantime
      entry.time = table.time[row]!;
      entry.value = table.value[row]!;
      if (Number.isFinite(entry.value)) {
        entry.decimals = Math.max(entry.decimals, decimalsIn(entry.value));
        entry.largest = Math.max(entry.largest, Math.abs(entry.value));
      }
      entry.arrival = table.arrival[row]!;
      entry.rate = table.rate[row]!;
      entry.bytesRate = table.bytesRate[row]!;
      entry.interval = table.interval[row]!;
      entry.offset = table.offset[row]!;
      entry.isRetained = (table.flags[row]! & RETAINED) !== 0;
    }
  }
}

/**
 * Decimals to write the tag's values with: as its device asks, else as many as it sends, of a computed tag as many as
 * its size is worth. `shown` are values that are written beside the last one. `undefined` = unknown.
 */
export function decimalsOf(entry: Entry | undefined, shown: readonly number[] = []): number | undefined {
  if (entry === undefined) return undefined;
  if (entry.info.meta.decimals !== undefined) return entry.info.meta.decimals;
  const sent = Math.max(entry.decimals, ...shown.map(decimalsIn));
  return Number.isFinite(sent) ? sent : decimalsForSize(Math.max(entry.largest, ...shown.map(Math.abs)));
}

/**
 * The value that the broker retained for the tag, at `time` since its own time is unknown; no point once the tag has
 * sent one itself.
 */
export function lastKnown({ isRetained, value }: Entry, time: number): Segment {
  if (!isRetained || Number.isNaN(value)) return NO_POINTS;
  return { times: Float64Array.of(time), values: Float64Array.of(value) };
}
