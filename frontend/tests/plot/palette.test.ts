import { describe, expect, it } from "vitest";

import { ink, Palette } from "../../src/plot/palette";

describe("colours", () => {
  it("stay with their tag, and differ among drawn tags", () => {
    const palette = new Palette();
    const drawn: string[] = [];
    for (let index = 0; index < 24; index++) {
      palette.slot(`t${index}`, drawn);
      drawn.push(`t${index}`);
    }
    const inks = drawn.map((tag) => JSON.stringify(ink(palette.slot(tag, drawn), "dark")));
    expect([new Set(inks).size, palette.slot("t3", []), palette.slot("new", ["t1", "t2"])]).toEqual([24, 3, 0]);
  });
});
