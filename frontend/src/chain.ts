/** Chains: segments one after the other, ascending and without overlap; cut and joined. Pure. */

import { firstAfter, firstAtOrAfter, type Segment } from "./ring";
import type { Range } from "./series";

export function before(segment: Segment, time: number): Segment {
  return slice(segment, 0, firstAtOrAfter(segment.times, time));
}

export function after(segment: Segment, time: number): Segment {
  return slice(segment, firstAfter(segment.times, time), segment.times.length);
}

function slice({ times, values, weight, spacing }: Segment, from: number, to: number): Segment {
  const columns = { times: times.subarray(from, to), values: values.subarray(from, to) };
  return weight === undefined || spacing === undefined ? columns : { ...columns, weight, spacing };
}

/** Cuts a chain of segments to the range and the one point before and after it that lines run to. */
export function clip(chain: readonly Segment[], range: Range): Segment[] {
  const segments = chain.filter((segment) => segment.times.length > 0);
  const kept: Segment[] = [];
  segments.forEach((segment, index) => {
    const isBeforeRange = segments[index + 1] !== undefined && segments[index + 1]!.times[0]! <= range.start;
    const isAfterRange = index > 0 && lastTime(segments[index - 1]!) >= range.end;
    if (isBeforeRange || isAfterRange) return;
    const from = Math.max(0, firstAtOrAfter(segment.times, range.start) - 1);
    const to = Math.min(segment.times.length, firstAfter(segment.times, range.end) + 1);
    kept.push(slice(segment, from, to));
  });
  return kept;
}

function lastTime(segment: Segment): number {
  return segment.times[segment.times.length - 1]!;
}

/** The points inside the range as one segment of its own. */
export function joined(chain: readonly Segment[], { start, end }: Range): Segment {
  const inside = chain.map((segment) => slice(segment, firstAtOrAfter(segment.times, start), firstAfter(segment.times, end)));
  const times = new Float64Array(inside.reduce((sum, segment) => sum + segment.times.length, 0));
  const values = new Float64Array(times.length);
  let at = 0;
  for (const segment of inside) {
    times.set(segment.times, at);
    values.set(segment.values, at);
    at += segment.times.length;
  }
  return { times, values };
}
