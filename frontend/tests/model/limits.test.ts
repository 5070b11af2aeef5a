import { describe, expect, it } from "vitest";

import { changeBody, decodeTagLimits, limitsIn, parseLimit } from "../../src/model/limits";

describe("limits", () => {
  it("are those of the tag's description", () => {
    expect(limitsIn({ hi: 20, lo: 10, label: "x", hihi: NaN })).toEqual({ hi: 20, lo: 10 });
  });

  it("are told by whose they are, and changed one at a time", () => {
    const limits = decodeTagLimits({
      set: { hi: 25, lo: null, alarm_states: ["FAULT"], on_delay: 2 },
      device: { hi: 20, unit: "x" },
    });
    const bodies = [changeBody(limits, "hi", 30), changeBody(limits, "hi", null), changeBody(limits, "lo", 1)];
    expect([limits.set, limits.device, ...bodies.map((body) => JSON.parse(body) as object)]).toEqual([
      { hi: 25, on_delay: 2 },
      { hi: 20 },
      { alarm_states: ["FAULT"], hi: 30, lo: null, on_delay: 2 },
      { alarm_states: ["FAULT"], lo: null, on_delay: 2 },
      { alarm_states: ["FAULT"], hi: 25, lo: 1, on_delay: 2 },
    ]);
  });

  it.each([
    ["", null],
    [" 12,5 ", 12.5],
    ["-3e2", -300],
    ["x", undefined],
    ["1e999", undefined],
  ] as const)("typed as %j are read as %s", (text, value) => {
    expect(parseLimit(text)).toEqual(value);
  });
});
