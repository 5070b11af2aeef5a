import { describe, expect, it } from "vitest";

import type { Entry } from "../../src/data/directory";
import { flatRows, matcher, type Row, rankTags, type Sort, sortTags, treeRows } from "../../src/model/tagTree";

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

function picture(rows: readonly Row[]): string[] {
  return rows.map(
    (row) => `${"  ".repeat(row.depth)}${row.type === "group" ? `${row.isOpen ? "▾" : "▸"} ${row.label}` : row.label}`,
  );
}

describe("tags by rank", () => {
  const entries = new Map(
    [
      entry("slow", { rate: 1, bytesRate: 900, arrival: NOW - 5 }),
      entry("fast", { rate: 50, bytesRate: 200 }),
      entry("dead", { arrival: NOW - 900 }),
      entry("new", { arrival: NaN }),
    ].map((one) => [one.info.tag, one]),
  );

  it.each([
    ["tree", ["dead", "fast", "new", "slow", "unknown"]],
    ["rate", ["fast", "slow", "dead", "new", "unknown"]],
    ["bytes", ["slow", "fast", "dead", "new", "unknown"]],
    ["age", ["dead", "slow", "fast", "new", "unknown"]],
  ] as [Sort, string[]][])("go by %s", (sort, order) => {
    expect(rankTags(["dead", "fast", "new", "slow", "unknown"], sort, (tag) => entries.get(tag), NOW)).toEqual(order);
  });
});

describe("the tree", () => {
  it("groups by slash, in natural order", () => {
    expect(picture(treeRows(["line1/pump10", "room", "line1/pump2", "line2/x", "line2/y"], new Set()))).toEqual([
      "room",
      "▾ line1",
      "  pump2",
      "  pump10",
      "▾ line2",
      "  x",
      "  y",
    ]);
  });

  it("joins groups with one way on, and a group of one tag with that tag", () => {
    expect(picture(treeRows(["plant/hall/line/a", "plant/hall/line/b", "lone/some/tag"], new Set()))).toEqual([
      "lone/some/tag",
      "▾ plant/hall/line",
      "  a",
      "  b",
    ]);
  });

  it("shows nothing below a shut group, which knows its tags", () => {
    const rows = treeRows(["a/b/c", "a/b/d", "a/e"], new Set(["a/"]));
    expect([picture(rows), rows[0]!.type === "group" && rows[0]!.tags]).toEqual([["▸ a"], ["a/e", "a/b/c", "a/b/d"]]);
  });

  it("keeps every tag, however its slashes stand", () => {
    const tags = ["/", "//", "a/", "/a", "a", "a//b", "__proto__", "__proto__/x", "constructor/y"];
    const rows = treeRows(tags, new Set());
    expect(rows.flatMap((row) => (row.type === "tag" ? [row.tag] : [])).sort()).toEqual([...tags].sort());
  });

  it("takes about ten times as long for ten times the tags", () => {
    const spent = (): number => process.cpuUsage().user + process.cpuUsage().system;
    const fastest = (runs: number, count: number): number => {
      const tags = Array.from({ length: count }, (_, index) => `hall${index % 10}/line${index % 100}/sensor${index}`);
      return Math.min(
        ...Array.from({ length: 5 }, () => {
          const before = spent();
          for (let run = 0; run < runs; run++)
            expect(treeRows(tags, new Set()).filter(({ type }) => type === "tag")).toHaveLength(count);
          return spent() - before;
        }),
      );
    };
    fastest(1, 1000); // the engine has compiled it
    expect(fastest(1, 10_000) / fastest(10, 1000)).toBeLessThan(4);
  });
});

describe("the search", () => {
  const tags = ["line1/temp", "line1/flow", "line2/Temp", "room temp"];

  it.each([
    ["temp", ["line1/temp", "line2/Temp", "room temp"]],
    ["TEMP line1", ["line1/temp"]],
    ["line?/temp", ["line1/temp", "line2/Temp"]],
    ["line1*", ["line1/flow", "line1/temp"]],
    ["*flow", ["line1/flow"]],
    ["[a-z]", []],
  ])("for %j finds %j", (search, found) => {
    expect(flatRows(sortTags(tags.filter(matcher(search)))).map((row) => row.type === "tag" && row.tag)).toEqual(found);
  });

  it("takes no exponential time for any pattern", () => {
    expect(matcher(`${"*a".repeat(40)}*b`)("a".repeat(2000))).toBe(false); // else the runner's own limit ends it
  });
});
