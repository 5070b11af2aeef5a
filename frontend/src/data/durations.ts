/** Durations: how long a tag was in which state, and how often each began. Pure. */

import { firstAfter, firstAtOrAfter, type Range, type Segment } from "./segment";

export interface Duration {
  readonly state: string;
  readonly seconds: number;
  /** Times it began on the stretch. */
  readonly starts: number;
  /** Of the time in which something is known, 0 to 1. */
  readonly share: number;
}

/**
 * By state, longest first. `segments` ascend; the point before the range tells what held at its start. Nothing is known
 * before the first point, in a gap (NaN), and after `until`.
 */
export function durationsOf(
  segments: readonly Pick<Segment, "times" | "values">[],
  range: Range,
  until: number,
  nameOf: (value: number) => string,
): Duration[] {
  const sums = new Map<number, { seconds: number; starts: number }>();
  const end = Math.min(range.end, until);
  let [value, since] = [NaN, range.start];
  const hold = (time: number): void => {
    const seconds = Math.min(time, end) - Math.max(since, range.start);
    if (!Number.isNaN(value) && seconds > 0) sumOf(sums, value).seconds += seconds;
    since = time;
  };
  for (const { times, values } of segments) {
    const from = firstAtOrAfter(times, range.start);
    if (from > 0) [value, since] = [values[from - 1]!, range.start];
    for (let index = from; index < firstAfter(times, end); index++) {
      hold(times[index]!);
      if (values[index]! !== value && !Number.isNaN(values[index]!)) sumOf(sums, values[index]!).starts += 1;
      value = values[index]!;
    }
  }
  hold(end);
  const total = [...sums.values()].reduce((sum, { seconds }) => sum + seconds, 0);
  return [...sums]
    .map(([key, { seconds, starts }]) => ({
      state: nameOf(key),
      seconds,
      starts,
      share: total > 0 ? seconds / total : 0,
    }))
    .sort((a, b) => b.seconds - a.seconds);
}

function sumOf(
  sums: Map<number, { seconds: number; starts: number }>,
  value: number,
): { seconds: number; starts: number } {
  const known = sums.get(value) ?? { seconds: 0, starts: 0 };
  sums.set(value, known);
  return known;
}
