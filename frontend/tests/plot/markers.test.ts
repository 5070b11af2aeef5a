import { describe, expect, it } from "vitest";

import { NO_POINTS } from "../../src/data/segment";
import { isolated, markAt, markTraces } from "../../src/plot/markers";
import type { Line } from "../../src/plot/scene";

const points = (...pairs: readonly (readonly [number, number])[]) => ({
  times: Float64Array.from(pairs, ([time]) => time),
  values: Float64Array.from(pairs, ([, value]) => value),
});

function line(more: Partial<Line> = {}): Line {
  return {
    tag: "a<b>",
    unit: "",
    kind: "number",
    states: [],
    ink: { colour: "#123456", dash: "solid" },
    taken: { range: { start: -Infinity, end: Infinity }, shift: 0 },
    ...points([1, 1], [2, NaN], [3, 5], [4, NaN], [5, 1], [6, 2]),
    ...more,
  };
}

describe("lone points", () => {
  it("are those with a gap or nothing at either side", () => {
    expect([...isolated(line()).times]).toEqual([1, 3]);
  });

  it("are marked, unless every point is", () => {
    const place = { axis: "y", uid: "t1" };
    expect(markTraces(line(), { ...place, isMarked: false }).map(({ uid, x }) => [uid, [...x]])).toEqual([
      ["t1-lone", [1000, 3000]],
    ]);
    expect(markTraces(line(), { ...place, isMarked: true })).toEqual([]);
  });
});

describe("marks", () => {
  it("tell retained and out-of-order points from fresh ones, in words too", () => {
    const traces = markTraces(line({ marks: { strays: points([2, 7]), retained: points([9, 3]) } }), {
      axis: "y2",
      uid: "t1",
      isMarked: true,
    });
    expect(traces.map(({ marker, yaxis }) => [marker.symbol, yaxis])).toEqual([
      ["x-thin-open", "y2"],
      ["diamond-open", "y2"],
    ]);
    const marks = { strays: points([2, 7]), retained: points([9, 3]) };
    expect([2.4, 5, 9].map((time) => markAt(marks, time, 0.5)?.words.slice(0, 17))).toEqual([
      "came out of order",
      undefined,
      "last known value,",
    ]);
  });

  it("are not made of states", () => {
    expect(
      markTraces(line({ kind: "state", marks: { strays: points([2, 7]), retained: NO_POINTS } }), {
        axis: "y",
        uid: "t1",
        isMarked: false,
      }),
    ).toEqual([]);
  });
});
