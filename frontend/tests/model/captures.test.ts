import { describe, expect, it } from "vitest";

import { capturedLine, decodeCapture, decodeLines } from "../../src/model/captures";

const FIELDS = {
  at: 3,
  start: 1,
  end: 5,
  name: "Fault",
  reason: "oven rises through 80",
  tags: ["oven"],
  points: 2,
  whole: true,
  pinned: false,
  trigger: 4,
};

describe("captures", () => {
  it("are listed with what fired, and when", () => {
    expect(decodeCapture(FIELDS, 7)).toEqual({
      id: 7,
      at: 3,
      range: { start: 1, end: 5 },
      trigger: 4,
      name: "Fault",
      reason: "oven rises through 80",
      tags: ["oven"],
      points: 2,
      isWhole: true,
      isPinned: false,
    });
  });

  it("without a time are none", () => {
    expect(decodeCapture({ ...FIELDS, at: null }, 7)).toEqual(null);
  });

  it("have points, of which null is a gap", () => {
    const lines = decodeLines({
      lines: [{ tag: "a", unit: "°C", kind: "state", states: ["RUN"], time: [1, 2], value: [0, null] }],
    });
    const capture = { ...decodeCapture(FIELDS, 1)!, lines };
    expect([capturedLine(capture, "a"), capturedLine(capture, "b"), capturedLine(null, "a")]).toEqual([
      {
        tag: "a",
        unit: "°C",
        kind: "state",
        states: ["RUN"],
        times: Float64Array.of(1, 2),
        values: Float64Array.of(0, NaN),
      },
      null,
      null,
    ]);
  });
});
