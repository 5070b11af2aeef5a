import { describe, expect, it } from "vitest";

import { limitShapes } from "../../../src/plot/shapes/limitLines";

describe("limit lines", () => {
  it("lie on the axis of their tag, severe ones solid, and name the tag where the axis has several", () => {
    const { shapes, annotations } = limitShapes([
      { tag: "x/temp", axis: "y2", isAlone: false, limits: { hi: 20, hihi: 30 } },
      { tag: "<b>", axis: "y", isAlone: true, limits: { lo: 1 } },
    ]);
    expect(shapes.map(({ yref, y0, line }) => [yref, y0, line.dash])).toEqual([
      ["y2", 30, "solid"],
      ["y2", 20, "dash"],
      ["y", 1, "dash"],
    ]);
    expect(annotations.map(({ text }) => text)).toEqual(["temp hihi 30", "temp hi 20", "lo 1"]);
  });
});
