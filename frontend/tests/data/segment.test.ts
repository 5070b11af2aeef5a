import { describe, expect, it } from "vitest";

import { joined, pace, type Segment, sortByTime } from "../../src/data/segment";

function segment(...points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

function points(...values: readonly number[]) {
  return { times: Float64Array.from(values, (_, index) => index + 1), values: Float64Array.from(values) };
}

describe("the pace of points", () => {
  it("is the usual step between the newest ones, whatever silence is among them", () => {
    const times = Float64Array.of(
      ...Array.from({ length: 50 }, (_, index) => index * 100),
      5000,
      5001,
      5002,
      5003,
      5900,
      ...Array.from({ length: 30 }, (_, index) => 6000 + index),
    );
    expect([pace(times), pace(times.subarray(0, 50)), pace(times.subarray(0, 2))]).toEqual([1, 100, NaN]);
  });
});

describe("sorting by time", () => {
  it("keeps points of equal time in the order in which they came", () => {
    expect([...sortByTime(segment([2, 1], [1, 2], [2, 3], [1, 4])).values]).toEqual([2, 4, 1, 3]);
  });
});

describe("a chain", () => {
  it("is joined to the points inside a range", () => {
    expect([
      ...joined([points(1, 2, 3), { times: Float64Array.of(4, 5), values: Float64Array.of(40, 50) }], {
        start: 2,
        end: 4,
      }).values,
    ]).toEqual([2, 3, 40]);
  });
});
