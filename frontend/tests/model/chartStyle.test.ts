import { describe, expect, it } from "vitest";

import { fixedEnds, PLAIN_STYLE, withFixed } from "../../src/model/chartStyle";

describe("a fixed value range", () => {
  it("holds for its unit until it is emptied or makes no sense", () => {
    const fixed = withFixed(PLAIN_STYLE, "°C", [0, 50]);
    expect([
      fixedEnds(fixed, "°C"),
      fixedEnds(fixed, "bar"),
      withFixed(fixed, "°C", [NaN, 50]).fixed,
      withFixed(fixed, "°C", [5, 5]).fixed,
    ]).toEqual([[0, 50], null, [], []]);
  });

  it("is in powers of ten on a logarithmic axis, and needs to be above zero there", () => {
    const log = { ...PLAIN_STYLE, scale: "log" as const };
    expect([fixedEnds(withFixed(log, "", [0.1, 1000]), ""), fixedEnds(withFixed(log, "", [0, 10]), "")]).toEqual([
      [-1, 3],
      null,
    ]);
  });
});
