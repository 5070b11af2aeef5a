import { describe, expect, it } from "vitest";

import type { Segment } from "../../src/data/segment";
import { summarise } from "../../src/data/stats";

function segment(points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

describe("the legend's numbers", () => {
  const points = segment([
    [0, 100],
    [1, 2],
    [2, 4],
    [3, NaN],
    [4, 9],
    [5, 100],
  ]);

  it("are of the visible range alone, gaps left out", () => {
    const { count, min, max, mean, deviation, last } = summarise([points], { start: 1, end: 4 });
    expect([count, min, max, mean, last]).toEqual([3, 2, 9, 3, 9]);
    expect(deviation).toBeCloseTo(1, 12);
  });

  it("weigh each value by the time it holds, from the start of the range to its end", () => {
    const pump = segment([
      [-5, 4],
      [2, 10],
      [3, 0],
    ]);
    expect(summarise([pump], { start: 0, end: 10 }).mean).toBeCloseTo((2 * 4 + 10) / 10, 12);
  });

  it("count what held before the range among its values, as far as it holds", () => {
    const pump = segment([
      [-5, 40],
      [2, 10],
      [3, 0],
    ]);
    const extremes = (start: number, gapSeconds?: number) => {
      const { count, min, max } = summarise([pump], { start, end: 10 }, gapSeconds);
      return [count, min, max];
    };
    expect([extremes(0), extremes(2), extremes(0, 3)]).toEqual([
      [2, 0, 40],
      [2, 0, 10],
      [2, 0, 10],
    ]);
  });

  it("do not count a value through the silence that breaks its line", () => {
    const silent = segment([
      [-500, 1000],
      [1, 2],
      [3, 4],
    ]);
    expect(summarise([silent], { start: 0, end: 5 }, 60).mean).toBe(3);
  });

  it("weigh all alike that hold for no time", () => {
    expect(summarise([points], { start: 5, end: 5 }).mean).toBe(100);
  });

  it("keep a small deviation on a large offset", () => {
    const many = segment(Array.from({ length: 10000 }, (_, index) => [index, 1e9 + (index % 2)] as const));
    expect(summarise([many], { start: 0, end: 1e4 }).deviation).toBeCloseTo(0.5, 6);
  });

  it("show as last what was before the range when nothing lies in it", () => {
    const { count, last, mean } = summarise([points], { start: 1.2, end: 1.4 });
    expect([count, last, mean]).toEqual([0, 2, NaN]);
  });

  it("tell that some values have no place on a logarithmic axis", () => {
    expect([
      summarise(
        [
          segment([
            [0, 0],
            [1, 1],
          ]),
        ],
        { start: 0, end: 1 },
      ).hasNonPositive,
      summarise([points], { start: 0, end: 5 }).hasNonPositive,
    ]).toEqual([true, false]);
  });
});
