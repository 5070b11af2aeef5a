/** Limit lines: the limits of a chart's tags as plotly's shapes, each with its name. Pure. */

import { formatValue } from "../../format";
import { isSevere, LEVELS, type Level, type LimitSet } from "../../model/limits";
import { leaf, plotlyText } from "../../text";
import { LIMITS } from "../colours";
import type { PlotAnnotation, PlotShape } from "../plotly";

export interface LimitedTag {
  readonly tag: string;
  readonly axis: string;
  /** The only tag on its axis. */
  readonly isAlone: boolean;
  /** Its axis is on the right, and so is its name. */
  readonly isRight?: boolean;
  readonly limits: LimitSet;
  /** On a logarithmic axis plotly places lines by value, but texts by logarithm. */
  readonly isLog?: boolean;
}

/** More lines than this would hide the data. */
const MOST_LINES = 32;

export function limitShapes(tags: readonly LimitedTag[]): { shapes: PlotShape[]; annotations: PlotAnnotation[] } {
  const lines = tags
    .flatMap((tag) =>
      LEVELS.flatMap((level) =>
        tag.limits[level] === undefined || (tag.isLog === true && tag.limits[level] <= 0)
          ? []
          : [{ ...tag, level, value: tag.limits[level] }],
      ),
    )
    .slice(0, MOST_LINES);
  return {
    shapes: lines.map(({ axis, level, value }) => ({
      type: "line",
      xref: "paper",
      x0: 0,
      x1: 1,
      yref: axis,
      y0: value,
      y1: value,
      layer: "above",
      line: { color: colour(level), width: 1, dash: isSevere(level) ? "solid" : "dash" },
    })),
    annotations: lines.map(({ tag, axis, isAlone, isRight, isLog, level, value }) => ({
      text: `${isAlone ? "" : `${plotlyText(leaf(tag), 16)} `}${level} ${formatValue(value)}`,
      xref: "paper",
      x: isRight === true ? 1 : 0,
      xanchor: isRight === true ? "right" : "left",
      yref: axis,
      y: isLog === true ? Math.log10(value) : value,
      yanchor: level === "lo" || level === "lolo" ? "top" : "bottom",
      showarrow: false,
      font: { size: 10, color: colour(level) },
    })),
  };
}

function colour(level: Level): string {
  return isSevere(level) ? LIMITS.bad : LIMITS.warn;
}
