import { describe, expect, it } from "vitest";

import type { Entry } from "../../src/data/directory";
import { defaultTags } from "../../src/model/defaultTags";

describe("the page's own choice", () => {
  function entry(tag: string, rate: number, unit = "", kind: Entry["info"]["kind"] = "number"): Entry {
    return {
      info: { id: 0, tag, unit, kind, states: [], meta: {} },
      time: 0,
      value: 0,
      arrival: 0,
      rate,
      bytesRate: 0,
      interval: NaN,
      offset: NaN,
      isRetained: false,
      decimals: 0,
      largest: 0,
    };
  }

  it("is the busiest numbers and one state", () => {
    const entries = [
      entry("slow", 0.001),
      entry("b", 10, "bar"),
      entry("t2", 9, "°C"),
      entry("t1", 9, "°C"),
      entry("s", 1, "", "state"),
      entry("r", 1, "", "boolean"),
    ];
    expect(defaultTags(entries, [])).toEqual(["t1", "t2", "b", "r"]);
  });

  it("is the same whatever the rates of the moment are", () => {
    const at = (...rates: number[]) => rates.map((rate, index) => ({ ...entry(`t${index}`, rate), interval: 2 }));
    expect(defaultTags(at(0, 9, 0.1, 3, 5), [])).toEqual(defaultTags(at(5, 0, 3, 0.1, 9), []));
  });

  it("adds nothing beyond four numbers, and fills up what is there", () => {
    const entries = ["a", "b", "c", "d", "e"].map((tag) => entry(tag, 1));
    expect([defaultTags(entries, ["e", "a", "b"]), defaultTags(entries, ["a", "b", "c", "d"])]).toEqual([["c"], []]);
  });

  it("takes tags without a rate, since there is nothing else to see", () => {
    expect(defaultTags([entry("x", 0)], [])).toEqual(["x"]);
  });
});
