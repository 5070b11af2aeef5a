/**
 * Series: the points of one tag that the page holds, sorted by time. Knows nothing of charts, sockets or the clock.
 *
 * Parts, joined by time when read:
 *  - *tail*: raw points as they arrive, bounded by `cap`; at the limit the oldest are overwritten;
 *  - *wide*: a decimated stretch of history older than the tail (the first snapshot, or a range answer for the live
 *    window);
 *  - *detail*: a range answer for a zoomed stretch, and *earlier*: one for a stretch to compare with;
 *  - *overview*: a coarse one of all that the server holds, which stands in where nothing finer is held yet.
 */

import { type Block, DECIMATED, LOST, SNAPSHOT } from "../protocol/frames";
import { Ring } from "./ring";
import {
  after,
  before,
  clip,
  firstAfter,
  firstAtOrAfter,
  NO_POINTS,
  pace,
  type Range,
  type Segment,
  sortByTime,
} from "./segment";

/** What a range answer is for. */
export type Slot = "wide" | "detail" | "earlier" | "overview";

/** A stretch of history from the server, complete over the range that was asked for. */
interface Stretch extends Segment {
  readonly asked: Range;
  /** Seconds that its points span. */
  readonly span: number;
  readonly isDecimated: boolean;
}

/** Out-of-order points remembered per series; the oldest are forgotten first. */
const MOST_STRAYS = 1000;
/** After so many points the pace is looked at again. */
const PACE_STEP = 8;
const EMPTY = NO_POINTS;
export class Series {
  readonly #tail: Ring;
  /** The tail is complete from here on (POSIX seconds). */
  #tailFrom = Infinity;
  #wide: Stretch | null = null;
  #detail: Stretch | null = null;
  #earlier: Stretch | null = null;
  #overview: Stretch | null = null;
  #next: number | null = null;
  /** Whether points were lost between two snapshots (flag *lost*) since the page began to hold it. */
  hasLost = false;
  #newest = -Infinity;
  /** The pace of the tail, and the seq it was found at: every picture asks for it. */
  #pace = { seconds: NaN, at: 0 };
  /** The newest points that arrived after a point with a later time, in order of arrival. */
  #strays: { readonly time: number; readonly value: number }[] = [];

  constructor(
    readonly tag: string,
    cap: number,
  ) {
    this.#tail = new Ring(cap);
  }

  /** The seq that the next delta starts with; `null` before the first snapshot. */
  get next(): number | null {
    return this.#next;
  }

