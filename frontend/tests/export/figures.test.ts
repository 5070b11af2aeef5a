import { describe, expect, it } from "vitest";

import { figuresText } from "../../src/export/figures";
import type { LegendRow } from "../../src/plot/legend";

const ROW: LegendRow = {
  ...{ tag: "=line/temp", unit: "°C", kind: "number", states: [], decimals: 1, ink: { colour: "#000", dash: "solid" } },
  stats: { count: 2, last: -2, min: -2, max: 4, mean: 1, deviation: 3, hasNonPositive: true },
  ...{ isHidden: false, last: -2, isHoverExact: true, hover: NaN, a: 4, b: -2, difference: { dy: -6, slope: -0.5 } },
};

describe("figures for a spreadsheet", () => {
  it("are cells between tabs, with what the cursors say, and no formula of a stranger", () => {
    expect(figuresText([ROW], true, ["Δt 12 s"]).split("\n")).toEqual([
      "Tag\tUnit\tlast\tmin\tmax\tmean\tσ\tA\tB\tΔy\tslope/s",
      "'=line/temp\t°C\t-2.0\t-2.0\t4.0\t1.00\t3.00\t4.0\t-2.0\t-6.0\t-0.5",
      "Δt 12 s",
      "",
    ]);
  });
});
