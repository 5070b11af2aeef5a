import { describe, expect, it } from "vitest";

import { SPARKLINE_SECONDS, Sparkline } from "../../src/plot/sparkline";

const NOW = 1_700_000_000;

describe("a sparkline", () => {
  it("spans its window from left to right, and keeps the spike of a stretch", () => {
    const sparkline = new Sparkline();
    for (const [age, value] of [
      [294, 0],
      [200, 0],
      [199.9, 10],
      [199.8, 0],
      [1, 0],
    ] as const)
      sparkline.add(NOW - age, value);
    const path = sparkline.path(NOW, 59, 10, Infinity);
    expect([path.startsWith("M0.0,10.0"), path.includes(",0.0"), path.split("M").length - 1]).toEqual([true, true, 1]);
  });

  it("is broken where silence is unusual", () => {
    const sparkline = new Sparkline();
    for (const age of [250, 245, 100, 95]) sparkline.add(NOW - age, age);
    expect(sparkline.path(NOW, 59, 10, 20).split("M").length - 1).toEqual(2);
  });

  it("forgets what is older than its window, and takes no gaps", () => {
    const sparkline = new Sparkline();
    for (const age of [SPARKLINE_SECONDS + 20, SPARKLINE_SECONDS + 10, 5]) sparkline.add(NOW - age, 1);
    sparkline.add(NOW, NaN);
    expect(sparkline.path(NOW, 59, 10, Infinity)).toEqual("");
  });

  it("knows the lowest and the highest that it holds", () => {
    const sparkline = new Sparkline();
    const before = sparkline.ends;
    for (const [age, value] of [
      [60, 0.00039],
      [30, 1.14],
      [5, 0.2],
    ] as const)
      sparkline.add(NOW - age, value);
    expect([before, sparkline.ends]).toEqual([[], [0.00039, 1.14]]);
  });

  it("of a constant lies in the middle", () => {
    const sparkline = new Sparkline();
    for (const age of [60, 30]) sparkline.add(NOW - age, 7);
    expect(sparkline.path(NOW, 59, 10, Infinity)).toMatch(/^M[\d.]+,5.0L[\d.]+,5.0$/);
  });
});
