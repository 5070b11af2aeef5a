import { describe, expect, it } from "vitest";

import { tickText } from "../../src/components/overview/outlineStrip";

describe("the times below the overview", () => {
  it("have seconds where ticks are nearer than a minute, so that none is written twice", () => {
    expect([10, 60, 86400].map((step) => tickText("2026-11-21 12:04:30.000", step))).toEqual([
      "12:04:30",
      "12:04",
      "11-21",
    ]);
  });

  it("name the day at midnight, but not for the whole minute after it", () => {
    expect([0, 10].map((second) => tickText(`2026-11-21 00:00:${second ? 10 : "00"}.000`, 10))).toEqual([
      "11-21",
      "00:00:10",
    ]);
  });
});
