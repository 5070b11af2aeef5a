import { describe, expect, it } from "vitest";

import {
  decimalsForSize,
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatValue,
  formatZone,
} from "../src/format";

describe("numbers", () => {
  it.each([
    [21.5, undefined, "21.5"],
    [21.123456, undefined, "21.123"],
    [-0.00001, undefined, "−1e−5"],
    [12345678.9, undefined, "1.2346e7"],
    [21.5, 2, "21.50"],
    [21.5, 99, "21.5"],
    [NaN, 2, "–"],
    [-Infinity, undefined, "−∞"],
    [0, undefined, "0"],
  ])("%d with decimals %s reads %s", (value, decimals, text) => {
    expect(formatValue(value, decimals)).toEqual(text);
  });

  it("that were computed have as many decimals as the largest of them is worth five digits, a tiny one three", () => {
    expect([0.0012, 0.27, 1.14, 70.5, 120, 1_200_000, 1e8, 0].map(decimalsForSize)).toEqual([
      5,
      4,
      4,
      3,
      2,
      1,
      undefined,
      undefined,
    ]);
  });

  it("of time, rate and size read as people say them", () => {
    expect([0.4, 12.7, 150, 7300, 200_000, NaN].map(formatAge)).toEqual([
      "now",
      "12 s",
      "2 min",
      "2 h",
      "2 d",
      "never",
    ]);
    expect([0.25, 12, 90, 12_000, 7200, 360_000].map(formatDuration)).toEqual([
      "250 ms",
      "12 s",
      "2 min",
      "3 h 20 min",
      "2 h",
      "4 d 4 h",
    ]);
    expect([0, 0.34, 9.96, 412.4, 12_345].map(formatRate)).toEqual(["0", "0.3", "10.0", "412", "12.3 k"]);
    expect([12, 4_300_000, 1 << 30].map(formatBytes)).toEqual(["12 B", "4.1 MiB", "1 GiB"]);
    expect(formatCount(1_234_567)).toEqual("1\u202f234\u202f567");
    expect([0, -60, 210, -345].map(formatZone)).toEqual(["UTC", "UTC+1", "UTC−3:30", "UTC+5:45"]);
  });
});
