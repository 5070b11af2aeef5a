/**
 * Trace layer: draws a figure's traces inside plotly's picture, between the grid and the lines of the axes, where
 * plotly itself would. Plotly reads every attribute of every trace anew for each picture, which takes it longer than
 * all the rest. Here a picture is a new path per line, or the same paths moved.
 */

import type { Figure } from "../figure";
import type { PlotLayout, PlotTrace } from "../plotly";
import type { Scale } from "./paths";
import { TraceGroup } from "./traceGroup";

interface Placed {
  readonly group: TraceGroup;
  readonly yaxis: string;
  /** The group's traces, as places in the figure's list. */
  readonly members: readonly number[];
}

export class TraceLayer {
  #placed: readonly Placed[] = [];
  #styles = "";

  constructor(private readonly element: HTMLElement) {}

  /** Call it after plotly has drawn the axes. `isAnew`: plotly has arranged its picture anew. */
  draw({ traces, layout }: Figure, isAnew: boolean): void {
    const styles = JSON.stringify(traces.map(({ x: _, y: __, text: ___, ...style }) => style));
    if (isAnew || styles !== this.#styles) this.#build(traces, layout);
    this.#styles = styles;
    for (const { group, yaxis, members } of this.#placed)
      group.draw(
        members.map((index) => traces[index]!),
        scaleOf(layout, yaxis),
      );
  }

  #build(traces: readonly PlotTrace[], layout: PlotLayout): void {
    for (const { group } of this.#placed) group.element.remove();
    const members = new Map<string, number[]>();
    traces.forEach(({ yaxis, cliponaxis }, index) => {
      const key = `${yaxis} ${cliponaxis}`;
      members.set(key, [...(members.get(key) ?? []), index]);
    });
    this.#placed = [...members.values()].map((indices) => {
      const group = new TraceGroup(indices.map((index) => traces[index]!));
      const first = traces[indices[0]!]!;
      this.#insert(group, first, layout);
      return { group, yaxis: first.yaxis, members: indices };
    });
  }

  /** At the place of plotly's own group for the axis, in the pane that the axis belongs to. */
  #insert(group: TraceGroup, { yaxis, cliponaxis }: PlotTrace, layout: PlotLayout): void {
    const pane = layout[axisKey(yaxis)]?.overlaying ?? yaxis;
    const subplot = this.element.querySelector(`.cartesianlayer > .subplot.x${pane}`);
    const own = subplot?.querySelector(`:scope > .overplot > .x${yaxis}`);
    group.place(own?.getAttribute("transform") ?? "", cliponaxis ? (own?.getAttribute("clip-path") ?? null) : null);
    subplot?.insertBefore(group.element, subplot.querySelector(":scope > .zerolinelayer-above"));
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
