/**
 * Spectrum: the amplitudes of the tones in a stretch of points. Pure.
 *
 * Welch's method (1967): stretches of `size` points that overlap by half, each under a Hann window, their powers
 * averaged. An amplitude is that of a sine: a tone of 2 mm/s shows as 2 mm/s.
 */

import { RealFft } from "./fft";
import type { Segment } from "./segment";

interface Even {
  readonly values: Float64Array;
  /** Samples per second. */
  readonly rate: number;
  /** Whether the points were not equally spaced, so that these lie between them. */
  readonly isResampled: boolean;
  /** Whether a gap made this shorter than what was given. */
  readonly isCut: boolean;
}

export interface Spectrum {
  /** Amplitude in the tag's unit, for 0, `step`, 2 `step` … Hz. */
  readonly amplitudes: Float64Array;
  /** Hz between two of them. */
  readonly step: number;
  /** Over so many stretches. */
  readonly averages: number;
}

export interface Peak {
  readonly hertz: number;
  readonly amplitude: number;
}

const LARGEST_TRANSFORM = 65_536;
export const LEAST_POINTS = 16;
const MOST_AVERAGED = 4;
const MOST_RESAMPLED = 4 * LARGEST_TRANSFORM;
/** Steps that differ by less than this part of the usual one are equal. */
const EQUAL = 0.02;
/** A silence of so many usual steps is a gap. */
const GAP_STEPS = 4;

/** The longest part without a gap, equally spaced; `null` with fewer than `LEAST_POINTS`. */
export function evenly({ times, values }: Pick<Segment, "times" | "values">): Even | null {
  if (times.length >= LEAST_POINTS && isEvenly(times, 0, times.length) && values.every(Number.isFinite))
    return { values, rate: rateOf(times, 0, times.length), isResampled: false, isCut: false };
  const steps = times
    .subarray(1)
    .map((time, index) => time - times[index]!)
    .filter((step) => step > 0);
  const usual = steps.sort()[steps.length >> 1] ?? NaN;
  if (!(usual > 0)) return null;
  const [from, to] = longestPart(times, values, GAP_STEPS * usual);
  if (to - from < LEAST_POINTS) return null;
  const isCut = to - from < times.length;
  if (isEvenly(times, from, to))
    return { values: values.subarray(from, to), rate: rateOf(times, from, to), isResampled: false, isCut };
  const span = times[to - 1]! - times[from]!;
  const count = Math.min(Math.round(span / usual) + 1, MOST_RESAMPLED);
  const step = span / (count - 1);
  const between = interpolated(times, values, from, step, count);
  return { values: between, rate: 1 / step, isResampled: true, isCut };
}

/** Exact, where the usual step has the grain of the clock. */
function rateOf(times: Float64Array, from: number, to: number): number {
  return (to - from - 1) / (times[to - 1]! - times[from]!);
}

function isEvenly(times: Float64Array, from: number, to: number): boolean {
  const begin = times[from]!;
  const step = 1 / rateOf(times, from, to);
  if (!(step > 0)) return false;
  for (let index = from; index < to; index++)
    if (!(Math.abs(times[index]! - begin - (index - from) * step) <= EQUAL * step)) return false;
  return true;
}

function longestPart(times: Float64Array, values: Float64Array, gap: number): readonly [number, number] {
  let [best, bestEnd, from] = [0, 0, 0];
  for (let index = 0; index <= times.length; index++) {
    const isBroken =
      index === times.length ||
      !Number.isFinite(values[index]!) ||
      (index > from && times[index]! - times[index - 1]! > gap);
    if (!isBroken) continue;
    if (index - from > bestEnd - best) [best, bestEnd] = [from, index];
    from = index < times.length && Number.isFinite(values[index]!) ? index : index + 1;
  }
  return [best, bestEnd];
}

function interpolated(
  times: Float64Array,
  values: Float64Array,
  from: number,
  step: number,
  count: number,
): Float64Array {
  const between = new Float64Array(count);
  let at = from;
  for (let index = 0; index < count; index++) {
    const time = times[from]! + index * step;
    while (at + 2 < times.length && times[at + 1]! <= time) at += 1;
    const [left, right] = [times[at]!, times[at + 1]!];
    const share = right > left ? Math.min(1, (time - left) / (right - left)) : 1;
    between[index] = values[at]! + share * (values[at + 1]! - values[at]!);
  }
  return between;
}

/** Of the newest points. The mean is taken away first: a machine's rest position is no tone. */
export function spectrumOf({ values, rate }: Even): Spectrum {
  const size = 2 ** Math.min(Math.log2(LARGEST_TRANSFORM), Math.floor(Math.log2(values.length)));
  const averages = Math.min(MOST_AVERAGED, 1 + Math.floor((values.length - size) / (size / 2)));
  const powers = new Float64Array(size / 2);
  const { fft, hann, windowed } = toolsFor(size);
  for (let turn = 0; turn < averages; turn++) {
    const end = values.length - (turn * size) / 2;
    applyWindow(values.subarray(end - size, end), hann, windowed);
    fft.addPowers(windowed, powers);
  }
  // A Hann window halves every amplitude, and half of it lies at negative frequencies.
  const amplitudes = powers.map((power) => (4 * Math.sqrt(power / averages)) / size);
  return { amplitudes, step: rate / size, averages };
}

interface Tools {
  readonly fft: RealFft;
  readonly hann: Float64Array;
  readonly windowed: Float64Array;
}

/** A live picture needs those of one size again and again. There are 13 sizes, all of them 6 MB. */
const tools = new Map<number, Tools>();

function toolsFor(size: number): Tools {
  const known = tools.get(size);
  if (known !== undefined) return known;
  const hann = new Float64Array(size);
  for (let index = 0; index < size; index++) hann[index] = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size);
  const made = { fft: new RealFft(size), hann, windowed: new Float64Array(size) };
  tools.set(size, made);
  return made;
}

function applyWindow(values: Float64Array, window: Float64Array, into: Float64Array): void {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  const mean = sum / values.length;
  for (let index = 0; index < values.length; index++) into[index] = (values[index]! - mean) * window[index]!;
}

/** The highest peaks, highest first. A tone between two lines of the spectrum is found where it is, with its amplitude. */
export function peaksOf({ amplitudes, step }: Spectrum, most: number): Peak[] {
  const highest = amplitudes.reduce((high, amplitude) => Math.max(high, amplitude), 0);
  const found: Peak[] = [];
  for (let index = 2; index < amplitudes.length - 1; index++) {
    const [before, here, after] = [amplitudes[index - 1]!, amplitudes[index]!, amplitudes[index + 1]!];
    if (here <= before || here < after || here < highest / 1000) continue;
    // For a Hann window the ratio of the two highest lines tells where between them the tone lies.
    const ratio = Math.max(before, after) / here;
    const offset = (2 * ratio - 1) / (1 + ratio);
    found.push({
      hertz: (index + (after > before ? offset : -offset)) * step,
      amplitude:
        Math.abs(offset) < 1e-6 ? here : (here * Math.PI * offset * (1 - offset * offset)) / Math.sin(Math.PI * offset),
    });
  }
  return found.sort((a, b) => b.amplitude - a.amplitude).slice(0, most);
}
