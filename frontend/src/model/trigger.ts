/**
 * Trigger: what to wait for on one tag, and the detector that waits. Pure; reads no clock, gets points in order of
 * time.
 */

import type { Segment } from "../data/segment";
import { asText, isObject, items, type Json, maybeNumber } from "../protocol/json";

/**
 * `rises`, `falls`: the value crosses the level. `above`, `below`: the value is beyond the level, also if it was from
 * the start; fires again only after it has been back. `changes`: another value than before, or the named one.
 */
export const CONDITIONS = ["rises", "falls", "above", "below", "changes"] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface Trigger {
  readonly id: number;
  readonly name: string;
  readonly tag: string;
  readonly condition: Condition;
  /** For all conditions but `changes`. */
  readonly level: number;
  /** For `changes`: the state to wait for; empty = any. */
  readonly to: string;
  /** Seconds kept from before and after the instant. */
  readonly before: number;
  readonly after: number;
  /** Whether it waits again after each capture. */
  readonly isRepeating: boolean;
  readonly isArmed: boolean;
}

export const MOST_TRIGGERS = 10;
const LONGEST_SECONDS = 3600;
export const LONGEST_NAME = 80;

/** `rises through 5`, `is above 5`, `becomes FAULT`, `changes`. */
export function sayCondition({ condition, level, to }: Pick<Trigger, "condition" | "level" | "to">): string {
  switch (condition) {
    case "rises":
    case "falls":
      return `${condition} through ${level}`;
    case "above":
    case "below":
      return `is ${condition} ${level}`;
    case "changes":
      return to === "" ? "changes" : `becomes ${to}`;
  }
}

/** Waits on one tag for one trigger. */
export class Detector {
  /** The value before the next one; NaN = unknown. */
  #previous: number;
  #judgedUntil: number;
  /** Whether the value was beyond the level last time. */
  #isBeyond = false;

  /** `last`: the newest point held already; only later points can fire. */
  constructor(
    private readonly trigger: Pick<Trigger, "condition" | "level" | "to">,
    last: { readonly time: number; readonly value: number } | null,
  ) {
    this.#previous = last?.value ?? NaN;
    this.#judgedUntil = last?.time ?? -Infinity;
  }

  get judgedUntil(): number {
    return this.#judgedUntil;
  }

  /**
   * Judges newer points; returns the time of the first that fires, having judged up to it; `null` = none. `names`: of
   * the states, `null` for numbers. A state without a name so far waits, with all points after it.
   */
  observe({ times, values }: Segment, names: readonly string[] | null): number | null {
    for (let index = 0; index < times.length; index++) {
      const time = times[index]!;
      const value = values[index]!;
      if (time <= this.#judgedUntil) continue;
      if (names !== null && value >= names.length) return null;
      this.#judgedUntil = time;
      if (Number.isNaN(value)) continue;
      const isFiring = this.#fires(value, names);
      this.#previous = value;
      if (isFiring) return time;
    }
    return null;
  }

  /** Skips all points up to `time`: what happens during a capture does not start another. */
  skipTo(time: number): void {
    this.#judgedUntil = Math.max(this.#judgedUntil, time);
  }

  #fires(value: number, names: readonly string[] | null): boolean {
    const { condition, level, to } = this.trigger;
    switch (condition) {
      case "rises":
        return this.#previous < level && value >= level;
      case "falls":
        return this.#previous > level && value <= level;
      case "above":
        return this.#enters(value > level);
      case "below":
        return this.#enters(value < level);
      case "changes":
        return (
          !Number.isNaN(this.#previous) &&
          value !== this.#previous &&
          (to === "" || names?.[value] === to || String(value) === to)
        );
    }
  }

  #enters(isBeyond: boolean): boolean {
    const wasBeyond = this.#isBeyond;
    this.#isBeyond = isBeyond;
    return isBeyond && !wasBeyond;
  }
}

/** A checked trigger from a form's or a stored trigger's fields, or what is wrong with them. */
export function checkTrigger(trigger: Trigger): Trigger | string {
  if (trigger.tag === "") return "Choose the tag to wait on.";
  if (trigger.condition !== "changes" && !Number.isFinite(trigger.level))
    return "The level should be a number such as 22.5.";
  for (const seconds of [trigger.before, trigger.after]) {
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS))
      return `Seconds before and after should be 0 to ${LONGEST_SECONDS}.`;
  }
  if (trigger.before + trigger.after === 0) return "Keep some seconds before or after the instant.";
  return { ...trigger, name: trigger.name.trim().slice(0, LONGEST_NAME) };
}

export function writeTriggers(triggers: readonly Trigger[]): string {
  return JSON.stringify(triggers);
}

/** The stored triggers, without invalid ones. */
export function readTriggers(text: string | null): Trigger[] {
  let stored: Json;
  try {
    stored = JSON.parse(text ?? "[]") as Json;
  } catch {
    return [];
  }
  const triggers = items(stored).flatMap(readTrigger).slice(0, MOST_TRIGGERS);
  return triggers.map((trigger, index) => ({ ...trigger, id: index + 1 }));
}

function readTrigger(stored: Json): Trigger[] {
  if (!isObject(stored)) return [];
  const condition = CONDITIONS.find((one) => one === stored["condition"]);
  const [level, before, after] = ["level", "before", "after"].map((key) => maybeNumber(stored[key]) ?? NaN);
  if (condition === undefined) return [];
  const words = { name: asText(stored["name"]), tag: asText(stored["tag"]), to: asText(stored["to"]) };
  const checked = checkTrigger({
    id: 0,
    ...words,
    condition,
    level: level!,
    before: before!,
    after: after!,
    isRepeating: stored["isRepeating"] === true,
    isArmed: stored["isArmed"] === true,
  });
  return typeof checked === "string" ? [] : [checked];
}
