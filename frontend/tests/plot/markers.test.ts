import { describe, expect, it } from "vitest";

import { NO_POINTS } from "../../src/data/segment";
import { isolated, markTraces } from "../../src/plot/markers";
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
  it("tell retained and out-of-order points from fresh ones, in words too, with the tag as text", () => {
    const traces = markTraces(line({ marks: { strays: points([2, 7]), retained: points([9, 3]) } }), {
      axis: "y2",
      uid: "t1",
      isMarked: true,
    });
    expect(traces.map(({ marker, yaxis, hovertemplate }) => [marker.symbol, yaxis, hovertemplate])).toEqual([
      ["x-thin-open", "y2", "%{y:.6~g} came out of order<extra>a&lt;b&gt;</extra>"],
      [
        "diamond-open",
        "y2",
        "%{y:.6~g} last known value, kept by the broker; its time is not known<extra>a&lt;b&gt;</extra>",
      ],
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
