/** Captures: stretches of data that a trigger froze, kept by the server; their points are fetched when needed. Pure. */

import type { Column, Range, Segment } from "../data/segment";
import { asText, fieldsOf, items, type Json, type JsonObject, maybeNumber, texts } from "../protocol/json";

export interface CapturedLine extends Column, Segment {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** What the list tells of a capture. */
export interface CaptureHead {
  readonly id: number;
  /** The trigger that fired. */
  readonly trigger: number;
  readonly name: string;
  /** What fired: `pump/temp rises through 80`. */
  readonly reason: string;
  /** When it fired, POSIX seconds. */
  readonly at: number;
  readonly range: Range;
  readonly tags: readonly string[];
  readonly points: number;
  /** Some points were overwritten before they could be frozen, if not. */
  readonly isWhole: boolean;
  /** It stays when others are dropped for newer ones. */
  readonly isPinned: boolean;
}

export interface Capture extends CaptureHead {
  readonly lines: readonly CapturedLine[];
}

export function decodeCapture(fields: JsonObject, id: number): CaptureHead | null {
  const [at, start, end] = [maybeNumber(fields["at"]), maybeNumber(fields["start"]), maybeNumber(fields["end"])];
  if (at === null || start === null || end === null) return null;
  return {
    id,
    at,
    range: { start, end },
    trigger: maybeNumber(fields["trigger"]) ?? 0,
    name: asText(fields["name"]),
    reason: asText(fields["reason"]),
    tags: texts(fields["tags"]),
    points: maybeNumber(fields["points"]) ?? 0,
    isWhole: fields["whole"] === true,
    isPinned: fields["pinned"] === true,
  };
}

/** The points of a capture, as `GET /api/v1/captures/ID` answers. */
export function decodeLines(value: Json): readonly CapturedLine[] {
  return items(fieldsOf(value)["lines"]).map((item) => {
    const fields = fieldsOf(item);
    const kind = fields["kind"];
    return {
      tag: asText(fields["tag"]),
      unit: asText(fields["unit"]),
      kind: kind === "boolean" || kind === "state" ? kind : "number",
      states: texts(fields["states"]),
      times: column(fields["time"]),
      values: column(fields["value"]),
    };
  });
}

/** A gap is `null`. */
function column(value: Json | undefined): Float64Array {
  return Float64Array.from(items(value), (item) => maybeNumber(item) ?? NaN);
}

/** The captured points of a tag; `null` when the capture has none of it. */
export function capturedLine(capture: Capture | null, tag: string): CapturedLine | null {
  return capture?.lines.find((line) => line.tag === tag) ?? null;
}
