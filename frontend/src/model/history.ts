/** History: how far back it goes, as ranges and words. Pure. */

import type { Range } from "../data/segment";
import { formatDuration } from "../format";
import type { Status } from "../protocol/status";

/** Where the history in a picture begins, or where it ended. */
export interface HistoryEnd {
  readonly time: number;
  readonly text: string;
  /** Whether nothing is known of what lies on the left of it. */
  readonly isBlankBefore: boolean;
}

/** Nearer to the edge of a picture, by this part of it, it says nothing that the edge does not. */
const EDGE = 0.02;
const BEGINS = "history begins here";
const RESTARTED = "past gone: server restarted";

/**
 * The ends of history inside a picture. `begin` is the oldest time of which its tags have anything, `null` = not known;
 * `vanished` the newest time that was known before the server began another life, `null` = it has not.
 */
export function historyEnds(range: Range, begin: number | null, vanished: number | null): HistoryEnd[] {
  if (begin === null) return [];
  const hasVanished = vanished !== null && begin > vanished; // else the server has kept it
  const ends = [
    ...(hasVanished ? [{ time: vanished, text: RESTARTED, isBlankBefore: false }] : []),
    { time: begin, text: BEGINS, isBlankBefore: true },
  ];
  const margin = EDGE * (range.end - range.start);
  return ends.filter(({ time }) => time > range.start + margin && time < range.end);
}

/** `every point 2 h 10 min`, `outline 9 d`: what is held now, of all tags; empty while nothing is. */
export function heldWords({ time, since, pointsSince }: Pick<Status, "time" | "since" | "pointsSince">): string[] {
  if (since === null || since >= time) return [];
  const exact = pointsSince === null ? since : Math.max(since, pointsSince);
  const points = `every point ${formatDuration(whole(time - exact))}`;
  return exact > since ? [points, `outline ${formatDuration(whole(time - since))}`] : [points];
}

function whole(seconds: number): number {
  return Math.max(0, Math.round(seconds));
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const STEPS = [1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE);
const TICK_STEPS = [10, 30, ...STEPS, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 365 * DAY];

interface Tick {
  readonly time: number;
  /** Seconds from one to the next. */
  readonly step: number;
}

/** At most `most` round instants of a range, by a clock that is so many minutes ahead of UTC. */
export function ticksIn(range: Range, most: number, minutesAhead: (time: number) => number): Tick[] {
  const span = range.end - range.start;
  const step = TICK_STEPS.find((seconds) => span / seconds <= most) ?? span;
  const ahead = minutesAhead(range.end) * MINUTE;
  const first = Math.ceil((range.start + ahead) / step) * step - ahead;
  return Array.from({ length: Math.max(0, Math.floor((range.end - first) / step) + 1) }, (_, index) => ({
    time: first + index * step,
    step,
  }));
}

/** `range` moved by some seconds, or with one of its ends moved, inside `whole` and at least `least` seconds long. */
export function draggedRange(
  range: Range,
  grip: "start" | "end" | "both",
  seconds: number,
  whole: Range,
  least: number,
) {
  const span = range.end - range.start;
  switch (grip) {
    case "start":
      return { start: clamp(range.start + seconds, whole.start, range.end - least), end: range.end };
    case "end":
      return { start: range.start, end: clamp(range.end + seconds, range.start + least, whole.end) };
    case "both": {
      const start = clamp(range.start + seconds, Math.min(whole.start, whole.end - span), whole.end - span);
      return { start, end: start + span };
    }
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(Math.min(least, most), Math.min(Math.max(least, most), value));
}
