import { describe, expect, it } from "vitest";

import { gapAfter, judgeAge, usualInterval } from "../../src/model/freshness";

describe("gaps", () => {
  it.each([
    [0.01, 3, 3],
    [5, 1, 5],
    [5, NaN, 5],
    [NaN, 3, NaN],
  ])("are measured by the longer of %d s between arrivals and %d s between stamps", (learned, stamps, usual) => {
    expect(usualInterval(learned, stamps)).toEqual(usual);
  });

  it.each([
    ["number", 5, 15],
    ["number", 0.1, 2],
    ["number", NaN, Infinity],
    ["state", 1, Infinity],
    ["boolean", 1, Infinity],
  ] as const)("a %s that comes every %d s breaks after %d s", (kind, interval, seconds) => {
    expect(gapAfter({ kind, interval }, "auto")).toEqual(seconds);
  });
});

describe("age", () => {
  it.each([
    [1.9, 0.1, "fresh"],
    [2.1, 0.1, "late"],
    [10.1, 0.1, "stale"],
    [29, 10, "fresh"],
    [31, 10, "late"],
    [101, 10, "stale"],
    [59, NaN, "fresh"],
    [61, NaN, "stale"],
    [NaN, 1, "none"],
  ] as const)("of %d s at an interval of %d s is %s", (age, interval, judged) => {
    expect(judgeAge(age, interval)).toEqual(judged);
  });
});
