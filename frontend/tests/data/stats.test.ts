import { describe, expect, it } from "vitest";

import { difference, NO_CURSORS, toggled, valueAt } from "../../src/model/cursors";
import { fixedEnds, PLAIN_STYLE, withFixed } from "../../src/model/chartStyle";
import type { Segment } from "../../src/data/segment";
import { summarise } from "../../src/data/stats";

function segment(points: readonly (readonly [number, number])[]): Segment {
  return { times: Float64Array.from(points, ([time]) => time), values: Float64Array.from(points, ([, value]) => value) };
}

const LINE = { isStepped: false, gapSeconds: Infinity };

describe("the legend's numbers", () => {
  const points = segment([[0, 100], [1, 2], [2, 4], [3, NaN], [4, 9], [5, 100]]);

  it("are of the visible range alone, gaps left out", () => {
    const { count, min, max, mean, deviation, last } = summarise([points], { start: 1, end: 4 });
    expect([count, min, max, mean, last]).toEqual([3, 2, 9, 5, 9]);
    expect(deviation).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 3), 12);
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
    expect([summarise([segment([[0, 0], [1, 1]])], { start: 0, end: 1 }).hasNonPositive, summarise([points], { start: 0, end: 5 }).hasNonPositive]).toEqual([true, false]);
  });
});

describe("a cursor", () => {
  it("reads a line between its points, over two segments", () => {
    expect(valueAt([segment([[0, 0], [1, 10]]), segment([[2, 30]])], 1.5, LINE)).toEqual(20);
  });

  it("reads a step as the value that holds", () => {
    expect(valueAt([segment([[0, 1], [10, 2]])], 9.9, { isStepped: true, gapSeconds: Infinity })).toEqual(1);
  });

  it("reads nothing in a gap, before the first point, and after the last", () => {
    const points = [segment([[10, 1], [100, 2]])];
    expect([valueAt(points, 50, { isStepped: false, gapSeconds: 20 }), valueAt(points, 5, LINE), valueAt(points, 101, LINE)]).toEqual([NaN, NaN, NaN]);
  });

  it("and another give difference and slope; at one instant there is no slope", () => {
    expect([difference(2, 5, 2), difference(2, 5, 0).slope]).toEqual([{ dy: 3, slope: 1.5 }, NaN]);
  });

  it("pair appears inside the picture, and is taken away by the same key", () => {
    const cursors = toggled(NO_CURSORS, { start: 0, end: 30 });
    expect([cursors, toggled(cursors, { start: 0, end: 30 })]).toEqual([{ a: 10, b: 20 }, NO_CURSORS]);
  });
});

describe("a fixed value range", () => {
  it("holds for its unit until it is emptied or makes no sense", () => {
    const fixed = withFixed(PLAIN_STYLE, "°C", [0, 50]);
    expect([fixedEnds(fixed, "°C"), fixedEnds(fixed, "bar"), withFixed(fixed, "°C", [NaN, 50]).fixed, withFixed(fixed, "°C", [5, 5]).fixed]).toEqual([[0, 50], null, [], []]);
  });

  it("is in powers of ten on a logarithmic axis, and needs to be above zero there", () => {
    const log = { ...PLAIN_STYLE, scale: "log" as const };
    expect([fixedEnds(withFixed(log, "", [0.1, 1000]), ""), fixedEnds(withFixed(log, "", [0, 10]), "")]).toEqual([[-1, 3], null]);
  });
});
