/** Gaps: how long a silence breaks a line. Pure. */

import type { Kind } from "./control";

const LEAST_SILENCE_SECONDS = 2;
const INTERVALS = 3;

/**
 * Seconds of silence after which the line of a tag is broken: the same rule that calls it *late* (three of its usual intervals,
 * at least 2 s). A state or a two-state word holds until the next; without a learned interval nothing is claimed.
 */
export function gapAfter(kind: Kind, intervalSeconds: number): number {
  if (kind !== "number" || !(intervalSeconds > 0)) return Infinity;
  return Math.max(LEAST_SILENCE_SECONDS, INTERVALS * intervalSeconds);
}
