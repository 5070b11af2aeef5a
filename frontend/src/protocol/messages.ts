/**
 * Messages: the JSON half of the protocol, control frames of `docs/protocol.md` to values, and back. Knows nothing of
 * sockets.
 *
 * Strict where a wrong value would mislead (a tag without id, a time that is no number), tolerant where version 1 may
 * grow.
 */

import {
  asText,
  fieldsOf,
  isObject,
  items,
  type Json,
  type JsonObject,
  maybeNumber,
  number,
  numbers,
  object,
  parseObject,
  texts,
} from "./json";
import { decodeLedger, type LedgerFrame } from "./ledgers";
import { decodeVerdicts, type VerdictsFrame } from "./verdicts";

export type Kind = "number" | "boolean" | "state";

export interface Meta {
  readonly label?: string;
  readonly lo?: number;
  readonly hi?: number;
  readonly lolo?: number;
  readonly hihi?: number;
  readonly decimals?: number;
  readonly interval?: number;
}

export interface TagInfo {
  readonly id: number;
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
  readonly meta: Meta;
}

interface ServerLimits {
  readonly maxPoints: number | null;
  readonly maxAge: number | null;
  readonly maxTags: number | null;
  readonly maxMemory: number | null;
  readonly maxFollow: number;
  readonly maxFrame: number;
  readonly maxRangePoints: number;
}

/** Each role may also do what those before it may. */
export const ROLES = ["view", "write", "admin"] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  /** Empty = nobody has logged in. */
  readonly name: string;
  readonly role: Role;
  /** Whether the server has users, who log in and out. */
  readonly hasLogin: boolean;
}

export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly version: string;
  readonly epoch: string;
  readonly time: number;
  readonly limits: ServerLimits;
  readonly topics: readonly string[];
  /** The server's own zone: oldest first, each entry is valid until the next. */
  readonly zone: readonly Offset[];
  readonly user: User;
}

export interface TagsFrame {
  readonly type: "tags";
  readonly full: boolean;
  readonly gone: readonly number[];
  readonly tags: readonly TagInfo[];
}

type BrokerState = "off" | "connecting" | "connected" | "refused" | "lost";

interface Subscription {
  readonly topic: string;
  readonly granted: boolean;
  readonly reason: string;
}

export interface Status {
  readonly type: "status";
  readonly time: number;
  readonly broker: {
    readonly state: BrokerState;
    readonly text: string;
    readonly since: number | null;
    readonly subscriptions: readonly Subscription[];
    /** What the broker tells of itself, where it does. */
    readonly health: Readonly<Record<string, number | string>>;
  };
  readonly tags: number;
  readonly points: number;
  readonly bytes: number;
  readonly rate: number;
  readonly holds: number | null;
  /** The oldest time of which anything is held, in outline too. */
  readonly since: number | null;
  /** The time from which on every point of every tag is held; `null` while nothing is. */
  readonly pointsSince: number | null;
  readonly counters: Readonly<Record<string, number>>;
  /** What a person should know of the set-up, a sentence each. */
  readonly advice: readonly string[];
}

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
      return {
        type: "tags",
        full: fields["full"] === true,
        gone: numbers(fields["gone"]),
        tags: items(fields["tags"]).map(decodeTag),
      };
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

function decodeHello(fields: JsonObject): Hello {
  const limits = object(fields["limits"] ?? {});
  return {
    type: "hello",
    protocol: number(fields, "protocol"),
    version: asText(fields["version"]),
    epoch: asText(fields["epoch"]),
    time: number(fields, "time"),
    limits: {
      maxPoints: maybeNumber(limits["max_points"]),
      maxAge: maybeNumber(limits["max_age"]),
      maxTags: maybeNumber(limits["max_tags"]),
      maxMemory: maybeNumber(limits["max_memory"]),
      maxFollow: maybeNumber(limits["max_follow"]) ?? 500,
      maxFrame: maybeNumber(limits["max_frame"]) ?? 16384,
      maxRangePoints: maybeNumber(limits["max_range_points"]) ?? 100000,
    },
    topics: texts(fields["topics"]),
    zone: items(fields["zone"]).flatMap(decodeOffset),
    user: decodeUser(fieldsOf(fields["user"])),
  };
}

/** A server that says nothing of users has none: everybody may do everything. */
function decodeUser(fields: JsonObject): User {
  const said = fields["role"] ?? "admin";
  const role = ROLES.find((one) => one === said) ?? "view";
  return { name: asText(fields["name"]), role, hasLogin: fields["login"] === true };
}

function decodeOffset(item: Json): Offset[] {
  const [since, seconds] = items(item);
  return typeof since === "number" && typeof seconds === "number" ? [{ since, minutes: Math.round(seconds / 60) }] : [];
}

function decodeTag(item: Json): TagInfo {
  const fields = object(item);
  const kind = fields["kind"];
  return {
    id: number(fields, "id"),
    tag: asText(fields["tag"]),
    unit: asText(fields["unit"]),
    kind: kind === "boolean" || kind === "state" ? kind : "number",
    states: texts(fields["states"]),
    meta: decodeMeta(fields["meta"]),
  };
}

function decodeMeta(value: Json | undefined): Meta {
  if (!isObject(value)) return {};
  const meta: { -readonly [K in keyof Meta]: Meta[K] } = {};
  if (typeof value["label"] === "string") meta.label = value["label"];
  for (const key of ["lo", "hi", "lolo", "hihi", "decimals", "interval"] as const) {
    const entry = value[key];
    if (typeof entry === "number") meta[key] = entry;
  }
  return meta;
}

const BROKER_STATES: readonly BrokerState[] = ["off", "connecting", "connected", "refused", "lost"];

function decodeStatus(fields: JsonObject): Status {
  const broker = object(fields["broker"] ?? {});
  return {
    type: "status",
    time: number(fields, "time"),
    broker: {
      state: BROKER_STATES.find((state) => state === broker["state"]) ?? "connecting",
      text: asText(broker["text"]),
      since: maybeNumber(broker["since"]),
      subscriptions: items(broker["subscriptions"]).map(decodeSubscription),
      health: decodeHealth(broker["health"]),
    },
    tags: maybeNumber(fields["tags"]) ?? 0,
    points: maybeNumber(fields["points"]) ?? 0,
    bytes: maybeNumber(fields["bytes"]) ?? 0,
    rate: maybeNumber(fields["rate"]) ?? 0,
    holds: maybeNumber(fields["holds"]),
    since: maybeNumber(fields["since"]),
    pointsSince: maybeNumber(fields["points_since"]),
    counters: decodeCounters(fields["counters"]),
    advice: texts(fields["advice"] ?? []),
  };
}

function decodeSubscription(item: Json): Subscription {
  const fields = object(item);
  return { topic: asText(fields["topic"]), granted: fields["granted"] === true, reason: asText(fields["reason"]) };
}

function decodeHealth(value: Json | undefined): Record<string, number | string> {
  const pairs = Object.entries(fieldsOf(value)).filter(
    (pair): pair is [string, number | string] => typeof pair[1] === "number" || typeof pair[1] === "string",
  );
  return Object.fromEntries(pairs);
}

function decodeCounters(value: Json | undefined): Record<string, number> {
  if (!isObject(value)) return {};
  const pairs = Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === "number");
  return Object.fromEntries(pairs);
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

/** Minutes that a zone is ahead of UTC, `since` an instant (POSIX seconds). */
export interface Offset {
  readonly since: number;
  readonly minutes: number;
}
