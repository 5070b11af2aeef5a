import { describe, expect, it } from "vitest";

import { offeredWindows } from "../../src/model/timeView";

function labels(heldSeconds: number): string[] {
  return offeredWindows(heldSeconds).map(({ label }) => label);
}

describe("the windows to choose from", () => {
  it("grow with what is held", () => {
    const short = ["10 s", "1 min", "10 min", "1 h", "8 h"];
    expect(labels(0)).toEqual([...short, "all"]);
    expect(labels(9 * 3600)).toEqual([...short, "24 h", "all"]);
    expect(labels(3 * 86400)).toEqual([...short, "24 h", "7 d", "all"]);
    expect(labels(8 * 86400)).toEqual([...short, "24 h", "7 d", "30 d", "all"]);
  });
});
