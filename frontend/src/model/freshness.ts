/**
 * Freshness: when a tag counts as late or stale, by the rule in `docs/protocol.md`, and which silence breaks its line.
 * Pure.
 */

import type { Kind } from "../protocol/tags";
import type { Gaps } from "./chartStyle";

const LEAST_SILENCE_SECONDS = 2;
const INTERVALS = 3;

/**
 * The interval that gaps are measured by: the one learned from arrivals, or that of the stamps if longer. A device
 * that sends its samples in batches was not silent in between. NaN: not learned yet.
 */
export function usualInterval(learned: number, pace: number): number {
  if (pace > learned) return pace; // not Math.max, which would return a NaN pace
  return learned;
}

/**
 * Seconds of silence that break the line of a tag, by the rule that calls it *late* (three of its usual intervals, at
 * least 2 s). A state holds until the next one; without a learned interval no line is broken.
 */
export function gapAfter({ kind, interval }: { readonly kind: Kind; readonly interval: number }, gaps: Gaps): number {
  if (gaps === "never" || kind !== "number" || !(interval > 0)) return Infinity;
  return Math.max(LEAST_SILENCE_SECONDS, INTERVALS * interval);
}

/** A tag whose stamp is this much older than its arrival tells of another time: a file, or a device that comes late. */
const OTHER_TIME_SECONDS = 3600;

/** Whether the tag's newest value is of the past, as of a file that was loaded. */
export function isOfOtherTime({ time, arrival }: { readonly time: number; readonly arrival: number }): boolean {
  return arrival - time > OTHER_TIME_SECONDS;
}

/** How long a state is known to hold: until `now`; of another time nothing is known after its last value. */
export function heldUntil(entry: { readonly time: number; readonly arrival: number }, now: number): number {
  return isOfOtherTime(entry) ? -Infinity : now;
}

type Freshness = "fresh" | "late" | "stale" | "none";

/** `ageSeconds`: server's clock now − arrival; NaN = nothing came yet. `intervalSeconds`: NaN = not learned yet. */
export function judgeAge(ageSeconds: number, intervalSeconds: number): Freshness {
  if (Number.isNaN(ageSeconds)) return "none";
  if (Number.isNaN(intervalSeconds)) return ageSeconds > 60 ? "stale" : "fresh";
  if (ageSeconds > Math.max(10 * intervalSeconds, 10)) return "stale";
  if (ageSeconds > Math.max(3 * intervalSeconds, 2)) return "late";
  return "fresh";
}
