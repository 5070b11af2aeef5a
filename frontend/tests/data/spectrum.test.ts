import { describe, expect, it } from "vitest";

import { RealFft } from "../../src/data/fft";
import { evenly, type Peak, peaksOf, spectrumOf } from "../../src/data/spectrum";

function points(rate: number, count: number, value: (time: number) => number, jitter = 0) {
  const times = Float64Array.from({ length: count }, (_, index) => {
    const shift = jitter * Math.sin(12.9898 * index); // the same every time
    return 1_700_000_000 + (index + shift) / rate;
  });
  return { times, values: Float64Array.from(times, (time) => value(time - 1_700_000_000)) };
}

const tone = (hertz: number, amplitude: number) => (time: number) => amplitude * Math.sin(2 * Math.PI * hertz * time);
const near = (wanted: number): unknown => expect.closeTo(wanted, 2 - Math.log10(2 * wanted)); // within 1 %

describe("the transform", () => {
  it("equals the sum that defines it", () => {
    const size = 64;
    const values = Array.from({ length: size }, (_, index) => Math.sin(index * index) + index / 10);
    const powers = new Float64Array(size / 2);
    new RealFft(size).addPowers(Float64Array.from(values), powers);
    for (let line = 0; line < size / 2; line++) {
      const angle = (index: number): number => (-2 * Math.PI * line * index) / size;
      const real = values.reduce((sum, value, index) => sum + value * Math.cos(angle(index)), 0);
      const imaginary = values.reduce((sum, value, index) => sum + value * Math.sin(angle(index)), 0);
      expect(powers[line]).toBeCloseTo(real ** 2 + imaginary ** 2, 8);
    }
  });

  it("refuses a size that is no power of two", () => {
    expect(() => new RealFft(12)).toThrow("expected a power of two from 4, got 12");
  });
});

describe("the spectrum", () => {
  it.each([3200, 1000, 417.3])("finds two tones at %d samples a second, within 1 %", (rate) => {
    const two = (time: number): number => 40 + tone(87.31, 2)(time) + tone(121.7, 0.35)(time);
    const even = evenly(points(rate, 8192, two))!;
    const peaks = peaksOf(spectrumOf(even), 2);
    expect([even.isResampled, peaks]).toEqual([
      false,
      [
        { hertz: near(87.31), amplitude: near(2) },
        { hertz: near(121.7), amplitude: near(0.35) },
      ],
    ] satisfies [boolean, readonly unknown[]]);
  });

  it("takes points of uneven times at even ones, and says so", () => {
    const even = evenly(points(1000, 8192, tone(13.7, 5), 0.3))!;
    const [peak] = peaksOf(spectrumOf(even), 1) as [Peak];
    expect([even.isResampled, peak]).toEqual([true, { hertz: near(13.7), amplitude: near(5) }]);
  });

  it("takes the longest part without a gap", () => {
    const all = points(100, 1000, tone(7, 1));
    all.values[300] = NaN;
    for (let index = 900; index < 1000; index++) all.times[index]! += 60;
    const even = evenly(all)!;
    expect([even.values.length, even.isCut, even.isResampled]).toEqual([599, true, false]);
  });

  it("says nothing of too few points, or of points of one instant", () => {
    expect([evenly(points(10, 5, tone(1, 1))), evenly(points(Infinity, 50, tone(1, 1)))]).toEqual([null, null]);
  });

  it("averages what overlaps by half, so that noise sinks and a tone stays", () => {
    const spectrum = spectrumOf({ ...evenly(points(1000, 200_000, tone(125, 3)))!, isCut: false });
    expect([spectrum.averages, spectrum.amplitudes.length, peaksOf(spectrum, 1)[0]]).toEqual([
      4,
      32_768,
      { hertz: near(125), amplitude: near(3) },
    ]);
  });
});
