/** Tag events: what the server saw happen to the tags (`docs/events.md`), and how to say it. Pure. */

import { formatDuration } from "../format";
import { asText, type JsonObject, maybeNumber } from "../protocol/json";
import { isSevere, LEVELS, type Level } from "./limits";

export interface TagEvent {
  readonly id: number;
  /** Empty for the server's own: no broker. */
  readonly tag: string;
  readonly kind: string;
  /** POSIX seconds; `end` is `null` while it lasts. */
  readonly begin: number;
  readonly end: number | null;
  /** The worst value. */
  readonly value: number | null;
  /** The limit at the begin. */
  readonly limit: number | null;
  readonly text: string;
}

export function decodeEvent(fields: JsonObject, id: number): TagEvent | null {
  const begin = maybeNumber(fields["begin"]);
  if (begin === null) return null;
  return {
    id,
    begin,
    tag: asText(fields["tag"]),
    kind: asText(fields["kind"]),
    end: maybeNumber(fields["end"]),
    value: maybeNumber(fields["value"]),
    limit: maybeNumber(fields["limit"]),
    text: asText(fields["text"]),
  };
}

/** The limit that the event is about; `null` for other events. */
export function levelOf(event: TagEvent): Level | null {
  return LEVELS.find((level) => level === event.kind) ?? null;
}

export function isBad(event: TagEvent): boolean {
  const level = levelOf(event);
  return level === null ? ["state", "stale", "broker"].includes(event.kind) : isSevere(level);
}

/** `above hi 22.5`, `below lolo 3`, `is FAULT`, `silent`. */
export function sayEvent({ kind, limit, value, text }: Omit<TagEvent, "id" | "tag" | "begin" | "end">): string {
  switch (kind) {
    case "hi":
    case "hihi":
      return `above ${kind} ${limit ?? ""}`;
    case "lo":
    case "lolo":
      return `below ${kind} ${limit ?? ""}`;
    case "late":
      return "late";
    case "stale":
      return "silent";
    case "state":
      return `is ${text}`;
    case "clock":
      return `clock was set, now ${sayOffset(value ?? 0)}`;
    case "flood":
      return "floods";
    case "broker":
      return `No broker: ${text}`;
    default:
      return kind;
  }
}

function sayOffset(seconds: number): string {
  const size = Math.abs(seconds).toFixed(1);
  return size === "0.0" ? "right" : `${size} s ${seconds < 0 ? "behind" : "ahead"}`;
}

/** `for 5 min` while it lasts, `lasted 4 s` after that; empty for what has no length. */
export function sayLength({ begin, end }: Pick<TagEvent, "begin" | "end">, now: number): string {
  if (end === null) return now - begin < 1 ? "just now" : `for ${formatDuration(Math.floor(now - begin))}`;
  return end > begin ? `lasted ${formatDuration(end - begin)}` : "";
}

/** By tag the most severe limit that is exceeded now. */
export function lastingLevels(events: readonly TagEvent[]): ReadonlyMap<string, Level> {
  const order: readonly Level[] = ["hi", "lo", "hihi", "lolo"];
  const found = new Map<string, Level>();
  for (const level of order)
    for (const event of events) if (event.end === null && event.kind === level) found.set(event.tag, level);
  return found;
}
