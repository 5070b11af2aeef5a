import { describe, expect, it } from "vitest";

import { durationsOf } from "../../src/data/durations";

const NAMES = ["STOP", "RUN", "FAULT"];

function points(list: readonly (readonly [number, number])[]) {
  return { times: Float64Array.from(list, ([time]) => time), values: Float64Array.from(list, ([, value]) => value) };
}

const name = (value: number): string => NAMES[value]!;

describe("durations", () => {
  it("counts what held at the start, what began, and nothing after the last is known", () => {
    const found = durationsOf(
      [
        points([
          [-10, 1],
          [4, 0],
          [6, 1],
          [7, 1],
        ]),
        points([
          [8, 2],
          [9, NaN],
          [12, 0],
        ]),
      ],
      { start: 0, end: 20 },
      16,
      name,
    );
    expect(found).toEqual([
      { state: "RUN", seconds: 6, starts: 1, share: 6 / 13 },
      { state: "STOP", seconds: 6, starts: 2, share: 6 / 13 },
      { state: "FAULT", seconds: 1, starts: 1, share: 1 / 13 },
    ]);
  });

  it("agrees with a count of every hundredth of a second", () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const list = Array.from(
      { length: 60 },
      () => [Math.floor(random() * 1000) / 10, Math.floor(random() * 3)] as const,
    );
    list.sort((a, b) => a[0] - b[0]);
    const all = points(list);
    const found = durationsOf([all], { start: 20, end: 70 }, Infinity, name);
    const seconds = new Map<string, number>();
    for (let tick = 2000; tick < 7000; tick++) {
      const at = tick / 100 + 0.005;
      const last = list.filter(([time]) => time <= at).pop();
      if (last !== undefined) seconds.set(name(last[1]), (seconds.get(name(last[1])) ?? 0) + 0.01);
    }
    expect(found.map(({ state, seconds: sum }) => [state, sum.toFixed(4)]).sort()).toEqual(
      [...seconds].map(([state, sum]) => [state, sum.toFixed(4)]).sort(),
    );
  });
});
