import { describe, expect, it } from "vitest";

import type { Line } from "../../src/plot/scene";
import { isolated, markTraces } from "../../src/plot/markers";
import { NO_POINTS } from "../../src/data/segment";
import { Series } from "../../src/data/series";
import { DECIMATED, SNAPSHOT, type Block } from "../../src/protocol/frames";

const points = (...pairs: readonly (readonly [number, number])[]) => ({ times: Float64Array.from(pairs, ([time]) => time), values: Float64Array.from(pairs, ([, value]) => value) });

function line(more: Partial<Line> = {}): Line {
  return { tag: "a<b>", unit: "", kind: "number", states: [], ink: { colour: "#123456", dash: "solid" }, ...points([1, 1], [2, NaN], [3, 5], [4, NaN], [5, 1], [6, 2]), ...more };
}

function block(first: number, flags: number, ...pairs: readonly (readonly [number, number])[]): Block {
  return { series: 1, flags, raw: pairs.length * 10, first, next: first + pairs.length, ...points(...pairs) };
}

describe("lone points", () => {
  it("are those with a gap or nothing at either side", () => {
    expect([...isolated(line()).times]).toEqual([1, 3]);
  });

  it("are marked, unless every point is", () => {
    const place = { axis: "y", uid: "t1" };
    expect(markTraces(line(), { ...place, isMarked: false }).map(({ uid, x }) => [uid, [...x]])).toEqual([["t1-lone", [1000, 3000]]]);
    expect(markTraces(line(), { ...place, isMarked: true })).toEqual([]);
  });
});

describe("marks", () => {
  it("tell retained and out-of-order points from fresh ones, in words too, with the tag as text", () => {
    const traces = markTraces(line({ marks: { strays: points([2, 7]), retained: points([9, 3]) } }), { axis: "y2", uid: "t1", isMarked: true });
    expect(traces.map(({ marker, yaxis, hovertemplate }) => [marker.symbol, yaxis, hovertemplate])).toEqual([
      ["x-thin-open", "y2", "%{y:.6~g} came out of order<extra>a&lt;b&gt;</extra>"],
      ["diamond-open", "y2", "%{y:.6~g} last known value, kept by the broker; its time is not known<extra>a&lt;b&gt;</extra>"],
    ]);
  });

  it("are not made of states", () => {
    expect(markTraces(line({ kind: "state", marks: { strays: points([2, 7]), retained: NO_POINTS } }), { axis: "y", uid: "t1", isMarked: false })).toEqual([]);
  });
});

describe("a series", () => {
  it("remembers which points came out of order, in a snapshot and later, and answers them sorted all the same", () => {
    const series = new Series("t", 100);
    series.accept(block(0, SNAPSHOT, [1, 1], [3, 3], [2, 2]), null);
    series.accept(block(3, 0, [5, 5], [4, 4]), null);
    const all = { start: 0, end: 10 };
    expect([[...series.strays(all).times], [...series.strays({ start: 3, end: 10 }).times]]).toEqual([[2, 4], [4]]);
    expect(series.read(all).flatMap(({ times }) => [...times])).toEqual([1, 2, 3, 4, 5]);
  });

  it("forgets them with a new snapshot, and remembers no more than a thousand", () => {
    const series = new Series("t", 10_000);
    series.accept(block(0, SNAPSHOT, [1e6, 0]), null);
    series.accept(block(1, 0, ...Array.from({ length: 1500 }, (_, index) => [index, 0] as const)), null);
    const all = { start: 0, end: 1e6 };
    const count = series.strays(all).times.length;
    series.accept(block(2000, SNAPSHOT, [1, 1]), null);
    expect([count, series.strays(all).times.length]).toEqual([1000, 0]);
  });

  it("says of decimated points how many each stands for", () => {
    const series = new Series("t", 100);
    series.accept(block(0, SNAPSHOT | DECIMATED, [0, 1], [10, 2], [20, 1], [30, 2]), null);
    const [held] = series.read({ start: 0, end: 40 });
    expect([held!.weight, held!.spacing]).toEqual([10, 30]);
  });
});
