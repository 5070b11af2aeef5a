import { describe, expect, it } from "vitest";

import { PLAIN_STYLE } from "../../../src/model/chartStyle";
import type { TriggerLevel } from "../../../src/model/trigger";
import { planAxes } from "../../../src/plot/axes";
import { overlayShapes } from "../../../src/plot/shapes/overlayShapes";

const plan = planAxes([{ tag: "line/a", unit: "", kind: "number", states: [] }]);
const range = { start: 100, end: 200 };
const level: TriggerLevel = { id: 1, tag: "line/a", value: 7, says: ">", isArmed: true, isMovable: true };

describe("a saved picture", () => {
  it("has the cursors and the instant of the trigger where they stand, those outside not", () => {
    const instants = { a: 125, b: 250, trigger: 150 };
    const { shapes, annotations } = overlayShapes({ instants, levels: [], range, plan, style: PLAIN_STYLE });
    expect([shapes.map(({ x0 }) => x0), annotations.map(({ text }) => text)]).toEqual([
      [0.25, 0.5],
      ["A", "T"],
    ]);
  });

  it("has the levels that triggers wait for, as text that is no markup", () => {
    const { shapes, annotations } = overlayShapes({ instants: null, levels: [level], range, plan, style: PLAIN_STYLE });
    expect([shapes.map(({ yref, y0 }) => [yref, y0]), annotations.map(({ text }) => text)]).toEqual([
      [["y", 7]],
      ["T a &gt; 7"],
    ]);
  });
});
