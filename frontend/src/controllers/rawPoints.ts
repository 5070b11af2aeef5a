/**
 * Raw points: every point of a stretch, for views that decimated ones would mislead. From what the page holds, else
 * from the server; of a stretch with too many the newest.
 */

import type { Range, Segment } from "../data/segment";
import { joined, NO_POINTS } from "../data/segment";
import { fetchSeries } from "../export/fetchSeries";
import { formatDuration } from "../format";
import type { PanelTag } from "../plot/scene";

/** What a view gets, and in words what of the stretch is missing. */
export interface RawAnswer {
  readonly points: Segment;
  readonly remark: string;
}

interface Known {
  readonly range: Range;
  readonly points: Segment;
  readonly remark: string;
  readonly at: number;
  /** When a view last asked for it. */
  askedAt: number;
}

export const MOST_POINTS = 131_072;
/** A live picture asks again after this long, and no sooner than the last answer took. */
const RENEW_SECONDS = 3;
const ENOUGH_POINTS = 2048;
const HALVINGS = 6;
/** A picture that begins this part of the stretch late is as good as whole. */
const UNSEEN = 0.02;
/** What no view has asked for that long is let go: each may be two megabytes. */
const FORGET_SECONDS = 60;

export class RawPoints {
  readonly #known = new Map<string, Known>();
  readonly #underway = new Set<string>();

  constructor(
    private readonly base: string,
    private readonly isLive: () => boolean,
    /** Any clock, in seconds. */
    private readonly now: () => number,
    private readonly changed: (tag: string) => void,
  ) {}

  find(tag: PanelTag, range: Range): RawAnswer {
    const held = this.#held(tag, range);
    if (held !== null) return held;
    const known = this.#known.get(tag.tag);
    if (known !== undefined) known.askedAt = this.now();
    const isRight =
      known !== undefined &&
      (this.isLive()
        ? this.now() - known.at < RENEW_SECONDS
        : known.range.start === range.start && known.range.end === range.end);
    if (!isRight && !this.#underway.has(tag.tag)) void this.#fetch(tag, range);
    return known ?? { points: NO_POINTS, remark: "asking for every point" };
  }

  /** From the page: the whole stretch, or while live its newest part. */
  #held(tag: PanelTag, range: Range): RawAnswer | null {
    const span = range.end - range.start;
    for (let turn = 0; turn <= (this.isLive() ? HALVINGS : 0); turn++) {
      const part = { start: range.end - span / 2 ** turn, end: range.end };
      if (!tag.isRaw(part)) continue;
      const points = joined(tag.read(part), part);
      if (turn > 0 && points.times.length < ENOUGH_POINTS) return null;
      return newestOf(points, range, tag.interval);
    }
    return null;
  }

  async #fetch(tag: PanelTag, range: Range): Promise<void> {
    this.#underway.add(tag.tag);
    const longest = Number.isFinite(tag.interval) ? tag.interval * MOST_POINTS : Infinity;
    const asked = { start: Math.max(range.start, range.end - longest), end: range.end };
    let answer: RawAnswer;
    try {
      const [column] = await fetchSeries(this.base, [tag], asked, "points");
      const [times, values] = [Float64Array.from(column?.times ?? []), Float64Array.from(column?.values ?? [])];
      answer = newestOf({ times, values }, range, tag.interval);
    } catch (error) {
      answer = { points: NO_POINTS, remark: (error as Error).message };
    }
    this.#underway.delete(tag.tag);
    const now = this.now();
    for (const [other, { askedAt }] of this.#known) if (now - askedAt > FORGET_SECONDS) this.#known.delete(other);
    this.#known.set(tag.tag, { ...answer, range, at: now, askedAt: now });
    this.changed(tag.tag);
  }
}

/** The server may hold fewer points than the stretch has, or the tag may be younger: both are said. */
function newestOf(points: Segment, range: Range, interval: number): RawAnswer {
  const times = points.times.subarray(-MOST_POINTS);
  const values = points.values.subarray(-MOST_POINTS);
  const usual = Number.isFinite(interval) ? 2 * interval : 0;
  const isPart = times.length > 0 && times[0]! > range.start + Math.max(usual, UNSEEN * (range.end - range.start));
  const remark = isPart ? `of the newest ${formatDuration(range.end - times[0]!)}` : "";
  return { points: { times, values }, remark };
}
