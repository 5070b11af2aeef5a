/** The server's first message: who it is, its limits and its zone, and as whom it knows us. */

import { asText, fieldsOf, items, type Json, type JsonObject, maybeNumber, number, object, texts } from "./json";

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

/** Minutes that a zone is ahead of UTC, `since` an instant (POSIX seconds). */
export interface Offset {
  readonly since: number;
  readonly minutes: number;
}

export function decodeHello(fields: JsonObject): Hello {
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
