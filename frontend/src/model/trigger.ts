/** Trigger: what the server waits for, for everybody; and the form that sets one. Pure. */

import { asText, type JsonObject, maybeNumber } from "../protocol/json";

/**
 * `rises`, `falls`: the edge, from one side of the level to the other. `above`, `below`: the level, also if a value is
 * already beyond it; then not again before it was back. `changes`: another value, or the one that is named. `event`:
 * an event begins. `expression`: a condition over several tags becomes true.
 */
export const CONDITIONS = ["rises", "falls", "above", "below", "changes", "event", "expression"] as const;
export type Condition = (typeof CONDITIONS)[number];
export const LEVEL_CONDITIONS: readonly Condition[] = ["rises", "falls", "above", "below"];

export interface Trigger {
  readonly id: number;
  readonly name: string;
  /** What it waits for, in the server's words. */
  readonly says: string;
  readonly before: number;
  readonly after: number;
  readonly isOnce: boolean;
  readonly isArmed: boolean;
  readonly fired: number;
  /** All that was asked for, to ask for it again. */
  readonly wanted: JsonObject;
}

/** As a person writes it, with a point or a comma; NaN = nothing, or no number. */
export function parseLevel(text: string): number {
  return text.trim() === "" ? NaN : Number(text.replace(",", "."));
}

/** A level that a trigger waits for, on the charts of its tag. */
export interface TriggerLevel {
  /** Of the trigger; `DRAFT` = the one in the form. */
  readonly id: number;
  readonly tag: string;
  readonly value: number;
  /** `rises through` or another, short. */
  readonly says: string;
  readonly isArmed: boolean;
  readonly isMovable: boolean;
}

export const DRAFT = -1;
const SIGNS: Readonly<Partial<Record<Condition, string>>> = { rises: "↗", falls: "↘", above: ">", below: "<" };

/** The level of a trigger that has one; `null` = it waits for something else. */
export function levelOf(id: number, wanted: JsonObject, isArmed: boolean, isMovable: boolean): TriggerLevel | null {
  const condition = CONDITIONS.find((one) => one === wanted["condition"]);
  const [tag, value] = [asText(wanted["tag"]), maybeNumber(wanted["level"])];
  const says = condition === undefined ? undefined : SIGNS[condition];
  return says === undefined || tag === "" || value === null || !Number.isFinite(value)
    ? null
    : { id, tag, value, says, isArmed, isMovable };
}

/** A form's fields; seconds `before` and `after` the instant are kept. */
export interface TriggerForm {
  readonly name: string;
  readonly condition: Condition;
  readonly tag: string;
  readonly level: number;
  readonly to: string;
  readonly expression: string;
  readonly before: number;
  readonly after: number;
  readonly isOnce: boolean;
}

const LONGEST_SECONDS = 3600;
export const LONGEST_NAME = 80;
/** Tags in one capture, beside the trigger's own. */
export const MOST_TAGS = 64;

export function decodeTrigger(fields: JsonObject, id: number): Trigger {
  const { id: _, says, fired, ...wanted } = fields;
  return {
    id,
    wanted,
    says: asText(says),
    fired: maybeNumber(fired) ?? 0,
    name: asText(fields["name"]),
    before: maybeNumber(fields["before"]) ?? 0,
    after: maybeNumber(fields["after"]) ?? 0,
    isOnce: fields["once"] === true,
    isArmed: fields["armed"] === true,
  };
}

/** What is wrong with a form's fields, before the server is asked; `null` if nothing is. */
export function findProblem({ condition, tag, level, before, after }: TriggerForm): string | null {
  if (condition !== "expression" && tag === "") return "Choose the tag to wait on.";
  if (LEVEL_CONDITIONS.includes(condition) && !Number.isFinite(level))
    return "The level should be a number such as 22.5.";
  for (const seconds of [before, after]) {
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS))
      return `Seconds before and after should be 0 to ${LONGEST_SECONDS}.`;
  }
  return before + after === 0 ? "Keep some seconds before or after the instant." : null;
}

/** The body that sets a trigger; it captures these tags. */
export function triggerBody(wanted: TriggerForm, tags: readonly string[]): string {
  const { isOnce, level, expression, tag, ...rest } = wanted;
  return JSON.stringify({
    ...rest,
    once: isOnce,
    tags: tags.slice(0, MOST_TAGS).map(literal),
    ...(LEVEL_CONDITIONS.includes(wanted.condition) ? { level } : {}),
    ...(wanted.condition === "expression" ? { expression } : { tag }),
  });
}

/** A tag's name as a pattern that matches nothing else. */
export function literal(tag: string): string {
  return tag.replace(/[*?[]/g, "[$&]");
}
