/** The little of plotly.js-basic-dist-min (which ships no types) that this page uses. */

export interface PlotFont {
  family?: string;
  size?: number;
  color?: string;
}

export interface PlotTrace {
  type: "scatter";
  uid: string;
  name: string;
  mode: "lines" | "lines+markers" | "text" | "markers";
  x: Float64Array;
  y: Float64Array;
  yaxis: string;
  line: { color: string; dash: string; width: number; shape: "linear" | "hv"; simplify: false };
  marker: { color: string; size: number; symbol?: string; line?: { color: string; width: number } };
  connectgaps: boolean;
  cliponaxis: boolean;
  text?: string[];
  textposition?: "middle center" | "top center";
  textfont?: PlotFont;
  fill?: "toself";
  fillcolor?: string;
  showlegend?: boolean;
  opacity?: number;
}

export interface PlotAxis {
  type?: "date" | "linear" | "log";
  visible?: boolean;
  range?: number[];
  autorange?: boolean;
  fixedrange?: boolean;
  domain?: number[];
  side?: "left" | "right";
  anchor?: string;
  overlaying?: string;
  title?: { text: string; font: PlotFont };
  tickfont?: PlotFont;
  tickmode?: "array" | "auto";
  tickvals?: number[];
  ticktext?: string[];
  tickformatstops?: readonly { readonly dtickrange: readonly [number | null, number | null]; readonly value: string }[];
  nticks?: number;
  tickangle?: number;
  gridcolor?: string;
  showgrid?: boolean;
  linecolor?: string;
  showline?: boolean;
  zeroline?: boolean;
  zerolinecolor?: string;
  zerolinewidth?: number;
  ticks?: "" | "outside";
  ticklen?: number;
  tickcolor?: string;
  automargin?: boolean;
  ticklabeloverflow?: "allow" | "hide past div";
  exponentformat?: "SI";
  separatethousands?: boolean;
}

export interface PlotShape {
  type: "line" | "rect";
  xref: "paper";
  x0: number;
  x1: number;
  yref: string;
  y0: number;
  y1: number;
  layer: "above";
  line: { color: string; width: number; dash: string };
  fillcolor?: string;
  opacity?: number;
}

export interface PlotAnnotation {
  text: string;
  xref: "paper";
  x: number;
  xanchor: "left" | "center" | "right";
  yref: string;
  y: number;
  yanchor: "top" | "middle" | "bottom";
  textangle?: number;
  xshift?: number;
  /** Pixels upwards. */
  yshift?: number;
  showarrow: false;
  font: PlotFont;
  bgcolor?: string;
}

export interface PlotLayout {
  shapes?: PlotShape[];
  annotations?: PlotAnnotation[];
  width?: number;
  height?: number;
  autosize: boolean;
  template: { data: Record<string, never>; layout: Record<string, never> };
  uirevision: string;
  paper_bgcolor: string;
  plot_bgcolor: string;
  font: PlotFont;
  margin: { l: number; r: number; t: number; b: number; pad: number };
  hovermode: false;
  dragmode: "zoom" | "pan";
  showlegend: boolean;
  legend: {
    orientation: "h";
    x: number;
    xanchor: "left";
    y: number;
    yanchor: "bottom" | "top";
    bgcolor: string;
    font: PlotFont;
    itemsizing: "trace";
    tracegroupgap: number;
  };
  xaxis: PlotAxis;
  [yaxis: `yaxis${string}`]: PlotAxis;
}

export interface PlotConfig {
  displaylogo: false;
  showSendToCloud: false;
  plotlyServerURL: "";
  displayModeBar: false;
  /** Nothing can be dragged. */
  staticPlot?: boolean;
  doubleClick: false;
  scrollZoom: false;
  responsive: false;
  showTips: false;
  doubleClickDelay: number;
}

/** What `plotly_relayout` reports: attribute paths with their new values. */
export type RelayoutEvent = Readonly<Record<string, unknown>>;

/** The element after plotly has taken it over. */
export interface PlotElement extends HTMLElement {
  data: PlotTrace[];
  layout: PlotLayout;
  on(event: "plotly_relayout", handler: (change: RelayoutEvent) => void): void;
  on(event: "plotly_doubleclick", handler: () => void): void;
  removeAllListeners?(event: string): void;
}
