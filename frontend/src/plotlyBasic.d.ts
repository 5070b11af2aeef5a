declare module "plotly.js-basic-dist-min" {
  import type { PlotConfig, PlotElement, PlotLayout, PlotTrace } from "./plot/plotly";
  import type { ViewTrace } from "./plot/views/plainPlot";

  const Plotly: {
    react(
      element: HTMLElement,
      traces: readonly (PlotTrace | ViewTrace)[],
      layout: PlotLayout,
      config: PlotConfig,
    ): Promise<PlotElement>;
    /** Sets attributes of the layout by their paths. */
    relayout(element: HTMLElement, changes: Readonly<Record<string, unknown>>): Promise<PlotElement>;
    toImage(
      picture: { data: readonly (PlotTrace | ViewTrace)[]; layout: PlotLayout },
      options: { format: "png" | "svg"; width: number; height: number; scale: number },
    ): Promise<string>;
    purge(element: HTMLElement): void;
  };
  export default Plotly;
}
