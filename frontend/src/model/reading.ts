/** Reading: a value of a tag as people read it: a number with the tag's decimals, or the name of a state. Pure. */

import type { Stats } from "../data/stats";
import { formatValue } from "../format";
import type { Kind } from "../protocol/tags";
import { visible } from "../text";

interface Readable {
  readonly kind: Kind;
  readonly states: readonly string[];
  readonly decimals: number | undefined;
}

/** Without the unit; NaN is "–". */
export function readingText({ kind, states, decimals }: Readable, value: number): string {
  const state = kind === "number" || Number.isNaN(value) ? undefined : states[value];
  return state === undefined ? formatValue(value, kind === "number" ? decimals : undefined) : visible(state);
}

interface Summed extends Readable {
  readonly stats: Stats;
}

/** With one more decimal than the values; empty for states. */
export function meanText({ kind, decimals, stats }: Summed): string {
  return kind === "number" ? formatValue(stats.mean, decimals === undefined ? undefined : decimals + 1) : "";
}

/** As the mean; empty for states. */
export function deviationText({ kind, decimals, stats }: Summed): string {
  if (kind !== "number") return "";
  return decimals === undefined
    ? formatValue(Number(stats.deviation.toPrecision(3)))
    : formatValue(stats.deviation, decimals + 1);
}
