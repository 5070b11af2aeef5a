/** View layout: what the pictures of all views share: what they are made of, their axes and how these are called. Pure. */

import type { Range, Segment } from "../../data/segment";
import type { ChartStyle } from "../../model/chartStyle";
import type { ViewTable } from "../../model/views";
import type { WallClock } from "../../model/wallClock";
import { leaf, plotlyText } from "../../text";
import type { Colours } from "../colours";
import type { PlotAxis, PlotLayout } from "../plotly";
import type { PanelTag } from "../scene";
import type { ViewFigure } from "./plainPlot";

/** That a tick of the horizontal axis has for its number. */
const TICK_PIXELS = 60;

/** One tag with its raw points. */
export interface ViewLine {
  readonly tag: PanelTag;
  readonly points: Segment;
  /** A silence longer than this is a gap. */
  readonly gapSeconds: number;
}

export interface ViewInput {
  readonly lines: readonly ViewLine[];
  readonly range: Range;
  readonly style: ChartStyle;
  readonly colours: Colours;
  /** The clock that times follow. */
  readonly clock: WallClock;
  readonly textScale: number;
  /** Of the picture, in pixels. */
  readonly width: number;
  /** Hz whose harmonics are marked; `null` = none. */
  readonly harmonic: number | null;
}

export interface ViewPicture {
  readonly figure: ViewFigure;
  readonly table: ViewTable;
  /** What the reader must know of how it was made. */
  readonly remarks: readonly string[];
  readonly drawn: number;
}

export type ViewRow = ViewTable["rows"][number];

/** One unit, or one tag, names an axis; several of different units do not. */
export function nameOf(lines: readonly ViewLine[]): string {
  const [first] = lines;
  if (first !== undefined && lines.length === 1) return axisName(first.tag);
  const units = new Set(lines.map(({ tag }) => tag.unit));
  return units.size === 1 && first !== undefined ? first.tag.unit : "";
}

export function axisName(tag: PanelTag | undefined): string {
  if (tag === undefined) return "";
  return tag.unit === "" ? leaf(tag.tag) : `${leaf(tag.tag)} [${tag.unit}]`;
}

interface Axes {
  readonly yType: "linear" | "log";
  readonly xRange: [number, number] | null;
}

export function layoutOf(
  { colours, textScale, width }: ViewInput,
  xName: string,
  yName: string,
  { yType, xRange }: Axes,
): ViewFigure["layout"] {
  const font = { size: 11 * textScale, color: colours.faint };
  const axis: PlotAxis = {
    tickfont: font,
    gridcolor: colours.grid,
    linecolor: colours.faint,
    showline: true,
    zeroline: false,
    fixedrange: true,
    exponentformat: "SI",
    tickangle: 0,
    ticklabeloverflow: "allow",
  };
  const margin = { l: 58 * textScale, r: 14, t: 12, b: 40 * textScale, pad: 0 };
  // In place of titles of the axes, for which plotly would measure each label in each picture.
  const name = { xref: "paper", yref: "paper", showarrow: false, font } as const;
  const layout: PlotLayout = {
    autosize: false,
    template: { data: {}, layout: {} },
    uirevision: "view",
    paper_bgcolor: colours.paper,
    plot_bgcolor: colours.paper,
    font: { family: colours.font, size: 12 * textScale, color: colours.text },
    margin,
    hovermode: false,
    dragmode: "pan",
    showlegend: false,
    legend: {
      ...{ orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
      ...{ font: { size: 12, color: colours.text }, itemsizing: "trace", tracegroupgap: 0 },
    },
    annotations: [
      { ...name, text: plotlyText(xName), x: 0.5, xanchor: "center", y: 0, yanchor: "bottom", yshift: -margin.b },
      {
        ...name,
        text: plotlyText(yName),
        x: 0,
        xanchor: "left",
        xshift: -margin.l,
        y: 0.5,
        yanchor: "middle",
        textangle: -90,
      },
    ],
    xaxis: {
      ...axis,
      nticks: Math.max(2, Math.min(8, Math.floor(width / TICK_PIXELS))),
      ...(xRange === null ? { autorange: true } : { range: xRange }),
    },
  };
  return { ...layout, yaxis: { ...axis, nticks: 5, type: yType, autorange: true } };
}
