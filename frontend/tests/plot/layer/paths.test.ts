import { describe, expect, it } from "vitest";

import { dashes, labelsAt, linePath, markerPath, type Scale } from "../../../src/plot/layer/paths";
import type { PlotTrace } from "../../../src/plot/plotly";

/** 100 pixels for 100 ms, and 50 for values from 0 to 50. */
const SCALE: Scale = { width: 100, height: 50, start: 1000, perMillisecond: 1, low: 0, perUnit: 1, isLog: false };

function trace(points: readonly (readonly [number, number])[], more: Partial<PlotTrace> = {}): PlotTrace {
  return {
    type: "scatter",
    uid: "t",
    name: "t",
    mode: "lines",
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    yaxis: "y",
    line: { color: "red", dash: "solid", width: 1, shape: "linear", simplify: false },
    marker: { color: "red", size: 4 },
    connectgaps: false,
    cliponaxis: true,
    ...more,
  };
}

describe("the path of a line", () => {
  it("runs through its points and is broken at a gap", () => {
    const gappy = trace([
      [1000, 0],
      [1010, 10.123],
      [1020, NaN],
      [1030, 50],
    ]);
    expect(linePath(gappy, SCALE)).toBe("M0,50L10,39.88M30,0");
  });

  it("of steps holds each value until the next", () => {
    const { line } = trace([]);
    const stepped = trace(
      [
        [1000, 0],
        [1010, 10],
      ],
      { line: { ...line, shape: "hv" } },
    );
    expect(linePath(stepped, SCALE)).toBe("M0,50H10V40");
  });

  it("of a band is closed, each part for itself", () => {
    const band = trace(
      [
        [1000, 0],
        [1010, 10],
        [1020, NaN],
        [1030, 0],
        [1040, 10],
      ],
      { fill: "toself" },
    );
    expect(linePath(band, SCALE)).toBe("M0,50L10,40ZM30,50L40,40Z");
  });

  it("has no place for zero on a logarithmic axis", () => {
    const points = trace([
      [1000, 10],
      [1010, 0],
      [1020, 100],
    ]);
    expect(linePath(points, { ...SCALE, perUnit: 10, isLog: true })).toBe("M0,40M20,30");
  });

  it.each([
    [
      "left and right",
      [
        [-9e9, 0],
        [9e9, 50],
      ],
      "M-20000,50M-20000,25L20000,25",
    ],
    [
      "below",
      [
        [1050, -1e12],
        [1060, 25],
      ],
      "M50,20000M60,20000L60,25",
    ],
    [
      "wholly",
      [
        [1000, 1e9],
        [1100, 1e9],
      ],
      "M0,-20000M100,-20000",
    ],
  ] as const)("is cut where it goes far outside: %s", (_, points, path) => {
    expect(linePath(trace(points), SCALE)).toBe(path);
  });

  it("of a band keeps its shape however far it reaches", () => {
    const band = trace(
      [
        [-9e9, 10],
        [9e9, 10],
        [9e9, 20],
        [-9e9, 20],
      ],
      { fill: "toself" },
    );
    expect(linePath(band, SCALE)).toBe("M-20000,40L20000,40L20000,30L-20000,30Z");
  });
});

describe("marks", () => {
  it("are drawn over the edge only where what lies outside is cut off", () => {
    const points = [
      [990, 10],
      [1050, 10],
    ] as const;
    const count = (cliponaxis: boolean): number =>
      markerPath(trace(points, { cliponaxis }), SCALE).split("M").length - 1;
    expect([count(true), count(false)]).toEqual([2, 1]);
  });

  it("and texts stand at their points", () => {
    const text = trace([[1050, 25]], { text: ["RUN"], textfont: { size: 12 }, textposition: "middle center" });
    expect([markerPath(trace([[1050, 25]]), SCALE).slice(0, 6), labelsAt(text, SCALE)]).toEqual([
      "M50,25",
      [{ x: 50, y: 28, text: "RUN" }],
    ]);
  });
});

it("a dash is as long as plotly makes it", () => {
  expect([dashes("solid", 1.6), dashes("dash", 1.6), dashes("dot", 4)]).toEqual(["none", "9,9", "4,4"]);
});
