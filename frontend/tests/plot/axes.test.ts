import { describe, expect, it } from "vitest";

import { type AxisTag, NORM_UNIT, planAxes } from "../../src/plot/axes";

function tag(name: string, unit: string, kind: AxisTag["kind"] = "number", states: readonly string[] = []): AxisTag {
  return { tag: name, unit, kind, states };
}

describe("axes", () => {
  it("of one unit are shared, of two face each other, a third opens a pane below", () => {
    const { axes, axisOf } = planAxes([tag("a", "°C"), tag("b", "bar"), tag("c", "°C"), tag("d", "l/s")]);
    expect(axes.map(({ name, unit, side, overlaying }) => [name, unit, side, overlaying])).toEqual([
      ["y", "°C", "left", null],
      ["y2", "bar", "right", "y"],
      ["y3", "l/s", "left", null],
    ]);
    expect(Object.fromEntries(axisOf)).toEqual({ a: "y", b: "y2", c: "y", d: "y3" });
    expect(axes[0]!.domain[0]).toBeGreaterThan(axes[2]!.domain[1]);
  });

  it("may be one per tag, or one for all lines", () => {
    const tags = [tag("a", "A"), tag("b", "A"), tag("c", "V")];
    expect((["own", "norm"] as const).map((sharing) => planAxes(tags, sharing).axes.map(({ key }) => key))).toEqual([
      ["a", "b", "c"],
      [NORM_UNIT],
    ]);
  });

  it("of states and booleans are strips of their own at the foot, labelled by their names", () => {
    const { axes } = planAxes([
      tag("s", "", "state", ["RUN", "STOP"]),
      tag("n", "V"),
      tag("b", "", "boolean", ["open", "shut"]),
      tag("c", "", "boolean"),
    ]);
    expect(axes.map(({ tags, labels }) => [tags[0], labels])).toEqual([
      ["n", []],
      ["s", ["RUN", "STOP"]],
      ["b", ["open", "shut"]],
      ["c", ["0", "1"]],
    ]);
    expect(axes[3]!.domain[0]).toBeCloseTo(0);
  });

  it("have strips as high as the names of their states, and at most half of the chart", () => {
    const heights = (count: number) => {
      const strips = Array.from({ length: count }, (_, index) => tag(`s${index}`, "", "state", ["RUN"]));
      return planAxes([tag("n", "V"), ...strips], "unit", 200).axes.map(({ domain: [low, high] }) =>
        Math.round(200 * (high - low)),
      );
    };
    expect([heights(1), heights(6)[0]! >= 78]).toEqual([[171, 22], true]);
  });

  it("fit into the chart however many there are", () => {
    const { axes } = planAxes(Array.from({ length: 40 }, (_, index) => tag(`t${index}`, "", "boolean")));
    expect(axes.every(({ domain: [low, high] }) => low >= 0 && high <= 1 && low < high)).toEqual(true);
  });

  it("of no tags are none", () => {
    expect(planAxes([]).axes).toEqual([]);
  });
});
