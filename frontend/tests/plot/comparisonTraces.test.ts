import { describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "../../src/model/chartStyle";
import { planAxes } from "../../src/plot/axes";
import { buildFigure } from "../../src/plot/figure";
import type { Copy, Line, Scene } from "../../src/plot/scene";

const COLOURS = { paper: "#fff", text: "#000", faint: "#555", grid: "#ddd", font: "sans-serif" };
const COPY: Copy = { key: "-earlier", opacity: 0.4, width: 1, words: "1 h earlier", label: "" };

function line(copy?: Copy): Line {
  const columns = { times: Float64Array.of(1, 2, 3, 4), values: Float64Array.of(NaN, 5, 9, 5) };
  return {
    tag: "<b>",
    unit: "",
    kind: "number",
    states: [],
    ink: { colour: "#123456", dash: "solid" },
    ...columns,
    taken: { range: { start: -Infinity, end: Infinity }, shift: 0 },
    limits: { hi: 7 },
    ...(copy === undefined ? {} : { copy }),
  };
}

function traces(copy: Copy) {
  const own = line();
  const scene: Scene = {
    lines: [own],
    copies: [line(copy)],
    cycles: null,
    plan: planAxes([own]),
    ends: new Map(),
    range: { start: 0, end: 9 },
    notes: [],
    historyEnds: [],
    timeLabel: "",
    colours: COLOURS,
    style: PLAIN_STYLE,
    isNarrow: false,
    isSmall: false,
    textScale: 1,
    hasDate: true,
    plotPixels: 500,
    plotHeight: 400,
    hasLegend: true,
    instants: null,
    levels: [],
  };
  return buildFigure(scene);
}

describe("a copy", () => {
  it("lies under the tag's own line, thinner, with a name of its own for plotly and none in the legend", () => {
    const {
      traces: [under, own],
      layout,
    } = traces(COPY);
    expect([under!.uid, under!.opacity, under!.line.width, under!.mode, under!.showlegend, own!.uid]).toEqual([
      `${own!.uid}-earlier`,
      0.4,
      1,
      "lines",
      false,
      own!.uid,
    ]);
    expect(layout.shapes!.length).toEqual(1);
  });

  it("is labelled at its highest point, gaps aside", () => {
    const label = traces({ ...COPY, label: "slowest 13 s" }).traces[1]!;
    expect([label.mode, label.text, [...label.x], [...label.y], label.uid.endsWith("-earlier-label")]).toEqual([
      "text",
      ["slowest 13 s"],
      [3000],
      [9],
      true,
    ]);
  });
});