  get points(): number {
    return (
      this.#tail.length +
      (this.#wide?.times.length ?? 0) +
      (this.#detail?.times.length ?? 0) +
      (this.#earlier?.times.length ?? 0) +
      (this.#overview?.times.length ?? 0)
    );
  }

  set cap(points: number) {
    this.#tail.cap = points;
  }

  /** Time of the oldest and newest point held; `null` when there is none. */
  extent(): Range | null {
    const tail = this.#tail.view().times;
    const wide = this.#wide?.times ?? EMPTY.times;
    if (tail.length === 0 && wide.length === 0) return null;
    const start = Math.min(tail[0] ?? Infinity, wide[0] ?? Infinity);
    const end = Math.max(tail[tail.length - 1] ?? -Infinity, wide[wide.length - 1] ?? -Infinity);
    return { start, end };
  }

  /** Time of the oldest and newest point that could be drawn, at whatever detail; `null` when there is none. */
  reach(): Range | null {
    const extent = this.extent();
    const found = [this.#detail, this.#overview].filter((stretch) => stretch !== null && stretch.times.length > 0);
    if (extent === null) return extent;
    return {
      start: Math.min(extent.start, ...found.map((stretch) => stretch!.times[0]!)),
      end: Math.max(extent.end, ...found.map((stretch) => stretch!.times[stretch!.times.length - 1]!)),
    };
  }

  /** All that the server held when it was last asked for all, and what has come since; `null` before its answer. */
  overview(): Segment[] | null {
    const overview = this.#overview;
    if (overview === null) return null;
    const until = overview.times[overview.times.length - 1] ?? -Infinity;
    return [overview, after(this.#wide ?? EMPTY, until), after(this.#tail.view(), until)].filter(
      ({ times }) => times.length > 0,
    );
  }

  /** Usual seconds between the stamps of its newest points, or of those fetched; NaN if there are too few. */
  get pace(): number {
    if (Number.isNaN(this.#pace.seconds) || Math.abs((this.#next ?? 0) - this.#pace.at) >= PACE_STEP)
      this.#pace = { seconds: pace(this.#tail.view().times), at: this.#next ?? 0 };
    if (!Number.isNaN(this.#pace.seconds)) return this.#pace.seconds;
    const fetched = [this.#detail, this.#earlier, this.#wide].find((stretch) => stretch?.isDecimated === false);
    return pace(fetched?.times ?? EMPTY.times);
  }

  /** The newest point held. */
  last(): { readonly time: number; readonly value: number } | null {
    const newest = [this.#wide ?? EMPTY, this.#tail.view()].filter(({ times }) => times.length > 0).pop();
    return newest === undefined
      ? null
      : { time: newest.times[newest.times.length - 1]!, value: newest.values[newest.values.length - 1]! };
  }

  /** Applies a data block. False: it does not continue what is held, so the tag must be followed again. */
  accept(block: Block, windowSeconds: number | null): boolean {
    if (block.flags & SNAPSHOT) {
      this.#replace(block, windowSeconds);
      return true;
    }
    if (this.#next === null || block.first !== this.#next) return false;
    this.#noteStrays(block);
    this.#tail.append(block);
    this.#next = block.next;
    this.#afterOverwriting();
    return true;
  }

  #replace(block: Block, windowSeconds: number | null): void {
    const isLost = (block.flags & LOST) !== 0;
    this.hasLost ||= isLost;
    this.#tail.clear();
    this.#detail = null;
    this.#earlier = null;
    this.#overview = null;
    this.#newest = -Infinity;
    this.#pace = { seconds: NaN, at: 0 };
    this.#strays = [];
    this.#noteStrays(block); // none if it comes decimated and sorted
    const sorted = sortByTime(block);
    const newest = sorted.times[sorted.times.length - 1];
    const start = windowSeconds === null || newest === undefined ? -Infinity : newest - windowSeconds;
    if (block.flags & DECIMATED) {
      this.#wide = stretchOf(sorted, { start, end: Infinity }, true, block.raw);
      this.#tailFrom = newest ?? -Infinity; // what follows the snapshot comes raw
    } else {
      this.#wide = null;
      this.#tail.append(sorted);
      this.#tailFrom = start;
    }
    this.#next = block.next;
  }

  #noteStrays({ times, values }: Segment): void {
    for (let index = 0; index < times.length; index++) {
      const time = times[index]!;
      if (time < this.#newest) this.#strays.push({ time, value: values[index]! });
      else this.#newest = time;
    }
    if (this.#strays.length > MOST_STRAYS) this.#strays.splice(0, this.#strays.length - MOST_STRAYS);
  }

  /** Points of `range` that came out of order, as far as the page knows their order. */
  strays(range: Range): Segment {
    const inside = this.#strays.filter(({ time }) => time >= range.start && time <= range.end);
    return {
      times: Float64Array.from(inside, ({ time }) => time),
      values: Float64Array.from(inside, ({ value }) => value),
    };
  }

  #afterOverwriting(): void {
    if (this.#tail.overwritten === 0) return;
    this.#tail.overwritten = 0;
    this.#tailFrom = this.#tail.view().times[0]!;
    const wide = this.#wide;
    // there is a hole between them
    if (wide !== null && (wide.times[wide.times.length - 1] ?? -Infinity) < this.#tailFrom) this.#wide = null;
  }

  /** Applies the answer to a range request, in the slot that it was asked for. */
  acceptRange(block: Block, asked: Range, slot: Slot): void {
    const stretch = stretchOf(sortByTime(block), asked, (block.flags & DECIMATED) !== 0, block.raw);
    if (slot === "wide") this.#wide = stretch;
    else if (slot === "detail") this.#detail = stretch;
    else if (slot === "earlier") this.#earlier = stretch;
    else this.#overview = stretch;
  }

  /** Whether what is held can draw `range` with about `points` points, or with all there are. */
  covers(range: Range, points: number): boolean {
    if (range.start >= this.#tailFrom) return true;
    const span = range.end - range.start;
    // the part that is not in the tail
    const older = Number.isFinite(span) ? Math.min(1, (this.#tailFrom - range.start) / span) : 0;
    return (
      [this.#detail, this.#earlier].some((stretch) => isEnough(stretch, range, points)) ||
      isEnough(this.#wide, range, points * older)
    );
  }

  /** Whether every point of `range` is held, none of them decimated away. */
  isRaw(range: Range): boolean {
    if (range.start >= this.#tailFrom) return true;
    return [this.#detail, this.#earlier, this.#wide].some(
      (stretch) => stretch !== null && !stretch.isDecimated && isWithin(range, stretch.asked),
    );
  }

  /**
   * What is held of `range`, the finest choice first, ascending and without overlap, with one extra point on either
   * side.
   */
  read(range: Range): Segment[] {
    const tail = this.#tail.view();
    const wide = before(this.#wide ?? EMPTY, tail.times[0] ?? Infinity);
    const fine =
      range.start >= this.#tailFrom
        ? undefined
        : [this.#detail, this.#earlier].find((stretch) => stretch !== null && isWithin(range, stretch.asked));
    const held = fine ? around(fine, wide, tail) : [this.#before(range), wide, tail];
    return clip(held, range);
  }

  /** What the overview knows of a range before anything finer is held. */
  #before(range: Range): Segment {
    const from = Math.min(this.#tailFrom, this.#wide?.asked.start ?? Infinity);
    return this.#overview === null || range.start >= from ? EMPTY : before(this.#overview, from);
  }
}

function stretchOf(
  segment: Pick<Segment, "times" | "values" | "means">,
  asked: Range,
  isDecimated: boolean,
  raw: number,
): Stretch {
  const { times, values, means } = segment;
  // one point more on either side, for the line to run to, may lie far away
  const inside = times.subarray(firstAtOrAfter(times, asked.start), firstAfter(times, asked.end));
  const span = (inside[inside.length - 1] ?? 0) - (inside[0] ?? 0);
  const columns = { times: times.slice(), values: values.slice() };
  const third = means === undefined ? {} : { means: means.slice() };
  const stretch = { ...columns, ...third, asked, span, isDecimated };
  if (!isDecimated || times.length === 0) return stretch;
  // Each bucket has its lowest and highest point, so two points may be up to two buckets apart.
  return { ...stretch, weight: Math.max(1, raw / times.length), spacing: (4 * span) / times.length };
}

/** What is known finely, between what lies before and after it; its own points beside the stretch belong to it. */
function around(fine: Stretch, wide: Segment, tail: Segment): Segment[] {
  const { times, asked } = fine;
  const start = Math.min(asked.start, times[0] ?? Infinity);
  const end = Math.max(asked.end, times[times.length - 1] ?? -Infinity);
  return [before(wide, start), fine, after(wide, end), after(tail, end)];
}

function isWithin(inner: Range, outer: Range): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Whether the stretch holds the whole range: raw, with `points` points, or as finely as another request would give. */
function isEnough(stretch: Stretch | null, range: Range, points: number): boolean {
  if (stretch === null || !isWithin(range, stretch.asked)) return false;
  if (!stretch.isDecimated || stretch.span <= 2.1 * (range.end - range.start)) return true;
  return countInside(stretch.times, range) >= points;
}

function countInside(times: Float64Array, range: Range): number {
  return firstAfter(times, range.end) - firstAtOrAfter(times, range.start);
}
