declare module "plotly.js-basic-dist-min" {
  import type { PlotConfig, PlotElement, PlotLayout, PlotTrace } from "./plotly";

  const Plotly: {
    react(element: HTMLElement, traces: readonly PlotTrace[], layout: PlotLayout, config: PlotConfig): Promise<PlotElement>;
    purge(element: HTMLElement): void;
  };
  export default Plotly;
}
