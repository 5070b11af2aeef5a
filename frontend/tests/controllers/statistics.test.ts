import { describe, expect, it, vi } from "vitest";

import { Statistics } from "../../src/controllers/statistics";
import type { Ask } from "../../src/protocol/rest";

const ANSWER = { count: 3, min: 1, max: 5, mean: 2.5, std: 0.5 };

describe("what the server says of a stretch", () => {
  it("is asked for once, and known when it has come, also of a stretch that has slid a little", async () => {
    const ask = vi.fn<Ask>(() => Promise.resolve({ isOk: true, value: ANSWER }));
    const changed = vi.fn();
    const statistics = new Statistics(ask, changed);
    expect(statistics.find("a/b", { start: 0, end: 1000 })).toBeNull();
    expect(statistics.find("a/b", { start: 0, end: 1000 })).toBeNull();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
    expect(ask.mock.calls).toEqual([["GET", "api/v1/statistics?tag=a%2Fb&start=0&end=1000"]]);
    expect(statistics.find("a/b", { start: 10, end: 1010 })).toEqual({
      count: 3,
      min: 1,
      max: 5,
      mean: 2.5,
      deviation: 0.5,
    });
    expect(statistics.find("a/b", { start: 100, end: 1100 })).toBeNull();
  });
});
