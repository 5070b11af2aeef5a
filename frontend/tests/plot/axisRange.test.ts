import { describe, expect, it } from "vitest";

import { nextEnds, niceEnds } from "../../src/plot/axisRange";

describe("value ranges", () => {
  it("hold the data with air, at round numbers", () => {
    expect(niceEnds(20.9, 22.8)).toEqual([20.8, 23]);
  });

  it("stand still while the data moves inside and fills them", () => {
    const before = niceEnds(20, 30);
    expect([nextEnds(before, 20.2, 29.5), nextEnds(before, 20, 33)[1]! > before[1]]).toEqual([before, true]);
  });

  it("narrow once the data fills little of them", () => {
    expect(nextEnds([0, 1000], 20, 30)).toEqual(niceEnds(20, 30));
  });

  it.each([
    [0, 0],
    [21.5, 21.5],
    [-5, -5],
    [1e9, 1e9],
    [1e-9, 1e-9],
    [-1e308, 1e308],
  ])("of %d to %d are finite and in order", (low, high) => {
    const [from, to] = niceEnds(low, high);
    expect(Number.isFinite(from) && Number.isFinite(to) && from < to && from <= low && to >= high).toEqual(true);
  });
});
