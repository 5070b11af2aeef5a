/**
 * Spectrum: the amplitudes of the tones in a stretch of points. Pure.
 *
 * Welch's method (1967): stretches of `size` points that overlap by half, each under a Hann window, their powers
 * averaged. An amplitude is that of a sine: a tone of 2 mm/s shows as 2 mm/s.
 */

import { Fft } from "./fft";
import type { Segment } from "./segment";

export interface Even {
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

export const LARGEST_TRANSFORM = 65_536;
export const LEAST_POINTS = 16;
const MOST_AVERAGED = 4;
const MOST_RESAMPLED = 4 * LARGEST_TRANSFORM;
/** Steps that differ by less than this part of the usual one are equal. */
const EQUAL = 0.02;
/** A silence of so many usual steps is a gap. */
const GAP_STEPS = 4;

/** The longest part without a gap, equally spaced; `null` with fewer than `LEAST_POINTS`. */
export function evenly({ times, values }: Pick<Segment, "times" | "values">): Even | null {
  const steps = times
    .subarray(1)
    .map((time, index) => time - times[index]!)
    .filter((step) => step > 0);
  const usual = steps.sort()[steps.length >> 1] ?? NaN;
  if (!(usual > 0)) return null;
  const [from, to] = longestPart(times, values, GAP_STEPS * usual);
  if (to - from < LEAST_POINTS) return null;
  const span = times[to - 1]! - times[from]!;
  const isCut = to - from < times.length;
  const mean = span / (to - from - 1); // exact, where the usual one has the grain of the clock
  let isEven = true;
  for (let index = from; index < to && isEven; index++)
    isEven = Math.abs(times[index]! - times[from]! - (index - from) * mean) <= EQUAL * mean;
  if (isEven)
    return { values: Float64Array.from(values.subarray(from, to)), rate: 1 / mean, isResampled: false, isCut };
  const count = Math.min(Math.round(span / usual) + 1, MOST_RESAMPLED);
  const step = span / (count - 1);
  const between = interpolated(times, values, from, step, count);
  return { values: between, rate: 1 / step, isResampled: true, isCut };
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
  const fft = new Fft(size);
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  for (let turn = 0; turn < averages; turn++) {
    const end = values.length - (turn * size) / 2;
    windowed(values.subarray(end - size, end), real);
    imaginary.fill(0);
    fft.transform(real, imaginary);
    for (let index = 0; index < powers.length; index++) powers[index]! += real[index]! ** 2 + imaginary[index]! ** 2;
  }
  // A Hann window halves every amplitude, and half of it lies at negative frequencies.
  const amplitudes = powers.map((power) => (4 * Math.sqrt(power / averages)) / size);
  return { amplitudes, step: rate / size, averages };
}

function windowed(values: Float64Array, into: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const turn = (2 * Math.PI) / values.length;
  for (let index = 0; index < values.length; index++)
    into[index] = (values[index]! - mean) * (0.5 - 0.5 * Math.cos(index * turn));
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
