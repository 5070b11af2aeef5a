/** Pick: which tags a page shows that was never told. Pure. */

import type { Entry } from "./directory";

export const MOST_NUMBERS = 4;
const MOST_UNITS = 2;

/**
 * Tags to add to `drawn`: the busiest numbers, of two units at most so that they share one pane, and one state to go with them.
 * Tags of about the same rate come in the order of their names, so that two visits look alike.
 */
export function pickTags(entries: Iterable<Entry>, drawn: readonly string[]): string[] {
  const all = [...entries].sort((a, b) => magnitude(b.rate) - magnitude(a.rate) || (a.info.tag < b.info.tag ? -1 : 1));
  const chosen = all.filter(({ info }) => drawn.includes(info.tag));
  const added: string[] = [];
  const numbers = chosen.filter(({ info }) => info.kind === "number");
  const units = new Set(numbers.map(({ info }) => info.unit));
  for (const { info } of all) {
    if (info.kind !== "number" || drawn.includes(info.tag) || numbers.length + added.length >= MOST_NUMBERS) continue;
    if (!units.has(info.unit) && units.size >= MOST_UNITS) continue;
    units.add(info.unit);
    added.push(info.tag);
  }
  const state = all.find(({ info }) => info.kind !== "number");
  const hasState = chosen.some(({ info }) => info.kind !== "number");
  if (state !== undefined && !hasState) added.push(state.info.tag);
  return added;
}

/** Rates within a factor of four count as equal. */
function magnitude(rate: number): number {
  return rate > 0 ? Math.round(Math.log2(rate) / 2) : -99;
}
