/** History marks: where the history in a picture begins, or ended, as plotly's shapes. Pure. */

import type { Range } from "../../data/segment";
import type { HistoryEnd } from "../../model/history";
import type { Colours } from "../colours";
import type { PlotAnnotation, PlotShape } from "../plotly";

const BLANK_OPACITY = 0.07;

export function historyShapes(
  ends: readonly HistoryEnd[],
  range: Range,
  { faint }: Colours,
): { shapes: PlotShape[]; annotations: PlotAnnotation[] } {
  const place = (time: number): number => (time - range.start) / (range.end - range.start);
  const upright = { xref: "paper", yref: "paper", y0: 0, y1: 1, layer: "above" } as const;
  const blanks = ends.filter(({ isBlankBefore }) => isBlankBefore);
  return {
    shapes: [
      ...blanks.map(
        ({ time }): PlotShape => ({
          ...upright,
          type: "rect",
          x0: 0,
          x1: place(time),
          line: { color: faint, width: 0, dash: "solid" },
          fillcolor: faint,
          opacity: BLANK_OPACITY,
        }),
      ),
      ...ends.map(
        ({ time }): PlotShape => ({
          ...upright,
          type: "line",
          x0: place(time),
          x1: place(time),
          line: { color: faint, width: 1, dash: "dash" },
        }),
      ),
    ],
    annotations: ends.map(({ time, text, isBlankBefore }) => ({
      text,
      xref: "paper",
      x: place(time),
      // beside each other where both ends are near
      xanchor: place(time) > 0.7 || (!isBlankBefore && place(time) > 0.3) ? "right" : "left",
      yref: "paper",
      y: isBlankBefore ? 0.06 : 0.14,
      yanchor: "bottom",
      showarrow: false,
      font: { size: 11, color: faint },
    })),
  };
}
