import { describe, expect, it } from "vitest";

import { lastPoints, spanOf } from "../../src/model/legacyStyle";

function segment(...times: number[]) {
  return { times: Float64Array.from(times), values: Float64Array.from(times, (time) => time * 10) };
}

describe("the last points", () => {
  it("are taken across segments, and all where there are fewer", () => {
    const segments = [segment(1, 2, 3), segment(4, 5)];
    expect([...lastPoints(segments, 4).times]).toEqual([2, 3, 4, 5]);
    expect([...lastPoints(segments, 4).values]).toEqual([20, 30, 40, 50]);
    expect([...lastPoints(segments, 120).times]).toEqual([1, 2, 3, 4, 5]);
    expect(lastPoints([], 120).times.length).toBe(0);
  });

  it("span the time from the first of any to the last of any", () => {
    expect(spanOf([segment(3, 4), segment(), segment(2, 3)])).toEqual({ start: 2, end: 4 });
    expect(spanOf([segment()])).toBeNull();
    expect(spanOf([segment(7)])!.start).toBeLessThan(7);
  });
});
