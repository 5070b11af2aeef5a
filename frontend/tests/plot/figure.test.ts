import { describe, expect, it } from "vitest";

import { PLAIN_STYLE } from "../../src/model/chartStyle";
import { type AxisTag, planAxes } from "../../src/plot/axes";
import type { Colours } from "../../src/plot/colours";
import { buildFigure } from "../../src/plot/figure";
import type { Line, Scene } from "../../src/plot/scene";

const COLOURS: Colours = {
  paper: "#fff",
  text: "#000",
  faint: "#555",
  grid: "#ddd",
  font: "sans-serif",
};

function tag(name: string, unit: string, kind: AxisTag["kind"] = "number", states: readonly string[] = []): AxisTag {
  return { tag: name, unit, kind, states };
}

function line(of: AxisTag, values: readonly number[] = [1, 2]): Line {
  return {
    ...of,
    taken: { range: { start: -Infinity, end: Infinity }, shift: 0 },
    ink: { colour: "#123456", dash: "solid" },
    times: Float64Array.from(values, (_, index) => 1000 + index),
    values: Float64Array.from(values),
  };
}

function scene(lines: readonly Line[], more: Partial<Scene> = {}): Scene {
  return {
    lines,
    copies: [],
    cycles: null,
    plan: planAxes(lines),
    ends: new Map(),
    range: { start: 1000, end: 1060 },
    notes: [],
    historyEnds: [],
    timeLabel: "local time, UTC",
    colours: COLOURS,
    isNarrow: false,
    isSmall: false,
    textScale: 1,
    hasDate: true,
    plotPixels: 800,
    plotHeight: 400,
    hasLegend: true,
    instants: null,
    levels: [],
    style: PLAIN_STYLE,
    ...more,
  };
}

describe("points of a short line", () => {
  it("are marked one by one, unless others were left out between them", () => {
    const modes = [line(tag("a", "")), { ...line(tag("b", "")), isDecimated: true }].map(
      (one) => buildFigure(scene([one])).traces[0]!.mode,
    );
    expect(modes).toEqual(["lines+markers", "lines"]);
  });
});

describe("a figure", () => {
  it("draws numbers as lines, states and booleans as steps", () => {
    const { traces } = buildFigure(
      scene([line(tag("n", "V")), line(tag("b", "", "boolean")), line(tag("s", "", "state", ["A", "B", "C"]))]),
    );
    expect(traces.slice(0, 3).map((trace) => trace.line.shape)).toEqual(["linear", "hv", "hv"]);
  });

  it("gives plotly milliseconds and its own arrays", () => {
    const { traces, layout } = buildFigure(scene([line(tag("n", "V"))]));
    expect([[...traces[0]!.x], layout.xaxis.range]).toEqual([
      [1_000_000, 1_001_000],
      [1_000_000, 1_060_000],
    ]);
  });

  it("lets no markup through, wherever a stranger's text is shown", () => {
    const evil = '<a href="https://x">x</a><script>1</script>&lt;';
    const figure = buildFigure(
      scene([line(tag(evil, evil)), line(tag(`${evil}2`, "", "state", [evil])), line(tag("%{x}", "%{y}"))]),
    );
    const strings: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === "string") strings.push(value);
      else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value))
        for (const item of Object.values(value)) collect(item);
    };
    collect(figure);
    expect(strings.filter((text) => /<|&(?!amp;|lt;|gt;|#37;)/.test(text))).toEqual([]);
  });

  it("identifies lines by words that may stand in a selector, each its own", () => {
    const names = ["line1/temp", "a.b", "a b", "ab", "#x", "‮℃🌡", ""];
    const uids = buildFigure(scene(names.map((name) => line(tag(name, ""))))).traces.map(({ uid }) => uid);
    expect([uids.filter((uid) => !/^t[a-z0-9-]*$/.test(uid)), new Set(uids).size]).toEqual([[], names.length]);
  });

  it("names lines by their last part where it is narrow and no two are alike", () => {
    const lines = [line(tag("a/temp", "")), line(tag("b/temp", "")), line(tag("b/flow", ""))];
    expect(buildFigure(scene(lines, { isNarrow: true })).traces.map(({ name }) => name)).toEqual([
      "a/temp",
      "b/temp",
      "flow",
    ]);
  });

  it("names the clock without a title of the axis, for which plotly would measure and remember labels in each frame", () => {
    const { layout } = buildFigure(scene([line(tag("a", "°C"))]));
    expect([layout.xaxis.title, layout.annotations?.map(({ text }) => text)]).toEqual([undefined, ["local time, UTC"]]);
  });

  it("has as many ticks of time as have room for their labels, in the form that these take", () => {
    const ticks = (seconds: number, plotPixels: number, isSmall: boolean): number =>
      buildFigure(scene([], { plotPixels, isSmall, range: { start: 1000, end: 1000 + seconds } })).layout.xaxis.nticks!;
    expect([ticks(56, 800, false), ticks(56, 250, false), ticks(0.9, 250, false), ticks(0.9, 250, true)]).toEqual([
      9, 4, 3, 5,
    ]);
  });

  it("of nothing has a time axis and no legend", () => {
    const { layout } = buildFigure(scene([]));
    expect([layout.showlegend, layout.xaxis.range]).toEqual([false, [1_000_000, 1_060_000]]);
  });
});

describe("a small figure", () => {
  it("names the unit of each axis inside the plot, where its margin has no room", () => {
    const lines = [line(tag("a", "°C")), line(tag("b", "bar")), line(tag("on", "", "boolean")), line(tag("c", "<b>"))];
    const { layout } = buildFigure(scene(lines, { isSmall: true, hasDate: false }));
    const marks = layout.annotations!.map(({ text, x }) => [text, x]);
    expect([marks, layout["yaxis"]!.title!.text]).toEqual([
      [
        ["°C", 0],
        ["bar", 1],
        ["&lt;b&gt;", 0],
      ],
      "",
    ]);
  });
});
