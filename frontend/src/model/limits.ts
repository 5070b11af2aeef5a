/**
 * Limits: `lolo lo hi hihi` of each tag, from the device's meta or set on this page; and which one a value exceeds.
 * Pure.
 *
 * At most `MOST_LIMITED` tags have limits set on the page; above that, setting one changes nothing.
 */

import type { Meta } from "../protocol/messages";

export const LEVELS = ["hihi", "hi", "lo", "lolo"] as const;
export type Level = (typeof LEVELS)[number];
export type LimitSet = Readonly<Partial<Record<Level, number>>>;
/** What was set on this page: a number replaces the device's limit, `null` removes it. */
type OwnLimits = Readonly<Partial<Record<Level, number | null>>>;

const MOST_LIMITED = 500;

export function effectiveLimits(meta: Meta, own: OwnLimits | undefined): LimitSet {
  const limits: Partial<Record<Level, number>> = {};
  for (const level of LEVELS) {
    const value = own?.[level] === undefined ? meta[level] : own[level];
    if (typeof value === "number" && Number.isFinite(value)) limits[level] = value;
  }
  return limits;
}

export function hasLimits(limits: LimitSet): boolean {
  return LEVELS.some((level) => limits[level] !== undefined);
}

/** The most severe limit that `value` exceeds; a value equal to its limit does not. NaN exceeds none. */
export function judgeLimits(value: number, limits: LimitSet): Level | null {
  if (value > (limits.hihi ?? Infinity)) return "hihi";
  if (value < (limits.lolo ?? -Infinity)) return "lolo";
  if (value > (limits.hi ?? Infinity)) return "hi";
  if (value < (limits.lo ?? -Infinity)) return "lo";
  return null;
}

export function isSevere(level: Level): boolean {
  return level === "hihi" || level === "lolo";
}

export type OwnLimitsByTag = ReadonlyMap<string, OwnLimits>;

/** Sets `level` of `tag` to `value`; `undefined` restores the device's. */
export function withLimit(
  all: OwnLimitsByTag,
  tag: string,
  level: Level,
  value: number | null | undefined,
): OwnLimitsByTag {
  const { [level]: _, ...others } = all.get(tag) ?? {};
  const own: OwnLimits = value === undefined ? others : { ...others, [level]: value };
  const changed = new Map(all);
  if (Object.keys(own).length === 0) changed.delete(tag);
  else if (changed.has(tag) || changed.size < MOST_LIMITED) changed.set(tag, own);
  return changed;
}

/** A person's input: a number (decimal comma allowed), empty = none; `undefined` if neither. */
export function parseLimit(text: string): number | null | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

export function writeLimits(all: OwnLimitsByTag): string {
  return JSON.stringify([...all]);
}

/** Reads what `writeLimits` wrote, without what has another shape. */
export function readLimits(text: string | null): OwnLimitsByTag {
  const found = new Map<string, OwnLimits>();
  for (const entry of parseList(text)) {
    if (!Array.isArray(entry) || typeof entry[0] !== "string" || typeof entry[1] !== "object" || entry[1] === null)
      continue;
    const fields = entry[1] as Readonly<Record<string, unknown>>;
    const own: Partial<Record<Level, number | null>> = {};
    for (const level of LEVELS) {
      const value = fields[level];
      if (value === null || (typeof value === "number" && Number.isFinite(value))) own[level] = value;
    }
    if (Object.keys(own).length > 0 && found.size < MOST_LIMITED) found.set(entry[0], own);
  }
  return found;
}

function parseList(text: string | null): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(parsed) ? (parsed as unknown[]) : [];
  } catch {
    return [];
  }
}

/** The range of the data, widened to limits nearby: those no farther away than the data's own height. */
export function reachLimits([low, high]: readonly [number, number], sets: readonly LimitSet[]): [number, number] {
  const reach = high > low ? high - low : Math.max(Math.abs(high) * 0.1, 1);
  const near = sets
    .flatMap((limits) => LEVELS.flatMap((level) => limits[level] ?? []))
    .filter((value) => value >= low - reach && value <= high + reach);
  return [Math.min(low, ...near), Math.max(high, ...near)];
}
