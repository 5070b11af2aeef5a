/** Plain plot: a plotly picture that is only looked at, and clicked. The axes are those of its figure, none of time. */

import Plotly from "plotly.js-basic-dist-min";

import type { PlotAxis, PlotFont, PlotLayout } from "../plotly";
import { CONFIG } from "../plotlyChart";
import type { Size } from "../scene";

/** Colours for instants, and a bar that says which. */
export interface TimeScale {
  readonly cmin: number;
  readonly cmax: number;
  readonly colorscale: readonly (readonly [number, string])[];
  readonly colorbar: {
    readonly orientation: "h";
    readonly x: number;
    readonly xanchor: "center";
    readonly y: number;
    readonly yanchor: "bottom";
    readonly ypad: number;
    readonly lenmode: "pixels";
    readonly len: number;
    readonly thickness: number;
    readonly outlinewidth: number;
    readonly tickvals: readonly number[];
    readonly ticktext: readonly string[];
    readonly ticks: "";
    readonly tickfont: PlotFont;
  };
}

export interface ViewTrace {
  readonly type: "scatter" | "bar";
  readonly name: string;
  readonly mode?: "lines" | "lines+markers" | "markers";
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width?: number;
  readonly line?: { readonly color: string; readonly width: number; readonly dash?: string };
  readonly marker?: Partial<TimeScale> & {
    readonly color: string | Float64Array;
    readonly size?: number;
    readonly symbol?: string;
    readonly showscale?: boolean;
    readonly line?: { readonly color: string; readonly width: number };
  };
  readonly opacity?: number;
}

export interface ViewFigure {
  readonly traces: readonly ViewTrace[];
  readonly layout: Omit<PlotLayout, `yaxis${string}`> & { readonly yaxis: PlotAxis };
}

/** Clicks are ours; plotly would make ready for drags in each picture. */
const STATIC = { ...CONFIG, staticPlot: true };

export class PlainPlot {
  #isPlotted = false;
  #figure: ViewFigure | null = null;
  readonly #observer: ResizeObserver;

  constructor(
    readonly element: HTMLElement,
    private readonly events: { resized(): void; clicked(x: number): void },
  ) {
    this.#observer = new ResizeObserver(() => events.resized());
    this.#observer.observe(element);
    element.addEventListener("click", (event) => this.#click(event));
  }

  get size(): Size {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  draw(figure: ViewFigure): void {
    this.#figure = figure;
    this.#isPlotted = true;
    void Plotly.react(this.element, figure.traces, { ...figure.layout, ...this.size }, STATIC);
  }

  async picture(format: "png" | "svg", scale: number): Promise<string | undefined> {
    if (this.#figure === null) return undefined;
    const { traces, layout } = this.#figure;
    const picture = { data: traces, layout: { ...layout, ...this.size, showlegend: traces.length > 1 } };
    return Plotly.toImage(picture, { format, ...this.size, scale });
  }

  destroy(): void {
    this.#observer.disconnect();
    if (this.#isPlotted) Plotly.purge(this.element);
  }

  /** Tells where on the horizontal axis the plot was clicked, as its value. */
  #click(event: MouseEvent): void {
    if (this.#figure === null) return;
    const { xaxis, margin } = this.#figure.layout;
    const [low, high] = xaxis.range ?? [];
    const width = this.size.width - margin.l - margin.r;
    const share = (event.clientX - this.element.getBoundingClientRect().left - margin.l) / width;
    if (low === undefined || high === undefined || share < 0 || share > 1) return;
    const at = low + share * (high - low);
    this.events.clicked(xaxis.type === "log" ? 10 ** at : at);
  }
}
