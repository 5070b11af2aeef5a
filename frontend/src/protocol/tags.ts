/** Which tags there are, and what is known of each but its values. */

import { asText, isObject, items, type Json, type JsonObject, number, numbers, object, texts } from "./json";

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

export interface TagsFrame {
  readonly type: "tags";
  readonly full: boolean;
  /** The next tags frame goes on with what this one tells. */
  readonly more: boolean;
  readonly gone: readonly number[];
  readonly tags: readonly TagInfo[];
}

export function decodeTags(fields: JsonObject): TagsFrame {
  return {
    type: "tags",
    full: fields["full"] === true,
    more: fields["more"] === true,
    gone: numbers(fields["gone"]),
    tags: items(fields["tags"]).map(decodeTag),
  };
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
