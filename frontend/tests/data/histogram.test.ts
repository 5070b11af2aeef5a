import { describe, expect, it } from "vitest";

import { histogramOf } from "../../src/data/histogram";
import { pairsOf, thinned } from "../../src/data/pairs";

function points(list: readonly (readonly [number, number])[]) {
  return {
    times: Float64Array.from(list, ([time]) => time),
    values: Float64Array.from(list, ([, value]) => value),
  };
}

describe("the histogram", () => {
  it("counts seconds, not points: a value counts as long as it holds", () => {
    const found = histogramOf(
      points([
        [0, 0],
        [90, 10],
        [91, 10],
        [92, 10],
      ]),
      { start: 0, end: 100 },
      1000,
    )!;
    expect([found.total, found.seconds[0], found.seconds.at(-1), found.percentiles]).toEqual([100, 90, 10, [0, 0, 10]]);
  });

  it("leaves out a gap, and a silence longer than the tag usually keeps", () => {
    const found = histogramOf(
      points([
        [0, 1],
        [5, NaN],
        [10, 2],
        [15, 2],
        [60, 3],
      ]),
      { start: 2, end: 61 },
      10,
    )!;
    expect([found.total, found.low, found.low + found.width * found.seconds.length]).toEqual([9, 1, 3]);
  });

  it("has bins of whole grains, so that none is empty for want of values", () => {
    const list = Array.from({ length: 100 }, (_, index) => [index, 20.8 + 0.1 * (index % 4)] as const);
    const found = histogramOf(points(list), { start: 0, end: 100 }, 10, 0.1)!;
    expect([found.seconds.length, Array.from(found.seconds).map(Math.round), found.low.toFixed(2)]).toEqual([
      4,
      [25, 25, 25, 25],
      "20.75",
    ]);
  });

  it("has one bin for a tag that never moves, and none for nothing", () => {
    const still = histogramOf(points([[0, 7]]), { start: 0, end: 4 }, 10)!;
    expect([Array.from(still.seconds), still.low, still.width]).toEqual([[4], 6.5, 1]);
    expect(histogramOf(points([]), { start: 0, end: 4 }, 10)).toBeNull();
  });
});

describe("pairs", () => {
  const x = points([
    [0, 0],
    [10, 10],
  ]);
  const y = points([
    [5, 1],
    [15, 3],
  ]);

  it("lie between the points of both tags", () => {
    const found = pairsOf(x, y, "interpolated", [100, 100]);
    expect([Array.from(found.times), Array.from(found.x), Array.from(found.y)]).toEqual([
      [5, 10],
      [5, 10],
      [1, 2],
    ]);
  });

  it("take the last known value where that is wanted", () => {
    const found = pairsOf(x, y, "held", [100, 100]);
    expect([Array.from(found.times), Array.from(found.x), Array.from(found.y)]).toEqual([
      [5, 10, 15],
      [0, 10, 10],
      [1, 1, 3],
    ]);
  });

  it("are none across a silence of either tag", () => {
    expect(pairsOf(x, y, "interpolated", [5, 100]).times).toHaveLength(1);
    expect(pairsOf(x, y, "held", [100, 1]).times).toHaveLength(2);
  });

  it("that fall on one place are drawn once, the newest always", () => {
    const times = Float64Array.from({ length: 1000 }, (_, index) => index);
    const still = new Float64Array(1000).fill(1);
    still[500] = 2;
    const found = thinned({ times, x: still, y: still }, 100);
    expect(Array.from(found.times)).toEqual([0, 500, 501, 999]);
  });
});
