/** JSON: parses untrusted JSON, and reads it field by field. Throws `WireError` if a required value is wrong. */

import { WireError } from "./frames";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function parseObject(text: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new WireError(`expected a JSON object, got ${JSON.stringify(text.slice(0, 40))}`);
  }
  return object(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function object(value: Json): JsonObject {
  if (!isObject(value)) throw new WireError(`expected a JSON object, got ${excerpt(value)}`);
  return value;
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function items(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function numbers(value: Json | undefined): number[] {
  return items(value).filter((item): item is number => typeof item === "number");
}

export function texts(value: Json | undefined): string[] {
  return items(value).filter((item): item is string => typeof item === "string");
}

export function number(fields: JsonObject, key: string): number {
  const value = fields[key];
  if (typeof value !== "number") throw new WireError(`expected a number in '${key}', got ${excerpt(value)}`);
  return value;
}

export function maybeNumber(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

export function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function excerpt(value: Json | undefined): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 40);
}
