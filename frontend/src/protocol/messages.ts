/**
 * Messages: the JSON half of the protocol, control frames of `docs/protocol.md` to values, and back. Knows nothing of
 * sockets.
 *
 * Strict where a wrong value would mislead (a tag without id, a time that is no number), tolerant where version 1 may
 * grow.
 */

import { decodeHello, type Hello } from "./hello";
import { asText, type JsonObject, maybeNumber, number, numbers, parseObject, texts } from "./json";
import { decodeLedger, type LedgerFrame } from "./ledgers";
import { decodeStatus, type Status } from "./status";
import { decodeTags, type TagsFrame } from "./tags";
import { decodeVerdicts, type VerdictsFrame } from "./verdicts";

export type Control =
  | Hello
  | TagsFrame
  | Status
  | { readonly type: "following"; readonly ids: readonly number[]; readonly unknown: readonly string[] }
  | { readonly type: "error"; readonly code: string; readonly message: string; readonly request: number | null }
  | VerdictsFrame
  | LedgerFrame
  | { readonly type: "event"; readonly time: number; readonly kind: string; readonly fields: JsonObject };

export interface Follow {
  readonly tags: readonly string[];
  readonly window: number | null;
  readonly points: number | null;
  readonly epoch?: string;
  readonly next?: Readonly<Record<string, number>>;
}

interface RangeRequest {
  readonly request: number;
  readonly tag: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly points: number | null;
}

/**
 * Text message to control frame; `null` for a type this version does not know. Throws `WireError` if it breaks the
 * protocol.
 */
export function decodeControl(text: string): Control | null {
  const fields = parseObject(text);
  switch (fields["type"]) {
    case "hello":
      return decodeHello(fields);
    case "tags":
      return decodeTags(fields);
    case "status":
      return decodeStatus(fields);
    case "following":
      return { type: "following", ids: numbers(fields["ids"]), unknown: texts(fields["unknown"]) };
    case "error":
      return {
        type: "error",
        code: asText(fields["code"]),
        message: asText(fields["message"]),
        request: maybeNumber(fields["request"]),
      };
    case "verdicts":
      return decodeVerdicts(fields);
    case "event":
      return { type: "event", time: number(fields, "time"), kind: asText(fields["kind"]), fields };
    default:
      return decodeLedger(fields);
  }
}

/**
 * `follow` as text. Build `next` with `Object.fromEntries`, so that a tag called `__proto__` is an ordinary key in it.
 */
export function encodeFollow(follow: Follow): string {
  return JSON.stringify({ type: "follow", ...follow });
}

export function encodeRange(range: RangeRequest): string {
  return JSON.stringify({ type: "range", ...range });
}

/** Turns the stream of verdicts on or off. */
export function encodeWatch(isOn: boolean): string {
  return JSON.stringify({ type: "verdicts", on: isOn });
}
