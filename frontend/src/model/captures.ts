/** Captures: stretches of data that a trigger captured, and the list that keeps them. Pure. */

import type { Column, Range, Segment } from "../data/segment";

export interface CapturedLine extends Column, Segment {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Capture {
  readonly id: number;
  readonly name: string;
  /** What fired: `pump/temp rises through 80`. */
  readonly reason: string;
  /** When it fired, POSIX seconds. */
  readonly at: number;
  readonly range: Range;
  readonly lines: readonly CapturedLine[];
  /** Whether it has all points; else those that this page held, perhaps decimated. */
  readonly isExact: boolean;
}

export interface CaptureList {
  /** Newest first. */
  readonly captures: readonly Capture[];
  /** Captures dropped for newer ones. */
  readonly dropped: number;
}

export const NO_CAPTURES: CaptureList = { captures: [], dropped: 0 };
export const MOST_CAPTURES = 50;
/** 32 MB of points. */
export const MOST_CAPTURED_POINTS = 2_000_000;

export function countPoints({ lines }: Pick<Capture, "lines">): number {
  return lines.reduce((sum, { times }) => sum + times.length, 0);
}

/** Adds a capture. Above the limits on captures and points the oldest are dropped and counted; the new one stays. */
export function addCapture(list: CaptureList, capture: Capture): CaptureList {
  const captures = [capture, ...list.captures].slice(0, MOST_CAPTURES);
  let points = captures.reduce((sum, one) => sum + countPoints(one), 0);
  while (captures.length > 1 && points > MOST_CAPTURED_POINTS) points -= countPoints(captures.pop()!);
  return { captures, dropped: list.dropped + list.captures.length + 1 - captures.length };
}

export function renameCapture(list: CaptureList, id: number, name: string): CaptureList {
  return { ...list, captures: list.captures.map((capture) => (capture.id === id ? { ...capture, name } : capture)) };
}

export function discardCapture(list: CaptureList, id: number): CaptureList {
  return { ...list, captures: list.captures.filter((capture) => capture.id !== id) };
}

/** The captured points of a tag; `null` when the capture has none of it. */
export function capturedLine(capture: Capture | null, tag: string): CapturedLine | null {
  return capture?.lines.find((line) => line.tag === tag) ?? null;
}
