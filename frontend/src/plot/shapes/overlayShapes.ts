/**
 * Overlay shapes: cursors, the instant of a trigger and trigger levels as plotly's shapes, for pictures that are saved;
 * on the page they are elements over the picture. Pure.
 */

import { formatValue } from "../../format";
import { leaf, plotlyText } from "../../text";
import { CURSOR, TRIGGER } from "../colours";
import type { PlotAnnotation, PlotShape } from "../plotly";
import type { Scene } from "../scene";

interface Shapes {
  readonly shapes: PlotShape[];
  readonly annotations: PlotAnnotation[];
}

export function overlayShapes(scene: Pick<Scene, "instants" | "levels" | "range" | "plan" | "style">): Shapes {
  const { range, instants } = scene;
  const marked = [
    { name: "A", time: instants?.a ?? null, color: CURSOR, dash: "dash" },
    { name: "B", time: instants?.b ?? null, color: CURSOR, dash: "dash" },
    { name: "T", time: instants?.trigger ?? null, color: TRIGGER, dash: "solid" },
  ] as const;
  const upright = marked.flatMap(({ name, time, color, dash }) => {
    const x = time === null ? NaN : (time - range.start) / (range.end - range.start);
    return x >= 0 && x <= 1 ? [{ name, x, color, dash }] : [];
  });
  const flat = scene.levels.flatMap((level) => {
    const axis = scene.style.axes === "norm" ? undefined : scene.plan.axisOf.get(level.tag);
    return axis === undefined || (scene.style.scale === "log" && level.value <= 0) ? [] : [{ ...level, axis }];
  });
  return {
    shapes: [
      ...upright.map(({ x, color, dash }) => line({ x0: x, x1: x, yref: "paper", y0: 0, y1: 1 }, color, dash)),
      ...flat.map(({ axis, value }) => line({ x0: 0, x1: 1, yref: axis, y0: value, y1: value }, TRIGGER, "dashdot")),
    ],
    annotations: [
      ...upright.map(({ name, x, color }) => ({
        ...text(name, { x, xanchor: "left", yref: "paper", y: 1 }, color),
        yanchor: "top" as const, // the names of the lines are above
      })),
      ...flat.map(({ axis, tag, says, value }) =>
        text(
          `T ${plotlyText(leaf(tag), 16)} ${plotlyText(says)} ${formatValue(value)}`,
          { x: 1, xanchor: "right", yref: axis, y: scene.style.scale === "log" ? Math.log10(value) : value },
          TRIGGER,
        ),
      ),
    ],
  };
}

function line(
  ends: Pick<PlotShape, "x0" | "x1" | "yref" | "y0" | "y1">,
  color: string,
  dash: "dash" | "solid" | "dashdot",
): PlotShape {
  return { type: "line", xref: "paper", ...ends, layer: "above", line: { color, width: 1.5, dash } };
}

function text(
  words: string,
  place: Pick<PlotAnnotation, "x" | "xanchor" | "yref" | "y">,
  color: string,
): PlotAnnotation {
  return { text: words, xref: "paper", ...place, yanchor: "bottom", showarrow: false, font: { size: 11, color } };
}
