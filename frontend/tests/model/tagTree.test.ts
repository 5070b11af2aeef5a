import { describe, expect, it } from "vitest";

import { visibleRows } from "../../src/components/virtualRows";
import { flatRows, matcher, sortTags, treeRows, type Row } from "../../src/model/tagTree";

function picture(rows: readonly Row[]): string[] {
  return rows.map((row) => `${"  ".repeat(row.depth)}${row.type === "group" ? `${row.isOpen ? "▾" : "▸"} ${row.label}` : row.label}`);
}

describe("the tree", () => {
  it("groups by slash, in natural order", () => {
    expect(picture(treeRows(["line1/pump10", "room", "line1/pump2", "line2/x", "line2/y"], new Set()))).toEqual(["room", "▾ line1", "  pump2", "  pump10", "▾ line2", "  x", "  y"]);
  });

  it("joins groups with one way on, and a group of one tag with that tag", () => {
    expect(picture(treeRows(["plant/hall/line/a", "plant/hall/line/b", "lone/some/tag"], new Set()))).toEqual(["lone/some/tag", "▾ plant/hall/line", "  a", "  b"]);
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

  it("builds 10,000 tags in less than a quarter of a second", () => {
    const tags = Array.from({ length: 10_000 }, (_, index) => `hall${index % 10}/line${index % 100}/sensor${index}`);
    const before = performance.now();
    const rows = treeRows(tags, new Set());
    expect([rows.filter(({ type }) => type === "tag").length, performance.now() - before < 250]).toEqual([10_000, true]);
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
    const before = performance.now();
    const isMatch = matcher(`${"*a".repeat(40)}*b`)("a".repeat(2000));
    expect([isMatch, performance.now() - before < 200]).toEqual([false, true]);
  });
});

describe("visible rows", () => {
  it("are all of a short list", () => {
    expect(visibleRows(300, 500, 600, 26)).toEqual({ first: 0, last: 300, above: 0, below: 0, seen: { first: 19, last: 44 } });
  });

  it("are those on the screen and some around it of a long one, the rest only space", () => {
    const { first, last, above, below } = visibleRows(10_000, 26_000, 520, 26);
    expect([first <= 1000 && last >= 1020, last - first < 60, above + (last - first) * 26 + below]).toEqual([true, true, 260_000]);
  });

  it("reach the end when scrolled beyond it, as when the list has become shorter", () => {
    expect(visibleRows(1000, 1e6, 520, 26).last).toEqual(1000);
  });
});
