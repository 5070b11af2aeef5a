/** Timeline: which state held from when to when, what colour it has, and where its name has room. Pure. */

import type { Range } from "./data/segment";

/** One state without interruption; seconds. */
export interface Band {
  readonly state: number;
  readonly start: number;
  readonly end: number;
}

/** The columns of a state tag (ascending; NaN = nothing is known from here on) as bands, the last one up to its last point. */
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

export interface Label {
  /** Seconds: the middle of what is seen of the band. */
  readonly at: number;
  readonly state: number;
}

const PIXELS_PER_CHARACTER = 7.5;
const LABEL_AIR_PIXELS = 8;
const MOST_LABELS = 200;

/** The bands whose names fit into what is seen of them. */
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

/** Light tones of the palette, with dark text on them in both themes; told apart by name as well as by colour. */
const COLOURS = ["#8ccaf2", "#efbe62", "#e9b0d2", "#a9c4ff", "#eae08a", "#b7e0e6"];
export const BAND_TEXT = "#10161d";
const MEANINGS: readonly { readonly words: RegExp; readonly colour: string }[] = [
  { words: /fault|fail|err|alarm|trip|emerg|down|stör/i, colour: "#f2876b" },
  { words: /^(stop|off|idle|standby|wait|closed|unknown|none)/i, colour: "#b6bec8" },
  { words: /^(run|on\b|auto|ok|ready|open|online)/i, colour: "#6fcfa8" },
];

/** The colour of a state: by what its name means where that is plain, else by its place among the tag's states. */
export function bandColour(state: number, names: readonly string[]): string {
  const meaning = MEANINGS.find(({ words }) => words.test(names[state] ?? ""));
  return meaning?.colour ?? COLOURS[((state % COLOURS.length) + COLOURS.length) % COLOURS.length]!;
}
