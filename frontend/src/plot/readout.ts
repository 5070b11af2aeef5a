/**
 * Readout: what every line of a picture says at the instant under the mouse, for the box beside it. Pure; `valueAt` has
 * the values, as for the legend.
 */

import { type Reach, valueAt } from "../model/cursors";
import { markAt } from "./markers";
import type { Line, PanelTag, Scene } from "./scene";

export interface ReadoutRow {
  readonly tag: PanelTag;
  /** NaN = no value there. */
  readonly value: number;
  /** Whether no point about it was decimated away. */
  readonly isExact: boolean;
  /** What tells it from the tag's own running line, or what its point is; may be empty. */
  readonly note: string;
}

export interface Readout {
  /** On the picture's time axis. */
  readonly time: number;
  readonly rows: readonly ReadoutRow[];
}

/** Pixels about a mark at which the mouse is on it. */
const MARK_PIXELS = 6;

export function readoutAt(
  scene: Scene,
  time: number,
  find: (tag: string) => PanelTag,
  reach: (tag: PanelTag) => Reach,
): Readout {
  const seconds = (MARK_PIXELS * (scene.range.end - scene.range.start)) / scene.plotPixels;
  const copies = scene.copies.filter(({ copy }) => copy !== undefined && copy.words !== "");
  const rows = [...scene.lines, ...copies].map((line): ReadoutRow => {
    const tag = find(line.tag);
    const mark = line.marks === undefined ? null : markAt(line.marks, time, seconds);
    return {
      tag,
      value: mark?.value ?? valueIn(line, tag, time, reach(tag)),
      isExact: mark !== null || tag.isRaw(instant(time - line.taken.shift)),
      note: line.copy?.words ?? mark?.words ?? "",
    };
  });
  return { time, rows };
}

/** NaN outside the stretch that the line shows: a cycle ends where the next begins. */
function valueIn({ taken }: Line, tag: PanelTag, time: number, reach: Reach): number {
  const at = time - taken.shift;
  if (at < taken.range.start || at > taken.range.end) return NaN;
  return valueAt(tag.read(instant(at)), at, reach);
}

function instant(time: number): { readonly start: number; readonly end: number } {
  return { start: time, end: time };
}
