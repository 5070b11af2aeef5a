/** Spectrum picture: the amplitudes of all tags of a chart over Hz, and their highest peaks in words. Pure. */

import { evenly, LEAST_POINTS, type Peak, peaksOf, spectrumOf } from "../../data/spectrum";
import { countOf, formatValue } from "../../format";
import { leaf, plotlyText, visible } from "../../text";
import type { Colours } from "../colours";
import type { PlotAnnotation, PlotShape } from "../plotly";
import type { PanelTag } from "../scene";
import type { ViewTrace } from "./plainPlot";
import { layoutOf, nameOf, type ViewInput, type ViewPicture, type ViewRow } from "./viewLayout";

const MOST_PEAKS = 5;
const MOST_HARMONICS = 10;

export function spectrumPicture(input: ViewInput): ViewPicture {
  const { style } = input;
  const traces: ViewTrace[] = [];
  const rows: ViewRow[] = [];
  const remarks = new Set<string>();
  let [lowest, highest] = [Infinity, 0];
  for (const { tag, points } of input.lines) {
    const even = evenly(points);
    if (even === null) {
      remarks.add(`${visible(leaf(tag.tag))}: fewer than ${LEAST_POINTS} points without a gap`);
      continue;
    }
    if (even.isResampled)
      remarks.add(`${visible(leaf(tag.tag))}: uneven times, resampled at ${formatValue(even.rate, 1)} Hz`);
    if (even.isCut) remarks.add(`${visible(leaf(tag.tag))}: the longest part without a gap`);
    const spectrum = spectrumOf(even);
    const { amplitudes, step, averages } = spectrum;
    remarks.add(
      `${countOf(amplitudes.length * 2, "point")}, ${countOf(averages, "average")}, Hann, ${formatValue(step, 3)} Hz a line`,
    );
    lowest = Math.min(lowest, step);
    highest = Math.max(highest, amplitudes.length * step);
    const { x, y } = peaksKept(amplitudes, step, style.isLogX, input.width);
    traces.push({
      ...{ type: "scatter", name: plotlyText(tag.tag), mode: "lines", x, y },
      line: { color: tag.ink.colour, width: 1.4, dash: tag.ink.dash },
    });
    rows.push(...peaksOf(spectrum, MOST_PEAKS).map((peak) => peakRow(tag, peak)));
  }
  if (highest === 0) [lowest, highest] = [0.1, 1];
  const ends: [number, number] = style.isLogX ? [Math.log10(lowest), Math.log10(highest)] : [0, highest];
  const layout = layoutOf(input, "Hz", nameOf(input.lines), { yType: style.scale, xRange: ends });
  const marks = input.harmonic === null ? [] : harmonics(input.harmonic, highest, style.isLogX, ends, input.colours);
  return {
    figure: {
      traces,
      layout: {
        ...layout,
        xaxis: { ...layout.xaxis, type: style.isLogX ? "log" : "linear" },
        shapes: marks.map(({ shape }) => shape),
        annotations: [
          ...(layout.annotations ?? []),
          ...marks.map(({ share }, index) => harmonicName(index, share, input)),
        ],
      },
    },
    table: { head: ["", "Hz", "amplitude"], rows },
    remarks: [...remarks],
    drawn: traces.reduce((sum, { x }) => sum + x.length, 0),
  };
}

function peakRow(tag: PanelTag, { hertz, amplitude }: Peak): ViewRow {
  const cells = [
    visible(tag.tag),
    formatValue(hertz, hertz < 100 ? 2 : 1),
    `${formatValue(Number(amplitude.toPrecision(4)))} ${tag.unit}`.trim(),
  ];
  return { cells, colour: tag.ink.colour, share: null, hertz };
}

/** Lines of the spectrum in at most `places` steps of the axis, of each step the highest: no peak is lost. */
function peaksKept(
  amplitudes: Float64Array,
  step: number,
  isLog: boolean,
  places: number,
): { x: Float64Array; y: Float64Array } {
  const [x, y]: [number[], number[]] = [[], []];
  const along = isLog ? Math.log : Number;
  const perPlace = along(amplitudes.length) / places;
  let last = -1;
  for (let index = 1; index < amplitudes.length; index++) {
    const place = Math.floor(along(index) / perPlace);
    const amplitude = amplitudes[index]!;
    if (place !== last) {
      x.push(index * step);
      y.push(amplitude);
    } else if (amplitude > y[y.length - 1]!) {
      [x[x.length - 1], y[y.length - 1]] = [index * step, amplitude];
    }
    last = place;
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

function harmonicName(index: number, share: number, { textScale, colours }: ViewInput): PlotAnnotation {
  return {
    ...{ text: `${index + 1}×`, xref: "paper", x: share, xanchor: "left", yref: "paper", y: 1, yanchor: "top" },
    ...{ showarrow: false, font: { size: 11 * textScale, color: colours.text } },
  };
}

function harmonics(
  hertz: number,
  highest: number,
  isLog: boolean,
  [low, high]: readonly [number, number],
  colours: Colours,
): { shape: PlotShape; share: number }[] {
  const count = Math.min(MOST_HARMONICS, Math.floor(highest / hertz));
  return Array.from({ length: count }, (_, index) => {
    const at = (index + 1) * hertz;
    const share = ((isLog ? Math.log10(at) : at) - low) / (high - low);
    const line = { color: colours.text, width: index === 0 ? 1.5 : 1, dash: index === 0 ? "solid" : "dot" };
    const shape: PlotShape = {
      type: "line",
      xref: "paper",
      x0: share,
      x1: share,
      yref: "paper",
      y0: 0,
      y1: 1,
      layer: "above",
      line,
    };
    return { shape, share };
  });
}
