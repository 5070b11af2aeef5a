/**
 * Figure: a chart's traces and layout as the plain objects that plotly takes. Pure.
 *
 * The x range, the y ranges and every label are decided here: plotly computes nothing that would move between two
 * frames.
 */

import { isStepped } from "../model/chartStyle";
import { leaf, plotlyText } from "../text";
import { copyTraces } from "./comparisonTraces";
import { layoutOf } from "./figureLayout";
import { markTraces } from "./markers";
import type { PlotLayout, PlotTrace } from "./plotly";
import type { Line, Scene } from "./scene";
import { bandTraces } from "./stateBands";

export interface Figure {
  readonly traces: PlotTrace[];
  readonly layout: PlotLayout;
}

/** Fewer drawn points than this are marked one by one. */
const MARKED_POINTS = 80;

export function buildFigure(scene: Scene): Figure {
  const own = scene.lines.map((line) => buildTrace(line, scene));
  const under = scene.copies.flatMap((line) => copyTraces(line, buildTrace(line, scene), scene.colours));
  const beside = scene.lines.flatMap((line, index) => [
    ...buildBands(line, scene),
    ...buildMarks(line, own[index]!, scene),
  ]);
  return { traces: [...under, ...own, ...beside], layout: layoutOf(scene) };
}

function buildMarks(line: Line, { mode, uid }: PlotTrace, scene: Scene): PlotTrace[] {
  return markTraces(line, { axis: scene.plan.axisOf.get(line.tag) ?? "y", uid, isMarked: mode !== "lines" });
}

/**
 * A state is a timeline of bands. Its own line lies below them, thin and in the tag's colour.
 */
function buildBands(line: Line, scene: Scene): PlotTrace[] {
  if (line.kind !== "state") return [];
  const axis = scene.plan.axisOf.get(line.tag) ?? "y";
  return bandTraces(line, {
    axis,
    range: scene.range,
    pixels: scene.plotPixels,
    font: scene.colours.font,
    textScale: scene.textScale,
    height: stripHeight(axis, scene),
    uid: identify(line.tag),
  });
}

function stripHeight(name: string, { plan, plotHeight }: Scene): number {
  const [from, to] = plan.axes.find((axis) => axis.name === name)?.domain ?? [0, 1];
  return (to - from) * plotHeight;
}

function buildTrace(line: Line, scene: Scene): PlotTrace {
  const isHeld = isStepped(line.kind, scene.style.line);
  const isSparse = !isHeld && line.isDecimated !== true && line.times.length <= MARKED_POINTS;
  return {
    type: "scatter",
    uid: identify(line.tag),
    name: plotlyText(scene.isNarrow ? narrowName(line.tag, scene) : line.tag),
    mode: line.kind === "number" && scene.style.line === "points" ? "markers" : isSparse ? "lines+markers" : "lines",
    x: milliseconds(line.times),
    y: line.kind === "state" ? line.values.map((value) => (Number.isNaN(value) ? NaN : 0.04)) : line.values,
    yaxis: scene.plan.axisOf.get(line.tag) ?? "y",
    line: { color: line.ink.colour, dash: line.ink.dash, width: 1.6, shape: isHeld ? "hv" : "linear", simplify: false },
    marker: { color: line.ink.colour, size: 4 },
    connectgaps: false,
    cliponaxis: true,
  };
}

/** A name for plotly's own use. Plotly puts it into selectors, so it must not contain untrusted text. */
function identify(tag: string): string {
  return `t${Array.from(tag, (character) => character.codePointAt(0)!.toString(36)).join("-")}`;
}

/** On a phone the last part is enough if no two are equal. */
function narrowName(tag: string, scene: Scene): string {
  const name = leaf(tag);
  return scene.lines.filter((line) => leaf(line.tag) === name).length === 1 ? name : tag;
}

function milliseconds(seconds: Float64Array): Float64Array {
  const out = new Float64Array(seconds.length);
  for (let index = 0; index < out.length; index++) out[index] = seconds[index]! * 1000;
  return out;
}
