/**
 * State bands: which state held from when to when, its colour, and where its name has room; as plotly's traces. Pure.
 */

import type { Range } from "../data/segment";
import { plotlyText } from "../text";
import { MEANINGS, STATE_TEXT, STATES } from "./colours";
import type { PlotTrace } from "./plotly";
import type { Line } from "./scene";

/** One state without interruption; seconds. */
interface Band {
  readonly state: number;
  readonly start: number;
  readonly end: number;
}

/** The columns of a state tag (ascending; NaN = unknown from here on) as bands, the last one up to its last point. */
export function bandsOf(times: Float64Array, values: Float64Array): Band[] {
  const bands: Band[] = [];
  let start = 0;
  for (let index = 1; index <= times.length; index++) {
    const state = values[start]!;
    if (index < times.length && (values[index] === state || Number.isNaN(state))) {
      if (Number.isNaN(state)) start = index;
      continue;
    }
    const end = times[Math.min(index, times.length - 1)]!;
    if (!Number.isNaN(state) && end >= times[start]!) bands.push({ state, start: times[start]!, end });
    start = index;
  }
  return bands;
}

interface Label {
  /** Seconds: the middle of the visible part of the band. */
  readonly at: number;
  readonly state: number;
}

const PIXELS_PER_CHARACTER = 7.5;
const LABEL_AIR_PIXELS = 8;
const MOST_LABELS = 200;

/** The bands whose names fit into their visible part. */
export function labelsOf(bands: readonly Band[], names: readonly string[], range: Range, pixels: number): Label[] {
  const perSecond = pixels / (range.end - range.start);
  const labels: Label[] = [];
  for (const { state, start, end } of bands) {
    const [from, to] = [Math.max(start, range.start), Math.min(end, range.end)];
    const needed = (names[state] ?? String(state)).length * PIXELS_PER_CHARACTER + LABEL_AIR_PIXELS;
    if ((to - from) * perSecond >= needed) labels.push({ at: (from + to) / 2, state });
    if (labels.length >= MOST_LABELS) break;
  }
  return labels;
}

/**
 * The colour of a state: by the meaning of its name if that is clear, else the next that no state before it has, so
 * that two states differ while there are colours.
 */
export function bandColour(state: number, names: readonly string[]): string {
  const taken: string[] = [];
  for (const name of names.slice(0, state + 1)) {
    const meant = MEANINGS.find(({ words }) => words.test(name))?.colour;
    const free = meant !== undefined && !taken.includes(meant) ? meant : STATES.find((one) => !taken.includes(one));
    taken.push(free ?? STATES[taken.length % STATES.length]!);
  }
  return taken[state] ?? STATES[((state % STATES.length) + STATES.length) % STATES.length]!;
}

const FOOT = 0.14;
const LABEL_PIXELS = 13;
const MIDDLE = (1 + FOOT) / 2;

interface BandPlace {
  /** Plotly's name of the value axis, which runs from 0 to 1. */
  readonly axis: string;
  readonly range: Range;
  /** Width of the plot. */
  readonly pixels: number;
  readonly font: string;
  readonly textScale: number;
  /** Height of the strip, in pixels. */
  readonly height: number;
  /** A name for plotly's own use, which no other line has. */
  readonly uid: string;
}

export function bandTraces(line: Line, place: BandPlace): PlotTrace[] {
  const bands = bandsOf(line.times, line.values).filter(
    ({ start, end }) => end >= place.range.start && start <= place.range.end,
  );
  if (bands.length === 0) return [];
  const states = [...new Set(bands.map(({ state }) => state))].sort((a, b) => a - b);
  return [...states.map((state) => fillTrace(state, bands, line, place)), labelTrace(bands, line, place)];
}

/** All bands of one state as one filled outline. Its edge is a pixel wide: even the shortest state is visible. */
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
  const hasRoom = place.height * (1 - FOOT) >= LABEL_PIXELS * place.textScale; // no half words
  const labels = hasRoom ? labelsOf(bands, line.states, place.range, place.pixels / place.textScale) : [];
  return {
    ...base(place, `${place.uid}-names`),
    mode: "text",
    x: Float64Array.from(labels, ({ at }) => at * 1000),
    y: new Float64Array(labels.length).fill(MIDDLE),
    text: labels.map(({ state }) => plotlyText(line.states[state] ?? String(state), 24)),
    textposition: "middle center",
    textfont: { family: place.font, size: 11 * place.textScale, color: STATE_TEXT },
    line: { color: STATE_TEXT, dash: "solid", width: 0, shape: "linear", simplify: false },
  };
}

function base(place: BandPlace, uid: string) {
  return {
    type: "scatter" as const,
    uid,
    name: "",
    yaxis: place.axis,
    marker: { color: STATE_TEXT, size: 1 },
    connectgaps: false,
    cliponaxis: true,
    showlegend: false,
  };
}
