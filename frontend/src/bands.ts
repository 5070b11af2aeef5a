/** Bands: the state timeline as plotly's traces, one per state and one for the names. Pure. */

import type { Range } from "./data/segment";
import type { Line } from "./figure";
import type { PlotTrace } from "./plotly";
import { plotlyText } from "./text";
import { BAND_TEXT, bandColour, bandsOf, labelsOf, type Band } from "./timeline";

const FOOT = 0.14;
const MIDDLE = (1 + FOOT) / 2;

export interface BandPlace {
  /** Plotly's name of the value axis, which runs from 0 to 1. */
  readonly axis: string;
  readonly range: Range;
  /** Width of the plot. */
  readonly pixels: number;
  readonly font: string;
  /** A name for plotly's own use, which no other line has. */
  readonly uid: string;
}

export function bandTraces(line: Line, place: BandPlace): PlotTrace[] {
  const bands = bandsOf(line.times, line.values).filter(({ start, end }) => end >= place.range.start && start <= place.range.end);
  if (bands.length === 0) return [];
  const states = [...new Set(bands.map(({ state }) => state))].sort((a, b) => a - b);
  return [...states.map((state) => fillTrace(state, bands, line, place)), labelTrace(bands, line, place)];
}

/** All bands of one state as one filled outline. Its edge is a pixel wide: the shortest state is still seen. */
function fillTrace(state: number, bands: readonly Band[], line: Line, place: BandPlace): PlotTrace {
  const own = bands.filter((band) => band.state === state);
  const x = new Float64Array(own.length * 6);
  const y = new Float64Array(own.length * 6);
  own.forEach(({ start, end }, index) => {
    x.set([start * 1000, end * 1000, end * 1000, start * 1000, start * 1000, NaN], index * 6);
    y.set([FOOT, FOOT, 1, 1, FOOT, NaN], index * 6);
  });
  const colour = bandColour(state, line.states);
  return {
    ...base(place, `${place.uid}-s${state}`),
    mode: "lines",
    x,
    y,
    fill: "toself",
    fillcolor: colour,
    line: { color: colour, dash: "solid", width: 1, shape: "linear", simplify: false },
  };
}

function labelTrace(bands: readonly Band[], line: Line, place: BandPlace): PlotTrace {
  const labels = labelsOf(bands, line.states, place.range, place.pixels);
  return {
    ...base(place, `${place.uid}-names`),
    mode: "text",
    x: Float64Array.from(labels, ({ at }) => at * 1000),
    y: new Float64Array(labels.length).fill(MIDDLE),
    text: labels.map(({ state }) => plotlyText(line.states[state] ?? String(state), 24)),
    textposition: "middle center",
    textfont: { family: place.font, size: 11, color: BAND_TEXT },
    line: { color: BAND_TEXT, dash: "solid", width: 0, shape: "linear", simplify: false },
  };
}

function base(place: BandPlace, uid: string) {
  return {
    type: "scatter" as const,
    uid,
    name: "",
    yaxis: place.axis,
    marker: { color: BAND_TEXT, size: 1 },
    connectgaps: false,
    cliponaxis: true,
    showlegend: false,
    hoverinfo: "skip" as const,
    hovertemplate: "",
  };
}
