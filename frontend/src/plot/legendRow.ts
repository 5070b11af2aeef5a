/** Legend row: sums up one tag over a stretch. */

import type { Range } from "../data/segment";
import { summarise } from "../data/stats";
import { type ChartStyle, isStepped } from "../model/chartStyle";
import { type Reach, valueAt } from "../model/cursors";
import { gapAfter } from "../model/freshness";
import type { LegendRow } from "./legend";
import type { PanelTag } from "./scene";

/** How far a value of the tag reaches, as the chart draws it. */
export function reachOf(tag: PanelTag, { line, gaps }: ChartStyle): Reach {
  return {
    isStepped: isStepped(tag.kind, line),
    gapSeconds: gapAfter(tag, gaps),
    heldUntil: tag.kind === "number" ? -Infinity : tag.heldUntil,
  };
}

export function legendRow(
  tag: PanelTag,
  range: Range,
  reach: Reach,
  isHidden: boolean,
  measured: Pick<LegendRow, "hover" | "isHoverExact" | "a" | "b" | "difference">,
): LegendRow {
  const { unit, kind, states, ink } = tag;
  const points = tag.read(range);
  const held = summarise(points, range, reach.gapSeconds);
  // Decimated points know the extremes and no mean: only the server can tell it.
  const stats = tag.isRaw(range) ? held : { ...held, mean: NaN, deviation: NaN, ...tag.statistics(range) };
  const shown = stats.count === 0 ? [] : [stats.min, stats.max];
  const end = tag.heldUntil === -Infinity ? range.end : Math.min(range.end, tag.heldUntil);
  return {
    tag: tag.tag,
    unit,
    kind,
    states,
    decimals: tag.decimals(shown),
    ink,
    stats,
    isHidden,
    last: kind === "number" ? (stats.count > 0 ? stats.last : NaN) : valueAt(points, end, reach),
    ...measured,
  };
}
