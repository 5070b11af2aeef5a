/**
 * Trace layer: draws a figure's traces inside plotly's picture, between the grid and the lines of the axes, where
 * plotly itself would. Plotly reads every attribute of every trace anew for each picture, which takes it longer than
 * all the rest; here a picture is a new path per line.
 */

import type { Figure } from "../figure";
import type { PlotLayout, PlotTrace } from "../plotly";
import { dashes, labelsAt, linePath, markerPath, type Scale } from "./paths";

const SVG = "http://www.w3.org/2000/svg";

interface Drawn {
  readonly group: SVGGElement;
  readonly fill: SVGPathElement | null;
  readonly line: SVGPathElement | null;
  readonly points: SVGPathElement | null;
}

export class TraceLayer {
  #drawn: readonly Drawn[] = [];
  #groups: readonly SVGGElement[] = [];
  #styles = "";

  constructor(private readonly element: HTMLElement) {}

  /** Call it after plotly has drawn the axes. `isAnew`: plotly has arranged its picture anew. */
  draw({ traces, layout }: Figure, isAnew: boolean): void {
    const styles = JSON.stringify(traces.map(({ x: _, y: __, text: ___, ...style }) => style));
    if (isAnew || styles !== this.#styles) this.#build(traces, layout);
    this.#styles = styles;
    const scales = new Map<string, Scale>();
    traces.forEach((trace, index) => {
      const scale = scales.get(trace.yaxis) ?? scaleOf(layout, trace.yaxis);
      scales.set(trace.yaxis, scale);
      update(this.#drawn[index]!, trace, scale);
    });
  }

  #build(traces: readonly PlotTrace[], layout: PlotLayout): void {
    for (const group of this.#groups) group.remove();
    const groups = new Map<string, SVGGElement>();
    this.#drawn = traces.map((trace) => {
      const key = `${trace.yaxis} ${trace.cliponaxis}`;
      const group = groups.get(key) ?? this.#group(trace, layout);
      groups.set(key, group);
      return build(trace, group);
    });
    this.#groups = [...groups.values()];
  }

  /** A group at the place of plotly's own for the axis, in the pane that the axis belongs to. */
  #group({ yaxis, cliponaxis }: PlotTrace, layout: PlotLayout): SVGGElement {
    const group = make("g", { class: "scatterlayer" });
    const pane = layout[axisKey(yaxis)]?.overlaying ?? yaxis;
    const subplot = this.element.querySelector(`.cartesianlayer > .subplot.x${pane}`);
    const own = subplot?.querySelector(`:scope > .overplot > .x${yaxis}`);
    for (const name of cliponaxis ? ["transform", "clip-path"] : ["transform"]) {
      const value = own?.getAttribute(name);
      if (value != null) group.setAttribute(name, value);
    }
    subplot?.insertBefore(group, subplot.querySelector(":scope > .zerolinelayer-above"));
    return group;
  }
}

function axisKey(yaxis: string): `yaxis${string}` {
  return `yaxis${yaxis.slice(1)}`;
}

function scaleOf(layout: PlotLayout, yaxis: string): Scale {
  const { margin, xaxis } = layout;
  const axis = layout[axisKey(yaxis)];
  const [start, end] = xaxis.range as [number, number];
  const [low, high] = (axis?.range ?? [0, 1]) as [number, number];
  const [foot, top] = (axis?.domain ?? [0, 1]) as [number, number];
  const width = (layout.width ?? 0) - margin.l - margin.r;
  const height = ((layout.height ?? 0) - margin.t - margin.b) * (top - foot);
  return {
    width,
    height,
    start,
    perMillisecond: width / (end - start),
    low,
    perUnit: height / (high - low),
    isLog: axis?.type === "log",
  };
}

function build(trace: PlotTrace, parent: SVGGElement): Drawn {
  const { mode, line, marker, fill, fillcolor, opacity = 1, textfont } = trace;
  const group = make("g", { class: "trace", "stroke-miterlimit": "2", opacity: String(opacity) });
  const path = (name: string, attributes: Record<string, string>): SVGPathElement => {
    const made = make("path", { class: name, ...attributes });
    group.append(made);
    return made;
  };
  const edge = marker.line ?? { color: "none", width: 0 };
  const isOpen = marker.symbol?.endsWith("-open") === true;
  const drawn = {
    group,
    fill: fill === undefined ? null : path("js-fill", { fill: fillcolor ?? "none", stroke: "none" }),
    line: mode.includes("lines")
      ? path("js-line", {
          fill: "none",
          stroke: line.color,
          "stroke-width": String(line.width),
          "stroke-dasharray": dashes(line.dash, line.width),
        })
      : null,
    points: mode.includes("markers")
      ? path("points", {
          fill: isOpen ? "none" : marker.color,
          stroke: isOpen ? marker.color : edge.color,
          "stroke-width": String(edge.width),
        })
      : null,
  };
  if (textfont !== undefined) {
    const { family = "", size = 12, color = "" } = textfont;
    for (const [name, value] of Object.entries({ "font-family": family, "font-size": `${size}px`, fill: color }))
      group.setAttribute(name, value);
  }
  parent.append(group);
  return drawn;
}

function update({ group, fill, line, points }: Drawn, trace: PlotTrace, scale: Scale): void {
  const path = line === null ? "" : linePath(trace, scale);
  line?.setAttribute("d", path);
  fill?.setAttribute("d", path);
  points?.setAttribute("d", markerPath(trace, scale));
  if (trace.mode !== "text") return;
  const labels = labelsAt(trace, scale).map(({ x, y, text }) => {
    const label = make("text", { x: String(x), y: String(y), "text-anchor": "middle" });
    label.textContent = text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    return label;
  });
  group.replaceChildren(...labels);
}

function make<Name extends "g" | "path" | "text">(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
