/** Ring: a bounded pair of columns, ascending by time. Knows nothing of tags or frames. */

import { type Segment, sortByTime } from "./segment";

const FIRST_CAPACITY = 256;

/** A growing pair of columns that overwrites its oldest points at `cap`. Reading is a view, never a copy. */
export class Ring {
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;
  /** Points overwritten since the last `clear`. */
  overwritten = 0;

  constructor(public cap: number) {}

  get length(): number {
    return this.#end - this.#start;
  }

  view(): Segment {
    return {
      times: this.#times.subarray(this.#start, this.#end),
      values: this.#values.subarray(this.#start, this.#end),
    };
  }

  clear(): void {
    this.#start = 0;
    this.#end = 0;
    this.overwritten = 0;
  }

  /** Appends a block; merges one that goes back in time into place. */
  append(block: Segment): void {
    const added = block.times.length;
    if (added === 0) return;
    const sorted = sortByTime(block);
    this.#reserve(added);
    const newest = this.length > 0 ? this.#times[this.#end - 1]! : -Infinity;
    if (sorted.times[0]! >= newest) {
      this.#times.set(sorted.times, this.#end);
      this.#values.set(sorted.values, this.#end);
    } else {
      this.#merge(sorted);
    }
    this.#end += added;
    if (this.length > this.cap) {
      this.overwritten += this.length - this.cap;
      this.#start = this.#end - this.cap;
    }
  }

  /** Merges from the end, so that only the overlapping part moves. */
  #merge(block: Segment): void {
    let from = this.#end - 1;
    let incoming = block.times.length - 1;
    for (let to = this.#end + incoming; incoming >= 0; to--) {
      if (from >= this.#start && this.#times[from]! > block.times[incoming]!) {
        this.#times[to] = this.#times[from]!;
        this.#values[to] = this.#values[from]!;
        from--;
      } else {
        this.#times[to] = block.times[incoming]!;
        this.#values[to] = block.values[incoming]!;
        incoming--;
      }
    }
  }

  /**
   * Makes room for `added` points at the end: slides to the front while that is cheap, else grows by half. The last
   * growth goes to one and a half times the cap: enough room that a full ring always slides.
   */
  #reserve(added: number): void {
    if (this.#end + added <= this.#times.length) return;
    const held = this.length;
    const needed = held + added;
    if (needed <= this.#times.length && this.#start >= this.#times.length >> 2) {
      this.#times.copyWithin(0, this.#start, this.#end);
      this.#values.copyWithin(0, this.#start, this.#end);
    } else {
      const ample = Math.ceil(1.5 * (held * 1.5 < this.cap ? held : this.cap));
      const times = new Float64Array(Math.max(needed, ample, FIRST_CAPACITY));
      const values = new Float64Array(times.length);
      times.set(this.#times.subarray(this.#start, this.#end));
      values.set(this.#values.subarray(this.#start, this.#end));
      this.#times = times;
      this.#values = values;
    }
    this.#start = 0;
    this.#end = held;
  }
}
