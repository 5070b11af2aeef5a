import { describe, expect, it } from "vitest";

import { PLAIN_STYLE } from "../../src/model/chartStyle";
import {
  addChart,
  addTag,
  type ChartList,
  chartName,
  chartNames,
  commonEnd,
  commonPath,
  drawnTags,
  dropTag,
  earlierRanges,
  foldingTags,
  oneChart,
  removeChart,
} from "../../src/model/charts";

describe("charts", () => {
  it("name the tags they fold by and the stretches they lay under", () => {
    const charts = addChart(
      addChart([], "", ["a", "b"], null, { ...PLAIN_STYLE, earlier: 60, fold: { by: "door", count: 3 } }),
      "",
      ["a"],
      null,
      { ...PLAIN_STYLE, earlier: 600 },
    );
    expect([foldingTags(charts), [...earlierRanges(charts, { start: 1000, end: 1010 })]]).toEqual([
      ["door"],
      [
        ["a", { start: 400, end: 950 }],
        ["b", { start: 940, end: 950 }],
      ],
    ]);
  });

  it("are removed one by one; the last is only emptied", () => {
    expect(removeChart(oneChart(["a"]), 1)).toEqual(oneChart([]));
    expect(removeChart(addChart(oneChart(["a"]), "", ["b"]), 1).map(({ id }) => id)).toEqual([2]);
  });

  it("of one name are told apart by the tags that the others have not, by all of them, or else by number", () => {
    const add = (charts: ChartList, title: string, ...tags: string[]) => addChart(charts, title, tags);
    const charts = add(add(add(add([], "", "p/flow", "p/bar"), "", "p/bar", "p/state"), "T", "a"), "T", "a");
    expect([...chartNames(charts).values()]).toEqual(["p: flow", "p: state", "T: 1", "T: 2"]);
    const mixed = add(add(add([], "", "p/a", "p/b"), "", "p/b", "p/c"), "", "p/a", "p/c");
    expect([...chartNames(mixed).values()]).toEqual(["p: a, b", "p: b, c", "p: a, c"]);
    expect([chartName({ title: "", tags: ["a/temp", "b/temp"] }), commonPath(["x/a", "x/a"])]).toEqual([
      "a/temp, b/temp",
      "x/",
    ]);
  });

  it("are called by their title, their tag, what their tags have in common, or their last parts", () => {
    const name = (title: string, tags: string[]) => chartName({ title, tags });
    expect([
      name("T", ["a"]),
      name("", ["a/b"]),
      name("", ["a/b/c", "a/b/d"]),
      name("", ["a", "b"]),
      name("", []),
    ]).toEqual(["T", "a/b", "a/b", "a, b", ""]);
  });

  it("take a tag once and let it go everywhere", () => {
    const charts = addTag(addTag(addChart(oneChart(["a"]), "two", ["a", "b"]), 1, "c"), 1, "c");
    expect([drawnTags(charts), drawnTags(dropTag(charts, "a"))]).toEqual([
      ["a", "c", "b"],
      ["c", "b"],
    ]);
  });

  it("have ids of their own", () => {
    const charts = addChart(addChart(oneChart([]), "x", []), "y", []);
    expect(charts.map(({ id }) => id)).toEqual([1, 2, 3]);
  });
});

describe("names in a legend", () => {
  it("end alike where all tags do, beside what they begin with", () => {
    const ends = [
      ["line1/pump1/temp", "line1/pump2/temp"],
      ["line1/temp", "line2/temp"],
      ["line1/temp", "line1/temp"],
      ["temp", "line1/temp"],
      ["line1/temp"],
    ].map(commonEnd);
    expect(ends).toEqual(["/temp", "/temp", "", "", ""]);
  });
});
