import { describe, expect, it } from "vitest";

import { Sparklines } from "../../src/controllers/sparklines";
import type { Entry } from "../../src/data/directory";

const NOW = 1_700_000_000;

function entry(tag: string, more: Partial<Entry> = {}): Entry {
  return {
    info: { id: 1, tag, unit: "", kind: "number", states: [], meta: {} },
    time: NOW,
    value: 1,
    arrival: NOW,
    rate: 0,
    bytesRate: 0,
    interval: NaN,
    offset: NaN,
    isRetained: false,
    decimals: 0,
    largest: 0,
    ...more,
  };
}

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
    expect([asked, sparklines.of("c")!.path(NOW, 59, 10, Infinity) !== "", sparklines.of("kept")]).toEqual([
      ["api/v1/series?tag=a%26b", "api/v1/series?tag=c"],
      true,
      undefined,
    ]);
    sparklines.forget();
    sparklines.want(["c"]);
    await expect.poll(() => asked.length).toBe(3);
  });

  it("of tiles are asked for as well as those of the list, also by a page that shows no list", async () => {
    const asked: string[] = [];
    const sparklines = new Sparklines(
      async (_, path) => {
        asked.push(path.split("&")[0]!.split("=")[1]!);
        return { isOk: true, value: {} };
      },
      () => NOW,
      () => true,
    );
    sparklines.want(["tile"], "tiles");
    sparklines.want(["row", "tile"]);
    await expect.poll(() => asked).toEqual(["tile", "row"]);
    await expect.poll(() => sparklines.revision.value).toBe(1);
    sparklines.forget();
    await expect.poll(() => asked).toEqual(["tile", "row", "tile", "row"]);
  });
});
