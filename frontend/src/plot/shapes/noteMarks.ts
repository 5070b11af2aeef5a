/** Note marks: notes over a picture as plotly's shapes, a line for a moment, a band for a stretch. Pure. */

import type { Range } from "../../data/segment";
import type { Note } from "../../model/notes";
import { plotlyText } from "../../text";
import { type Colours, NOTE, translucent } from "../colours";
import type { PlotAnnotation, PlotShape } from "../plotly";

/** More would hide the data; the newest are drawn. */
const MOST_NOTES = 32;
const LONGEST_TEXT = 40;
const LEAST_TEXT = 4;
const CHARACTER_PIXELS = 6.5;

export function noteShapes(
  notes: readonly Pick<Note, "time" | "end" | "text">[],
  range: Range,
  colours: Colours,
  /** Room for texts beside each other; 0 = the notes are marked without words. */
  pixels: number,
): { shapes: PlotShape[]; annotations: PlotAnnotation[] } {
  const place = (time: number): number => Math.min(1, Math.max(0, (time - range.start) / (range.end - range.start)));
  const drawn = notes.slice(-MOST_NOTES);
  return {
    shapes: drawn.map(({ time, end }) => ({
      type: end === null ? "line" : "rect",
      xref: "paper",
      x0: place(time),
      x1: place(end ?? time),
      yref: "paper",
      y0: 0,
      y1: 1,
      layer: "above",
      line: { color: NOTE, width: end === null ? 1.5 : 0, dash: "dot" },
      ...(end === null ? {} : { fillcolor: NOTE, opacity: 0.12 }),
    })),
    annotations: drawn.flatMap(({ time, text }) => {
      const x = place(time);
      const isRight = x > 0.5; // to where there is more room
      const room = Math.floor((pixels * Math.max(x, 1 - x)) / CHARACTER_PIXELS);
      if (room < LEAST_TEXT) return [];
      return {
        text: plotlyText(text.replace(/\n/g, " "), Math.min(room, LONGEST_TEXT)),
        xref: "paper" as const,
        x,
        xanchor: isRight ? ("right" as const) : ("left" as const),
        yref: "paper",
        y: 1,
        yanchor: "top" as const,
        showarrow: false as const,
        font: { size: 11, color: NOTE },
        bgcolor: translucent(colours.paper),
      };
    }),
  };
}
