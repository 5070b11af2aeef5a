import { describe, expect, it } from "vitest";

import type { Range, Segment } from "../../src/data/segment";
import { cyclesOf, lastCycles, medianOf, slowestOf } from "../../src/model/cycles";

const ALL: Range = { start: 0, end: 100 };

function columns(...points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

/** High for a second from each of these times on. */
function pulses(...times: readonly number[]): Segment {
  return columns(
    [0, 0],
    ...times.flatMap(
      (time) =>
        [
          [time, 1],
          [time + 1, 0],
        ] as const,
    ),
  );
}

describe("cycles", () => {
  it("run from rise to rise, the last one up to now", () => {
    const cycles = cyclesOf([pulses(10, 20, 33)], ALL, 40);
    expect(cycles.map(({ start, end, isRunning }) => [start, end, isRunning])).toEqual([
      [10, 20, false],
      [20, 33, false],
      [33, 40, true],
    ]);
  });

  it("begin inside the range, and a gap or the first value is no rise", () => {
    expect(cyclesOf([pulses(10, 20, 33)], { start: 15, end: 25 }, 99).map(({ start, end }) => [start, end])).toEqual([
      [20, 25],
    ]);
    expect(
      cyclesOf([columns([1, 1], [2, NaN], [3, 1], [4, 0], [5, NaN], [6, 1])], ALL, 9).map(({ start }) => start),
    ).toEqual([6]);
    expect(cyclesOf([], ALL, 9)).toEqual([]);
  });

  it("are the last so many whole ones and the running one", () => {
    const cycles = lastCycles(cyclesOf([pulses(10, 20, 33, 40)], ALL, 45), 2);
    expect(cycles.map(({ start }) => start)).toEqual([20, 33, 40]);
  });

  it("tell the slowest and the median; one alone is not slow", () => {
    const cycles = cyclesOf([pulses(10, 20, 33, 40)], ALL, 99);
    expect([
      slowestOf(cycles)?.start,
      medianOf(cycles),
      slowestOf(cyclesOf([pulses(10, 20)], ALL, 99)),
      medianOf([]),
    ]).toEqual([20, 10, null, NaN]);
  });
});
