import { expect, it } from "vitest";

import { paperZoom } from "../../src/controllers/paper";

it("charts fit on one page, unless they would be too small to read", () => {
  expect([
    paperZoom(1040, 660),
    paperZoom(2080, 660),
    paperZoom(1040, 1320),
    paperZoom(1040, 5000),
    paperZoom(390, 300),
  ]).toEqual([1, 0.5, 0.5, 1, 1]);
});
