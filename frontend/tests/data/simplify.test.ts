import { describe, expect, it } from "vitest";

import type { Segment } from "../../src/data/segment";
import { simplify } from "../../src/data/simplify";

const PIXELS = { perSecond: 1, perUnit: 1 };

function line(values: readonly number[]): Segment {
  return { times: Float64Array.from(values, (_, index) => index), values: Float64Array.from(values) };
}

/** How far the points given are from the thinned line, at a pixel per second and `perUnit`. */
function farthest(given: Segment, thinned: Segment, perUnit: number): number {
  let worst = 0;
  let right = 1;
  given.times.forEach((time, index) => {
    while (thinned.times[right]! < time) right += 1;
    const [x, y] = [time - thinned.times[right - 1]!, (given.values[index]! - thinned.values[right - 1]!) * perUnit];
    const [dx, dy] = [
      thinned.times[right]! - thinned.times[right - 1]!,
      (thinned.values[right]! - thinned.values[right - 1]!) * perUnit,
    ];
    worst = Math.max(worst, Math.abs(x * dy - y * dx) / Math.hypot(dx, dy));
  });
  return worst;
}

describe("a thinned line", () => {
  it.each([1, 30, 300])(
    "of a wave %d pixels high keeps its peaks, is nowhere visibly off, and has far fewer points",
    (perUnit) => {
      const wave = line(Array.from({ length: 2000 }, (_, index) => Math.sin(index / 50) + 0.2 * Math.sin(index / 7)));
      const thinned = simplify(wave, { perSecond: 1, perUnit });
      expect(farthest(wave, thinned, perUnit)).toBeLessThan(0.36);
      expect([Math.min(...thinned.values), Math.max(...thinned.values)]).toEqual([
        Math.min(...wave.values),
        Math.max(...wave.values),
      ]);
      expect(thinned.times.length).toBeLessThan(1200);
    },
  );

  it("keeps the same points wherever it begins, but for its first pixels", () => {
    const times = Float64Array.from({ length: 400 }, (_, index) => 7 + index);
    const wave = { times, values: times.map((time) => 40 * Math.sin(time / 50)) };
    const kept = [0, 3, 21, 50].map((from) => {
      const thinned = simplify({ times: times.subarray(from), values: wave.values.subarray(from) }, PIXELS);
      return [...thinned.times].filter((time) => time > 7 + 50 + 16);
    });
    expect(new Set(kept.map((times) => times.join())).size).toBe(1);
  });

  it("keeps a spike of one sample and both of its feet", () => {
    expect([...simplify(line([0, 0, 0, 0, 0.1, 0, 0, 0, 0]), PIXELS).times]).toEqual([0, 3, 4, 5, 8]);
  });

  it("keeps every point of noise", () => {
    const noise = line(Array.from({ length: 100 }, (_, index) => (index % 2) * 0.001));
    expect(simplify(noise, PIXELS).times.length).toEqual(100);
  });

  it("keeps gaps and the points at their sides", () => {
    expect([...simplify(line([1, 1, 1, NaN, 2, 2, 2]), PIXELS).times]).toEqual([0, 2, 3, 4, 6]);
  });

  it("of a straight line is its ends; where the pixels are not known all stays", () => {
    const straight = line([0, 1, 2, 3, 4, 5]);
    expect([
      [...simplify(straight, PIXELS).times],
      simplify(straight, { perSecond: 1, perUnit: NaN }).times.length,
      simplify(line([1, 2]), PIXELS).times.length,
    ]).toEqual([[0, 5], 6, 2]);
  });

  it("bears points of equal time", () => {
    const { values } = simplify(
      { times: Float64Array.of(0, 1, 1, 2, 3), values: Float64Array.of(0, 1, 8, 9, 10) },
      PIXELS,
    );
    expect([...values]).toEqual([0, 1, 8, 10]);
  });
});
