/** Recorders: what the server records into CSV files, and the form that starts one. Pure. */

import { asText, type JsonObject, maybeNumber, texts } from "../protocol/json";

export interface Recorder {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly isOn: boolean;
  readonly isScheduled: boolean;
  /** `recording`, `waiting` for its hour, `stopped`, `failed`. */
  readonly state: string;
  /** Why it failed, or what it waits for. */
  readonly text: string;
  readonly file: string;
  readonly rows: number;
  readonly lost: number;
  readonly bytes: number;
  /** Rows per second. */
  readonly rate: number;
  /** Bytes left on the disk; `null` = not known yet. */
  readonly free: number | null;
  readonly matched: number;
  /** All that was asked for, to ask for it again. */
  readonly wanted: JsonObject;
}

const ASKED = ["name", "tags", "rotate_bytes", "rotate_seconds", "schedule", "on"] as const;

export function decodeRecorder(fields: JsonObject, id: number): Recorder {
  const number = (name: string): number => maybeNumber(fields[name]) ?? 0;
  const schedule = fields["schedule"];
  return {
    id,
    name: asText(fields["name"]),
    tags: texts(fields["tags"]),
    isOn: fields["on"] === true,
    isScheduled: Array.isArray(schedule) && schedule.length > 0,
    state: asText(fields["state"]),
    text: asText(fields["text"]),
    file: asText(fields["file"]),
    rows: number("rows"),
    lost: number("lost"),
    bytes: number("bytes"),
    rate: number("rate"),
    free: maybeNumber(fields["free"]),
    matched: number("matched"),
    wanted: Object.fromEntries(ASKED.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
  };
}

export const DAYS = { every: [0, 1, 2, 3, 4, 5, 6], week: [0, 1, 2, 3, 4], weekend: [5, 6] } as const;
export type Days = keyof typeof DAYS;

export interface RecorderForm {
  readonly name: string;
  /** Patterns, one per line or between commas. */
  readonly tags: string;
  readonly rotateBytes: number;
  readonly rotateSeconds: number;
  /** `HH:MM`; both empty = always. */
  readonly from: string;
  readonly to: string;
  readonly days: Days;
}

export function recorderBody({ name, tags, rotateBytes, rotateSeconds, from, to, days }: RecorderForm): string {
  const patterns = tags
    .split(/[\n,]/)
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== "");
  const schedule = from === "" && to === "" ? [] : [{ days: DAYS[days], from, to }];
  return JSON.stringify({ name, tags: patterns, rotate_bytes: rotateBytes, rotate_seconds: rotateSeconds, schedule });
}
