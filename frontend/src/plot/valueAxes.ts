/**
 * Value axes: the ends of each. Remembers the previous ends, so that an axis stands still while its data moves a
 * little.
 */

import { firstAfter, firstAtOrAfter, type Range, type Segment } from "../data/segment";
import { type AxisScale, type ChartStyle, type Ends, fixedEnds } from "../model/chartStyle";
import { reachLimits } from "../model/limits";
import { type Axis, type AxisPlan, NORM_UNIT } from "./axes";
import { nextEnds } from "./axisRange";
import type { Line } from "./scene";

const BOOLEAN_AIR = 0.25;

export class ValueAxes {
  #before = new Map<string, Ends>();
  #own = new Map<string, Ends>();

  /** Each line over its own range, from 0 to 100 %; states and booleans stay as they are. */
  normalise(lines: readonly Line[], range: Range): Line[] {
    const kept = new Map<string, Ends>();
    const scaled = lines.map((line) => {
      if (line.kind !== "number") return line;
      const key = `${line.tag} ${line.copy?.key ?? ""}`;
      const extremes = extremesOf([line], range, false);
      const before = this.#own.get(key) ?? null;
      const [low, high] = extremes === null ? (before ?? [0, 1]) : nextEnds(before, extremes[0], extremes[1]);
      kept.set(key, [low, high]);
      const { limits: _, marks: __, ...plain } = line;
      return { ...plain, values: line.values.map((value) => (100 * (value - low)) / (high - low)) };
    });
    this.#own = kept;
    return scaled;
  }

  /** Ends of each axis by its name. Forgets axes that are gone or have another unit. */
  place(plan: AxisPlan, lines: readonly Line[], range: Range, style: ChartStyle): Map<string, Ends> {
    const kept = new Map<string, Ends>();
    const found = new Map(plan.axes.map((axis) => [axis.name, this.#ends(axis, lines, range, style, kept)]));
    this.#before = kept;
    return found;
  }

  #ends(axis: Axis, lines: readonly Line[], range: Range, style: ChartStyle, kept: Map<string, Ends>): Ends {
    if (axis.kind === "state") return [0, 1];
    if (axis.unit === NORM_UNIT && style.axes === "norm") return [0, 100];
    if (axis.kind !== "number") return [-BOOLEAN_AIR, Math.max(1, axis.labels.length - 1) + BOOLEAN_AIR];
    const fixed = fixedEnds(style, axis.key);
    if (fixed !== null) return fixed;
    const key = `${style.scale} ${axis.key}`;
    const before = this.#before.get(key) ?? null;
    const extremes = extremesOn(axis, lines, range, style.scale);
    const ends = extremes === null ? (before ?? [0, 1]) : nextEnds(before, extremes[0], extremes[1]);
    if (extremes !== null || before !== null) kept.set(key, ends);
    return ends;
  }
}

function extremesOn(
  axis: Axis,
  lines: readonly Line[],
  range: Range,
  scale: AxisScale,
): readonly [number, number] | null {
  const own = lines.filter(({ tag }) => axis.tags.includes(tag));
  const lastKnown = own.flatMap(({ marks }) => marks?.retained ?? []);
  const extremes = extremesOf(own, range, scale === "log") ?? extremesOf(lastKnown, range, scale === "log");
  return extremes === null || scale === "log"
    ? extremes
    : reachLimits(
        extremes,
        own.map(({ limits }) => limits ?? {}),
      );
}

/**
 * The lowest and highest value inside the range, or of all points if none lies inside, in the axis' own coordinates
 * (exponents of ten if logarithmic); `null` without any.
 */
function extremesOf(lines: readonly Segment[], range: Range, isLogarithmic: boolean): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { times, values } of lines) {
    const from = firstAtOrAfter(times, range.start);
    const to = firstAfter(times, range.end);
    const isInside = to > from;
    for (let index = isInside ? from : 0; index < (isInside ? to : times.length); index++) {
      const value = isLogarithmic ? Math.log10(values[index]!) : values[index]!;
      if (value === -Infinity) continue; // a logarithmic axis has no zero
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}
