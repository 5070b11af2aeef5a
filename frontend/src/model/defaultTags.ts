/** Default tags: which tags a page shows before anybody has chosen some. Pure. */

import type { Entry } from "../data/directory";

const MOST_NUMBERS = 4;
/** A tag this many times quieter than the busiest is not drawn by default. */
const QUIETEST = 100;

/**
 * Tags to add to `drawn`: the busiest numbers, and one state. Of about equally busy tags those with the most common
 * unit come first (they share an axis), then in order of name, so that two visits look alike.
 */
export function defaultTags(entries: Iterable<Entry>, drawn: readonly string[]): string[] {
  const all = [...entries];
  const common = new Map<string, number>();
  for (const { info } of all) common.set(info.unit, (common.get(info.unit) ?? 0) + 1);
  const weight = ({ info }: Entry): number => common.get(info.unit) ?? 0;
  const order = (a: Entry, b: Entry): number =>
    magnitude(b.rate) - magnitude(a.rate) || weight(b) - weight(a) || (a.info.tag < b.info.tag ? -1 : 1);
  const numbers = all.filter(({ info }) => info.kind === "number").sort(order);
  const states = all.filter(({ info }) => info.kind !== "number").sort(order);
  return [...topUp(numbers, MOST_NUMBERS, drawn), ...topUp(states, 1, drawn)];
}

function topUp(candidates: readonly Entry[], most: number, drawn: readonly string[]): string[] {
  const room = most - candidates.filter(({ info }) => drawn.includes(info.tag)).length;
  const busiest = Math.max(0, ...candidates.map(({ rate }) => rate));
  return candidates
    .filter(({ info, rate }) => !drawn.includes(info.tag) && rate * QUIETEST >= busiest)
    .slice(0, Math.max(0, room))
    .map(({ info }) => info.tag);
}

/** Rates within a factor of four count as equal. */
function magnitude(rate: number): number {
  return rate > 0 ? Math.round(Math.log2(rate) / 2) : -99;
}
