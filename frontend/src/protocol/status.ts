/** How the server is: its broker, what it holds and since when, its counters. */

import {
  asText,
  fieldsOf,
  isObject,
  items,
  type Json,
  type JsonObject,
  maybeNumber,
  number,
  object,
  texts,
} from "./json";

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

const BROKER_STATES: readonly BrokerState[] = ["off", "connecting", "connected", "refused", "lost"];

export function decodeStatus(fields: JsonObject): Status {
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
