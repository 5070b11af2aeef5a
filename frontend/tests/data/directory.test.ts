import { describe, expect, it } from "vitest";

import { Directory, decimalsOf } from "../../src/data/directory";
import type { Table } from "../../src/protocol/frames";
import type { TagInfo } from "../../src/protocol/tags";

function directory(meta: TagInfo["meta"], ...values: number[]): Directory {
  const known = new Directory();
  known.apply({
    type: "tags",
    full: true,
    more: false,
    gone: [],
    tags: [{ id: 1, tag: "a", unit: "", kind: "number", states: [], meta }],
  });
  for (const value of values) known.applyTable(tableOf(value));
  return known;
}

function tableOf(value: number): Table {
  const [one, rate] = [Float64Array.of(value), Float32Array.of(1)];
  return {
    count: 1,
    more: false,
    series: Uint32Array.of(1),
    ...{ time: one, value: one, arrival: one, rate, bytesRate: rate, interval: rate, offset: rate },
    flags: Uint32Array.of(0),
  };
}

describe("the decimals of a tag", () => {
  it("are as many as it has sent, and as stand beside its last value", () => {
    const entry = directory({}, 1.25, 3).find("a");
    expect([decimalsOf(entry), decimalsOf(entry, [0.125])]).toEqual([2, 3]);
  });

  it("are those that its device asks for, whatever its values are", () => {
    expect(decimalsOf(directory({ decimals: 2 }, 1 / 3).find("a"), [1 / 7])).toEqual(2);
  });

  it("of a computed one stay the same, however small the last value is", () => {
    const entry = directory({}, 10 / 9, 0.1 / 90).find("a");
    expect([decimalsOf(entry), decimalsOf(entry, [-100 / 9])]).toEqual([4, 3]);
  });
});
