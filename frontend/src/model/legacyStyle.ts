/**
 * Legacy style: how a chart draws as the older replay program did: colours by place, a fixed value axis, and the last n
 * points instead of a stretch of time. Pure.
 */

import type { Range, Segment } from "../data/segment";
import type { Ends } from "./chartStyle";

export interface LegacyStyle {
  readonly colours: readonly string[];
  readonly ends: Ends;
  /** Points per tag. */
  readonly points: number;
}

/** As the older replay program drew: three traces in red, green and blue between 0 and 1, 120 points long. */
export const LEGACY_STYLE: LegacyStyle = { colours: ["#e00000", "#008a00", "#0000e0"], ends: [0, 1], points: 120 };
export const LEGACY_TAGS = 3;

/** The last `count` points of what is held. */
export function lastPoints(segments: readonly Segment[], count: number): Segment {
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  let free = count;
  for (let index = segments.length - 1; index >= 0 && free > 0; index--) {
    const segment = segments[index]!;
    const from = Math.max(0, segment.times.length - free);
    free -= segment.times.length - from;
    times.set(segment.times.subarray(from), free);
    values.set(segment.values.subarray(from), free);
  }
  return { times: times.subarray(free), values: values.subarray(free) };
}

/** From the first to the last time of any line; `null` without points. */
export function spanOf(lines: readonly Segment[]): Range | null {
  const full = lines.filter(({ times }) => times.length > 0);
  if (full.length === 0) return null;
  const start = Math.min(...full.map(({ times }) => times[0]!));
  const end = Math.max(...full.map(({ times }) => times[times.length - 1]!));
  return { start: Math.min(start, end - 1e-3), end };
}
