import { describe, expect, it } from "vitest";

import { visibleRows } from "../../src/components/virtualRows";

describe("visible rows", () => {
  it("are all of a short list", () => {
    expect(visibleRows(300, 500, 600, 26)).toEqual({
      first: 0,
      last: 300,
      above: 0,
      below: 0,
      seen: { first: 19, last: 44 },
    });
  });

  it("are those on the screen and some around it of a long one, the rest only space", () => {
    const { first, last, above, below } = visibleRows(10_000, 26_000, 520, 26);
    expect([first <= 1000 && last >= 1020, last - first < 60, above + (last - first) * 26 + below]).toEqual([
      true,
      true,
      260_000,
    ]);
  });

  it("reach the end when scrolled beyond it, as when the list has become shorter", () => {
    expect(visibleRows(1000, 1e6, 520, 26).last).toEqual(1000);
  });
});
