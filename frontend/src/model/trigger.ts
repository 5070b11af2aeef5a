/**
 * Trigger: what is waited for on one tag, and the detector that waits. Pure; reads no clock, is handed points in the order of time.
 */

import type { Segment } from "../data/segment";
import { asText, isObject, items, type Json, maybeNumber } from "../protocol/json";

/**
 * `rises`, `falls`: the edge, from one side of the level to the other. `above`, `below`: the level, also where a value is beyond it
 * already; then not again before it was back. `changes`: another value than before, or the one that is named.
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
  /** For `changes`: the state waited for; empty = any. */
  readonly to: string;
  /** Seconds kept from before and after the instant. */
  readonly before: number;
  readonly after: number;
  /** Waits again after each capture; else only for one. */
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
  /** The value before the next one; NaN = none is known. */
  #previous: number;
  #judgedUntil: number;
  /** Whether a level's value has been beyond it since the last firing. */
  #isBeyond = false;

  /** `last`: the newest point that is there already; only what follows can fire. */
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
   * Judges points that are newer than those judged; answers the time of the first that fires, having judged up to it; `null` = none.
   * `names`: of the states, `null` where values are numbers. A state whose name is not told yet is left for later, with all after it.
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

  /** Passes over all up to `time`: what happens while a capture is being made starts no other. */
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

/** A form's or a stored trigger's fields made good, or in words what is wrong with them. */
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

/** What was stored, without what is no good trigger. */
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
