import { describe, expect, it } from "vitest";

import { planAxes, type AxisTag } from "../../src/plot/axes";
import { PLAIN_STYLE } from "../../src/model/chartStyle";
import { buildFigure } from "../../src/plot/figure";
import type { Line, Scene } from "../../src/plot/scene";
import type { Colours } from "../../src/plot/colours";
import { niceEnds, nextEnds } from "../../src/plot/axisRange";

const COLOURS: Colours = { paper: "#fff", text: "#000", faint: "#555", grid: "#ddd", hover: "#eee", font: "sans-serif" };

function tag(name: string, unit: string, kind: AxisTag["kind"] = "number", states: readonly string[] = []): AxisTag {
  return { tag: name, unit, kind, states };
}

function line(of: AxisTag, values: readonly number[] = [1, 2]): Line {
  return { ...of, ink: { colour: "#123456", dash: "solid" }, times: Float64Array.from(values, (_, index) => 1000 + index), values: Float64Array.from(values) };
}

function scene(lines: readonly Line[], more: Partial<Scene> = {}): Scene {
  return { lines, copies: [], cycles: null, plan: planAxes(lines), ends: new Map(), range: { start: 1000, end: 1060 }, timeLabel: "local time, UTC", colours: COLOURS, isNarrow: false, plotPixels: 800, hasLegend: true, style: PLAIN_STYLE, ...more };
}

describe("axes", () => {
  it("of one unit are shared, of two face each other, a third opens a pane below", () => {
    const { axes, axisOf } = planAxes([tag("a", "°C"), tag("b", "bar"), tag("c", "°C"), tag("d", "l/s")]);
    expect(axes.map(({ name, unit, side, overlaying }) => [name, unit, side, overlaying])).toEqual([
      ["y", "°C", "left", null],
      ["y2", "bar", "right", "y"],
      ["y3", "l/s", "left", null],
    ]);
    expect(Object.fromEntries(axisOf)).toEqual({ a: "y", b: "y2", c: "y", d: "y3" });
    expect(axes[0]!.domain[0]).toBeGreaterThan(axes[2]!.domain[1]);
  });

  it("of states and booleans are strips of their own at the foot, labelled by their names", () => {
    const { axes } = planAxes([tag("s", "", "state", ["RUN", "STOP"]), tag("n", "V"), tag("b", "", "boolean", ["open", "shut"]), tag("c", "", "boolean")]);
    expect(axes.map(({ tags, labels }) => [tags[0], labels])).toEqual([["n", []], ["s", ["RUN", "STOP"]], ["b", ["open", "shut"]], ["c", ["0", "1"]]]);
    expect(axes[3]!.domain[0]).toBeCloseTo(0);
  });

  it("fit into the chart however many there are", () => {
    const { axes } = planAxes(Array.from({ length: 40 }, (_, index) => tag(`t${index}`, "", "boolean")));
    expect(axes.every(({ domain: [low, high] }) => low >= 0 && high <= 1 && low < high)).toEqual(true);
  });

  it("of no tags are none", () => {
    expect(planAxes([]).axes).toEqual([]);
  });
});

describe("value ranges", () => {
  it("hold the data with air, at round numbers", () => {
    expect(niceEnds(20.9, 22.8)).toEqual([20.8, 23]);
  });

  it("stand still while the data moves inside and fills them", () => {
    const before = niceEnds(20, 30);
    expect([nextEnds(before, 20.2, 29.5), nextEnds(before, 20, 33)[1]! > before[1]]).toEqual([before, true]);
  });

  it("narrow once the data fills little of them", () => {
    expect(nextEnds([0, 1000], 20, 30)).toEqual(niceEnds(20, 30));
  });

  it.each([[0, 0], [21.5, 21.5], [-5, -5], [1e9, 1e9], [1e-9, 1e-9], [-1e308, 1e308]])("of %d to %d are finite and in order", (low, high) => {
    const [from, to] = niceEnds(low, high);
    expect(Number.isFinite(from) && Number.isFinite(to) && from < to && from <= low && to >= high).toEqual(true);
  });
});

describe("points of a short line", () => {
  it("are marked one by one, unless others were left out between them", () => {
    const modes = [line(tag("a", "")), { ...line(tag("b", "")), isDecimated: true }].map((one) => buildFigure(scene([one])).traces[0]!.mode);
    expect(modes).toEqual(["lines+markers", "lines"]);
  });
});

describe("a figure", () => {
  it("draws numbers as lines, states and booleans as steps", () => {
    const { traces } = buildFigure(scene([line(tag("n", "V")), line(tag("b", "", "boolean")), line(tag("s", "", "state", ["A", "B", "C"]))]));
    expect(traces.slice(0, 3).map((trace) => trace.line.shape)).toEqual(["linear", "hv", "hv"]);
  });

  it("gives plotly milliseconds and its own arrays", () => {
    const { traces, layout } = buildFigure(scene([line(tag("n", "V"))]));
    expect([[...traces[0]!.x], layout.xaxis.range]).toEqual([[1_000_000, 1_001_000], [1_000_000, 1_060_000]]);
  });

  it("says states by their names when hovered", () => {
    const { traces } = buildFigure(scene([line(tag("s", "", "state", ["RUN", "STOP"]), [1, 0, NaN, 7])]));
    expect(traces[0]!.text).toEqual(["STOP", "RUN", "", "7"]);
  });

  it("lets no markup through, wherever a stranger's text is shown", () => {
    const evil = '<a href="https://x">x</a><script>1</script>&lt;';
    const figure = buildFigure(scene([line(tag(evil, evil)), line(tag(`${evil}2`, "", "state", [evil])), line(tag("%{x}", "%{y}"))]));
    const strings: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === "string" && !value.startsWith("%{y:") && !value.startsWith("%{text}")) strings.push(value);
      else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) for (const item of Object.values(value)) collect(item);
    };
    collect(figure);
    const templates = figure.traces.map(({ hovertemplate }) => hovertemplate.replace(/<extra>|<\/extra>/g, ""));
    expect([...strings, ...templates].filter((text) => /<|&(?!amp;|lt;|gt;|#37;)/.test(text))).toEqual([]);
    expect(figure.traces[2]!.hovertemplate).toEqual("%{y:.6~g} &#37;{y}<extra>&#37;{x}</extra>");
  });

  it("identifies lines by words that may stand in a selector, each its own", () => {
    const names = ["line1/temp", "a.b", "a b", "ab", "#x", "‮℃🌡", ""];
    const uids = buildFigure(scene(names.map((name) => line(tag(name, ""))))).traces.map(({ uid }) => uid);
    expect([uids.filter((uid) => !/^t[a-z0-9-]*$/.test(uid)), new Set(uids).size]).toEqual([[], names.length]);
  });

  it("names lines by their last part where it is narrow and no two are alike", () => {
    const lines = [line(tag("a/temp", "")), line(tag("b/temp", "")), line(tag("b/flow", ""))];
    expect(buildFigure(scene(lines, { isNarrow: true })).traces.map(({ name }) => name)).toEqual(["a/temp", "b/temp", "flow"]);
  });

  it("names the clock without a title of the axis, for which plotly would measure and remember labels in each frame", () => {
    const { layout } = buildFigure(scene([line(tag("a", "°C"))]));
    expect([layout.xaxis.title, layout.annotations?.map(({ text }) => text)]).toEqual([undefined, ["local time, UTC"]]);
  });

  it("of nothing has a time axis and no legend", () => {
    const { layout } = buildFigure(scene([]));
    expect([layout.showlegend, layout.xaxis.range]).toEqual([false, [1_000_000, 1_060_000]]);
  });
});
