/** Gaps: from which silence on the line of a tag is broken. Pure. */

import type { Gaps } from "./drawing";
import type { Kind } from "./protocol/messages";

const LEAST_SILENCE_SECONDS = 2;
const INTERVALS = 3;

/**
 * The interval that gaps are measured by: the one learned from arrivals, or that of the stamps where that is longer, as a device that
 * sends what it has gathered all at once was not silent in between. NaN: not learned yet.
 */
export function usualInterval(learned: number, pace: number): number {
  return pace > learned ? pace : learned;
}

/**
 * Seconds of silence after which the line of a tag is broken: the same rule that calls it *late* (three of its usual intervals,
 * at least 2 s). A state or a two-state word holds until the next; without a learned interval nothing is claimed.
 */
export function gapAfter({ kind, interval }: { readonly kind: Kind; readonly interval: number }, gaps: Gaps): number {
  if (gaps === "never" || kind !== "number" || !(interval > 0)) return Infinity;
  return Math.max(LEAST_SILENCE_SECONDS, INTERVALS * interval);
}
