import { describe, expect, it } from "vitest";

import { fileName } from "../../src/export/download";

describe("a file", () => {
  it("is named by this machine's clock", () => {
    expect(fileName(new Date(2026, 10, 21, 12, 4, 31).getTime() / 1000, "csv")).toEqual(
      "mqtt-plot-2026-11-21-120431.csv",
    );
  });
});
