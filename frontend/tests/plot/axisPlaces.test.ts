import { describe, expect, it } from "vitest";

import { PLAIN_STYLE } from "../../src/model/chartStyle";
import { planAxes } from "../../src/plot/axes";
import { axisAt, endsOf, placeOfValue, valueAtPlace } from "../../src/plot/axisPlaces";

const TAGS = [
  { tag: "a", unit: "A", kind: "number", states: [] },
  { tag: "b", unit: "bar", kind: "number", states: [] },
] as const;
const BOX = { left: 50, top: 10, width: 400, height: 200 };
const scene = {
  plan: planAxes(TAGS),
  ends: new Map([
    ["y", [0, 10] as const],
    ["y2", [0, 1000] as const],
  ]),
  style: PLAIN_STYLE,
};

describe("places of values", () => {
  it("are on the axis of the tag, from its foot up", () => {
    expect([
      placeOfValue(scene, BOX, "a", 0),
      placeOfValue(scene, BOX, "a", 5),
      placeOfValue(scene, BOX, "b", 1000),
      placeOfValue(scene, BOX, "b", 1001),
      placeOfValue(scene, BOX, "unknown", 1),
    ]).toEqual([{ y: 210, beyond: 0 }, { y: 110, beyond: 0 }, { y: 10, beyond: 0 }, { y: 10, beyond: 1 }, null]);
  });

  it("give the value back, as exactly as a pixel tells it, and never one outside the axis", () => {
    expect([
      valueAtPlace(scene, BOX, "a", 110),
      valueAtPlace(scene, BOX, "a", 111),
      valueAtPlace(scene, BOX, "b", 111),
      valueAtPlace(scene, BOX, "a", -500),
    ]).toEqual([5, 4.95, 495, 10]);
  });

  it("on a logarithmic axis are by exponents", () => {
    const log = { ...scene, style: { ...PLAIN_STYLE, scale: "log" as const }, ends: new Map([["y", [0, 2] as const]]) };
    expect([placeOfValue(log, BOX, "a", 10), valueAtPlace(log, BOX, "a", 110), endsOf(log, "A")]).toEqual([
      { y: 110, beyond: 0 },
      10,
      [1, 100],
    ]);
  });

  it("are none where each line has its own range", () => {
    const norm = { ...scene, style: { ...PLAIN_STYLE, axes: "norm" as const } };
    expect([placeOfValue(norm, BOX, "a", 5), axisAt(norm, BOX, 10, 100)]).toEqual([null, null]);
  });

  it("beside the plot tell which axis is under the hand", () => {
    expect([axisAt(scene, BOX, 10, 110)?.key, axisAt(scene, BOX, 470, 110)?.at, axisAt(scene, BOX, 200, 110)]).toEqual([
      "A",
      0.5,
      null,
    ]);
  });
});
