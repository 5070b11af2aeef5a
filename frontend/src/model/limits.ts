/** Limits: `lolo lo hi hihi` of each tag, as the server has them from the device or from an admin. Pure. */

import { fieldsOf, type Json, maybeNumber } from "../protocol/json";
import type { Meta } from "../protocol/tags";

export const LEVELS = ["hihi", "hi", "lo", "lolo"] as const;
export type Level = (typeof LEVELS)[number];
export type LimitSet = Readonly<Partial<Record<Level, number>>>;

/** What can be set of a tag: its limits, how far a value must be back, and for how long it must last, in seconds. */
export const SETTINGS = [...LEVELS, "deadband", "on_delay", "off_delay"] as const;
export type Setting = (typeof SETTINGS)[number];
export type Settings = Readonly<Partial<Record<Setting, number>>>;

export const SETTING_NAMES: Readonly<Record<Setting, string>> = {
  hihi: "hihi",
  hi: "hi",
  lo: "lo",
  lolo: "lolo",
  deadband: "dead band",
  on_delay: "delay on, s",
  off_delay: "delay off, s",
};

/** The limits of a tag: what an admin has set here, and what its device says. */
export interface TagLimits {
  readonly set: Settings;
  readonly device: Settings;
  /** What was set that the page does not show (states that matter, limits taken away): it stays as it is. */
  readonly other: { readonly [name: string]: Json };
}

export function decodeTagLimits(value: Json): TagLimits {
  const fields = fieldsOf(value);
  const set = fieldsOf(fields["set"]);
  const other = Object.entries(set).filter(([name, one]) => typeof one !== "number" || !isSetting(name));
  return { set: readSettings(set), device: readSettings(fields["device"]), other: Object.fromEntries(other) };
}

function isSetting(name: string): name is Setting {
  return SETTINGS.some((setting) => setting === name);
}

function readSettings(value: Json | undefined): Settings {
  const found: Partial<Record<Setting, number>> = {};
  for (const setting of SETTINGS) {
    const one = maybeNumber(fieldsOf(value)[setting]);
    if (one !== null) found[setting] = one;
  }
  return found;
}

/** The body that sets one of them; `null` gives it back to the device. */
export function changeBody({ set, other }: TagLimits, setting: Setting, value: number | null): string {
  const { [setting]: _, ...others } = set;
  const { [setting]: __, ...rest } = other;
  return JSON.stringify({ ...rest, ...others, ...(value === null ? {} : { [setting]: value }) });
}

export function limitsIn(meta: Meta): LimitSet {
  const limits: Partial<Record<Level, number>> = {};
  for (const level of LEVELS) {
    const value = meta[level];
    if (typeof value === "number" && Number.isFinite(value)) limits[level] = value;
  }
  return limits;
}

export function hasLimits(limits: LimitSet): boolean {
  return LEVELS.some((level) => limits[level] !== undefined);
}

export function isSevere(level: Level): boolean {
  return level === "hihi" || level === "lolo";
}

/** A person's input: a number (decimal comma allowed), empty = none; `undefined` when it is neither. */
export function parseLimit(text: string): number | null | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** From the lowest to the highest limit, with a tenth of air; `null` with fewer than two. */
export function limitEnds(sets: readonly LimitSet[]): [number, number] | null {
  const values = sets.flatMap((limits) => LEVELS.flatMap((level) => limits[level] ?? []));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? [low - 0.1 * (high - low), high + 0.1 * (high - low)] : null;
}

/** The range of the data, widened to limits nearby: those no farther away than the data's own height. */
export function reachLimits([low, high]: readonly [number, number], sets: readonly LimitSet[]): [number, number] {
  const reach = high > low ? high - low : Math.max(Math.abs(high) * 0.1, 1);
  const near = sets
    .flatMap((limits) => LEVELS.flatMap((level) => limits[level] ?? []))
    .filter((value) => value >= low - reach && value <= high + reach);
  return [Math.min(low, ...near), Math.max(high, ...near)];
}
