import { describe, expect, it } from "vitest";

import type { Entry } from "../../src/data/directory";
import { rankTags, type Sort } from "../../src/model/tagTree";
import { Sparkline, SPARKLINE_SECONDS } from "../../src/plot/sparkline";
import { Sparklines } from "../../src/controllers/sparklines";

const NOW = 1_700_000_000;

function entry(tag: string, more: Partial<Entry> = {}): Entry {
  return { info: { id: 1, tag, unit: "", kind: "number", states: [], meta: {} }, time: NOW, value: 1, arrival: NOW, rate: 0, bytesRate: 0, interval: NaN, offset: NaN, isRetained: false, ...more };
}

describe("tags by rank", () => {
  const entries = new Map([entry("slow", { rate: 1, bytesRate: 900, arrival: NOW - 5 }), entry("fast", { rate: 50, bytesRate: 200 }), entry("dead", { arrival: NOW - 900 }), entry("new", { arrival: NaN })].map((one) => [one.info.tag, one]));

  it.each([
    ["tree", ["dead", "fast", "new", "slow", "unknown"]],
    ["rate", ["fast", "slow", "dead", "new", "unknown"]],
    ["bytes", ["slow", "fast", "dead", "new", "unknown"]],
    ["age", ["dead", "slow", "fast", "new", "unknown"]],
  ] as [Sort, string[]][])("go by %s", (sort, order) => {
    expect(rankTags(["dead", "fast", "new", "slow", "unknown"], sort, (tag) => entries.get(tag), NOW)).toEqual(order);
  });
});

describe("a sparkline", () => {
  it("spans its window from left to right, and keeps the spike of a stretch", () => {
    const sparkline = new Sparkline();
    for (const [age, value] of [[294, 0], [200, 0], [199.9, 10], [199.8, 0], [1, 0]] as const) sparkline.add(NOW - age, value);
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

  it("of a constant lies in the middle", () => {
    const sparkline = new Sparkline();
    for (const age of [60, 30]) sparkline.add(NOW - age, 7);
    expect(sparkline.path(NOW, 59, 10, Infinity)).toMatch(/^M[\d.]+,5.0L[\d.]+,5.0$/);
  });
});

describe("sparklines", () => {
  it("ask once for what is seen, and again after another life of the server", async () => {
    const asked: string[] = [];
    const sparklines = new Sparklines(
      async (_, path) => {
        asked.push(path.split("&")[0]!);
        return { isOk: true, value: { time: [NOW - 60, NOW - 30], value: [1, null] } };
      },
      () => NOW,
      () => true,
    );
    sparklines.want(["a&b", "c"]);
    await expect.poll(() => sparklines.revision.value).toBe(1);
    sparklines.want(["c"]);
    sparklines.newTable([entry("c", { value: 3 }), entry("kept", { isRetained: true })]);
    expect([asked, sparklines.of("c")!.path(NOW, 59, 10, Infinity) !== "", sparklines.of("kept")]).toEqual([["api/v1/series?tag=a%26b", "api/v1/series?tag=c"], true, undefined]);
    sparklines.forget();
    sparklines.want(["c"]);
    await expect.poll(() => asked.length).toBe(3);
  });
});
