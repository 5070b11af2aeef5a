/** Default tags: which tags a page shows before anybody has chosen some. Pure. */

import type { Entry } from "../data/directory";

const MOST_NUMBERS = 4;
/** A tag this many times quieter than the busiest is not drawn by default. */
const QUIETEST = 100;

/**
 * Tags to add to `drawn`: four numbers that move, and one state. Those with the most common unit come first (they share
 * an axis; numbers without a unit share none), then in order of name: whoever opens the page meanwhile sees the same.
 */
export function defaultTags(entries: Iterable<Entry>, drawn: readonly string[]): string[] {
  const all = [...entries];
  const common = new Map<string, number>();
  for (const { info } of all)
    if (info.kind === "number" && info.unit !== "") common.set(info.unit, (common.get(info.unit) ?? 0) + 1);
  const weight = ({ info }: Entry): number => common.get(info.unit) ?? 0;
  const order = (a: Entry, b: Entry): number => weight(b) - weight(a) || (a.info.tag < b.info.tag ? -1 : 1);
  const numbers = all.filter(({ info }) => info.kind === "number").sort(order);
  const states = all.filter(({ info }) => info.kind !== "number").sort(order);
  return [...topUp(numbers, MOST_NUMBERS, drawn), ...topUp(states, 1, drawn)];
}

function topUp(candidates: readonly Entry[], most: number, drawn: readonly string[]): string[] {
  const room = most - candidates.filter(({ info }) => drawn.includes(info.tag)).length;
  const busiest = Math.max(0, ...candidates.map(usualRate));
  return candidates
    .filter((entry) => !drawn.includes(entry.info.tag) && usualRate(entry) * QUIETEST >= busiest)
    .slice(0, Math.max(0, room))
    .map(({ info }) => info.tag);
}

/** Messages per second by the learned interval, which changes less than the rate of the moment. */
function usualRate({ rate, interval }: Entry): number {
  return interval > 0 ? 1 / interval : rate;
}
