/**
 * Axes: the y axis of each tag of a chart, and the place of that axis on the chart. Pure.
 *
 * Tags of one unit share an axis; two units share a pane, one at either side; a third unit opens the next pane below. A
 * state or two-state tag gets a strip of its own at the foot, with its states' names as labels. All panes share the
 * time axis.
 */

import type { AxisSharing } from "../model/chartStyle";
import type { Kind } from "../protocol/tags";

/** Heights of strips relative to a pane of numbers. */
const WEIGHTS: Readonly<Record<Kind, number>> = { number: 1, boolean: 0.22, state: 0.08 };
/** Pixels that a strip needs for the names of its states; strips take at most a part of the chart beside numbers. */
const LEAST_PIXELS: Readonly<Record<Kind, number>> = { number: 0, boolean: 30, state: 22 };
const MOST_STRIPS = 0.5;
const PANE_GAP = 0.035;
const MAX_LABELS = 12;
/** What an axis is called on which each line runs over its own range. */
export const NORM_UNIT = "% of own range";

export interface AxisTag {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
}

export interface Axis {
  /** Plotly's name of it: `y`, `y2`, … */
  readonly name: string;
  readonly kind: Kind;
  readonly unit: string;
  /** What fixed ends are kept by: the unit, or the tag where each has its own axis. */
  readonly key: string;
  /** The tags on it, in the order of the chart. */
  readonly tags: readonly string[];
  readonly side: "left" | "right";
  /** The axis it shares its pane with, if it is the pane's second. */
  readonly overlaying: string | null;
  /** Fractions of the chart's height, from the foot. */
  readonly domain: readonly [number, number];
  /** Names of the values 0, 1, 2 … of a state axis; empty for numbers. */
  readonly labels: readonly string[];
}

export interface AxisPlan {
  readonly axes: readonly Axis[];
  /** Axis name of each tag. */
  readonly axisOf: ReadonlyMap<string, string>;
}

interface Lane {
  readonly kind: Kind;
  readonly unit: string;
  readonly key: string;
  readonly tags: string[];
  readonly labels: readonly string[];
}

/** `plotHeight` in pixels; without it no strip is made higher than its share. */
export function planAxes(
  tags: readonly AxisTag[],
  sharing: AxisSharing = "unit",
  plotHeight: number = Infinity,
): AxisPlan {
  const panes = [...pairUp(numberLanes(tags, sharing)), ...strips(tags)];
  const domains = stack(
    panes.map((pane) => pane[0]!.kind),
    plotHeight,
  );
  const axes: Axis[] = [];
  panes.forEach((pane, index) => {
    const first = axisName(axes.length);
    pane.forEach((lane, position) => {
      axes.push({
        ...lane,
        name: axisName(axes.length),
        side: position === 0 ? "left" : "right",
        overlaying: position === 0 ? null : first,
        domain: domains[index]!,
      });
    });
  });
  return { axes, axisOf: new Map(axes.flatMap((axis) => axis.tags.map((tag) => [tag, axis.name] as const))) };
}

function axisName(index: number): string {
  return index === 0 ? "y" : `y${index + 1}`;
}

function numberLanes(tags: readonly AxisTag[], sharing: AxisSharing): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const { tag, unit, kind } of tags) {
    if (kind !== "number") continue;
    const key = sharing === "own" ? tag : sharing === "norm" ? NORM_UNIT : unit;
    const lane = lanes.get(key) ?? { kind, unit: sharing === "norm" ? NORM_UNIT : unit, key, tags: [], labels: [] };
    lane.tags.push(tag);
    lanes.set(key, lane);
  }
  return [...lanes.values()];
}

function pairUp(lanes: readonly Lane[]): Lane[][] {
  const panes: Lane[][] = [];
  for (let index = 0; index < lanes.length; index += 2) panes.push(lanes.slice(index, index + 2));
  return panes;
}

function strips(tags: readonly AxisTag[]): Lane[][] {
  return tags
    .filter(({ kind }) => kind !== "number")
    .map(({ tag, kind, unit, states }) => [{ kind, unit, key: tag, tags: [tag], labels: stateLabels(kind, states) }]);
}

function stateLabels(kind: Kind, states: readonly string[]): readonly string[] {
  if (kind === "boolean") return [states[0] ?? "0", states[1] ?? "1"];
  return states.slice(0, MAX_LABELS);
}

/** Domains from the top down, with a small gap between them; the first is the highest. */
function stack(kinds: readonly Kind[], plotHeight: number): (readonly [number, number])[] {
  const gap = kinds.length > 1 ? Math.min(PANE_GAP, 0.3 / (kinds.length - 1)) : 0;
  const heights = share(kinds, 1 - gap * (kinds.length - 1), plotHeight);
  let top = 1;
  return heights.map((height) => {
    const bottom = Math.max(0, top - height);
    const domain = [bottom, top] as const;
    top = bottom - gap;
    return domain;
  });
}

/** The height of each pane, of `usable` in all: by weight, a strip at least as high as its names. */
function share(kinds: readonly Kind[], usable: number, plotHeight: number): number[] {
  const total = kinds.reduce((sum, kind) => sum + WEIGHTS[kind], 0);
  const plain = kinds.map((kind) => (usable * WEIGHTS[kind]) / total);
  const hasNumbers = kinds.includes("number");
  if (!hasNumbers) return plain;
  const wanted = kinds.map((kind, index) =>
    kind === "number" ? 0 : Math.max(plain[index]!, LEAST_PIXELS[kind] / plotHeight),
  );
  const strips = wanted.reduce((sum, height) => sum + height, 0);
  const squeeze = Math.min(1, (usable * MOST_STRIPS) / strips);
  const numbers = kinds.filter((kind) => kind === "number").length;
  return wanted.map((height) => (height === 0 ? (usable - strips * squeeze) / numbers : height * squeeze));
}
