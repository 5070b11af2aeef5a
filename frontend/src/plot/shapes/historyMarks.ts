/** History marks: where the history in a picture begins, or ended, as plotly's shapes. Pure. */

import type { Range } from "../../data/segment";
import type { HistoryEnd } from "../../model/history";
import { plotlyText } from "../../text";
import { type Colours, translucent } from "../colours";
import type { PlotAnnotation, PlotShape } from "../plotly";

const BLANK_OPACITY = 0.07;
const CHARACTER_PIXELS = 6;

/** `pixels`: the width of the plot, in the pixels of a desk. */
export function historyShapes(
  ends: readonly HistoryEnd[],
  range: Range,
  { faint, paper }: Colours,
  pixels: number,
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
      ...besideLine(text, place(time), pixels),
      xref: "paper",
      yref: "paper",
      // beside each other where both ends are near
      y: isBlankBefore ? 0.06 : 0.14,
      yanchor: "bottom",
      showarrow: false,
      font: { size: 11, color: faint },
      bgcolor: translucent(paper),
    })),
  };
}

/** Where words have room: before the line, where nothing is drawn, else behind it, else over it. */
function besideLine(text: string, place: number, pixels: number): Pick<PlotAnnotation, "text" | "x" | "xanchor"> {
  const room = Math.floor(pixels / CHARACTER_PIXELS);
  const share = text.length / room;
  if (share <= place) return { text, x: place, xanchor: "right" };
  if (place + share <= 1) return { text, x: place, xanchor: "left" };
  return { text: plotlyText(text, room), x: 1, xanchor: "right" };
}
