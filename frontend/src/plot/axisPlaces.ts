/** Axis places: where a value lies in a picture, and which axis and value lie at a place of it, in pixels. Pure. */

import type { Ends } from "../model/chartStyle";
import type { Axis } from "./axes";
import type { AxisGrip } from "./gestures";
import type { PlotBox, Scene } from "./scene";

type Placed = Pick<Scene, "plan" | "ends" | "style">;

/** The number axis beside the plot at a place of the element; `null` = none that can be moved. */
export function axisAt(scene: Placed, box: PlotBox, x: number, y: number): AxisGrip | null {
  if (scene.style.axes === "norm" || (x >= box.left && x <= box.left + box.width)) return null;
  const fraction = 1 - (y - box.top) / box.height;
  const side = x < box.left ? "left" : "right";
  const axis = scene.plan.axes.find(
    (one) => one.kind === "number" && one.side === side && fraction >= one.domain[0] && fraction <= one.domain[1],
  );
  if (axis === undefined) return null;
  const [from, to] = axis.domain;
  return {
    key: axis.key,
    ends: scene.ends.get(axis.name) ?? [0, 1],
    at: (fraction - from) / (to - from),
    pixels: (to - from) * box.height,
  };
}

/** The present ends of a value axis, as values; `null` where there is no such axis. */
export function endsOf({ plan, ends, style }: Placed, key: string): Ends | null {
  const axis = plan.axes.find((one) => one.key === key);
  const found = axis === undefined ? undefined : ends.get(axis.name);
  if (found === undefined) return null;
  return style.scale === "log" ? [10 ** found[0], 10 ** found[1]] : found;
}

function axisOf({ plan, style }: Placed, tag: string): Axis | undefined {
  if (style.axes === "norm") return undefined; // each line has its own range there
  return plan.axes.find((one) => one.kind === "number" && one.tags.includes(tag));
}

export interface ValuePlace {
  /** Pixels from the element's top, inside the axis. */
  readonly y: number;
  /** 1 = the value lies above the axis, -1 = below it. */
  readonly beyond: -1 | 0 | 1;
}

/** Where a value of the tag is, or the edge of its axis that is nearest; `null` = it has no axis. */
export function placeOfValue(scene: Placed, box: PlotBox, tag: string, value: number): ValuePlace | null {
  const axis = axisOf(scene, tag);
  if (axis === undefined) return null;
  const [low, high] = scene.ends.get(axis.name) ?? [0, 1];
  const at = ((scene.style.scale === "log" ? Math.log10(value) : value) - low) / (high - low);
  if (Number.isNaN(at)) return null;
  const [from, to] = axis.domain;
  const inside = Math.min(1, Math.max(0, at));
  return { y: box.top + (1 - from - inside * (to - from)) * box.height, beyond: at > 1 ? 1 : at < 0 ? -1 : 0 };
}

/** The tag's value at so many pixels from the element's top, rounded to what a pixel can tell; inside its axis. */
export function valueAtPlace(scene: Placed, box: PlotBox, tag: string, y: number): number | null {
  const axis = axisOf(scene, tag);
  if (axis === undefined) return null;
  const [low, high] = scene.ends.get(axis.name) ?? [0, 1];
  const [from, to] = axis.domain;
  const at = Math.min(1, Math.max(0, (1 - (y - box.top) / box.height - from) / (to - from)));
  const value = low + at * (high - low);
  if (scene.style.scale === "log") return Number((10 ** value).toPrecision(3));
  const step = 10 ** Math.floor(Math.log10((high - low) / ((to - from) * box.height)));
  return Number((Math.round(value / step) * step).toPrecision(12));
}
