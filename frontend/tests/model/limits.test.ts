import { describe, expect, it } from "vitest";

import {
  effectiveLimits,
  judgeLimits,
  type OwnLimitsByTag,
  parseLimit,
  readLimits,
  withLimit,
  writeLimits,
} from "../../src/model/limits";

const LIMITS = { lolo: 0, lo: 10, hi: 20, hihi: 30 };

describe("limits", () => {
  it.each([
    [-1, "lolo"],
    [0, "lo"],
    [10, null],
    [20, null],
    [20.1, "hi"],
    [30, "hi"],
    [31, "hihi"],
    [NaN, null],
  ] as const)("judge %d as %s", (value, level) => {
    expect(judgeLimits(value, LIMITS)).toEqual(level);
  });

  it("set here take the place of the device's, and may take them away", () => {
    expect(effectiveLimits({ hi: 20, lo: 10, label: "x" }, { hi: 25, lo: null, hihi: 40 })).toEqual({
      hi: 25,
      hihi: 40,
    });
  });

  it("are given back to the device when unset, and survive being stored, whatever a tag is called", () => {
    const one = withLimit(withLimit(new Map(), "__proto__", "hi", 5), "a", "lo", null);
    expect([...readLimits(writeLimits(one))]).toEqual([
      ["__proto__", { hi: 5 }],
      ["a", { lo: null }],
    ]);
    expect([...withLimit(one, "a", "lo", undefined).keys()]).toEqual(["__proto__"]);
  });

  it("are bounded in number", () => {
    let all: OwnLimitsByTag = new Map();
    for (let index = 0; index < 600; index++) all = withLimit(all, `t${index}`, "hi", 1);
    expect(all.size).toEqual(500);
  });

  it.each([null, "", "{", "3", '[1, ["a"], ["b", null], ["c", {"hi": "x"}], ["d", {"hi": 1e999}]]'])(
    "stored as %j are none",
    (text) => {
      expect(readLimits(text).size).toEqual(0);
    },
  );

  it.each([
    ["", null],
    [" 12,5 ", 12.5],
    ["-3e2", -300],
    ["x", undefined],
    ["1e999", undefined],
  ] as const)("typed as %j are read as %s", (text, value) => {
    expect(parseLimit(text)).toEqual(value);
  });
});
