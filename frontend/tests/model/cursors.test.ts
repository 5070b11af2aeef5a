import { describe, expect, it } from "vitest";

import type { Segment } from "../../src/data/segment";
import { difference, NO_CURSORS, toggled, valueAt } from "../../src/model/cursors";

function segment(points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

const LINE = { isStepped: false, gapSeconds: Infinity, heldUntil: -Infinity };

describe("a cursor", () => {
  it("reads a line between its points, over two segments", () => {
    expect(
      valueAt(
        [
          segment([
            [0, 0],
            [1, 10],
          ]),
          segment([[2, 30]]),
        ],
        1.5,
        LINE,
      ),
    ).toEqual(20);
  });

  it("reads a step as the value that holds", () => {
    expect(
      valueAt(
        [
          segment([
            [0, 1],
            [10, 2],
          ]),
        ],
        9.9,
        { isStepped: true, gapSeconds: Infinity, heldUntil: -Infinity },
      ),
    ).toEqual(1);
  });

  it("reads nothing in a gap, before the first point, and after the last", () => {
    const points = [
      segment([
        [10, 1],
        [100, 2],
      ]),
    ];
    expect([
      valueAt(points, 50, { ...LINE, gapSeconds: 20 }),
      valueAt(points, 5, LINE),
      valueAt(points, 101, LINE),
    ]).toEqual([NaN, NaN, NaN]);
  });

  it("reads a state as long as it is known to hold, and a stepped number only where a step is drawn", () => {
    const points = [
      segment([
        [0, 1],
        [10, 2],
        [100, 3],
      ]),
    ];
    const state = { isStepped: true, gapSeconds: Infinity, heldUntil: 150 };
    const stepped = { isStepped: true, gapSeconds: 20, heldUntil: -Infinity };
    expect([120, 150, 151].map((time) => valueAt(points, time, state))).toEqual([3, 3, NaN]);
    expect([5, 50, 100, 101].map((time) => valueAt(points, time, stepped))).toEqual([1, NaN, 3, NaN]);
  });

  it("and another give difference and slope; at one instant there is no slope", () => {
    expect([difference(2, 5, 2), difference(2, 5, 0).slope]).toEqual([{ dy: 3, slope: 1.5 }, NaN]);
  });

  it("pair appears inside the picture, and is taken away by the same key", () => {
    const cursors = toggled(NO_CURSORS, { start: 0, end: 30 });
    expect([cursors, toggled(cursors, { start: 0, end: 30 })]).toEqual([{ a: 10, b: 20 }, NO_CURSORS]);
  });
});
