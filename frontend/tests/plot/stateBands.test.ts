import { describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "../../src/model/chartStyle";
import { planAxes } from "../../src/plot/axes";
import { buildFigure } from "../../src/plot/figure";
import type { Line, Scene } from "../../src/plot/scene";
import { bandColour, bandsOf, labelsOf } from "../../src/plot/stateBands";

const columns = (points: readonly (readonly [number, number])[]): [Float64Array, Float64Array] => [
  Float64Array.from(points, ([time]) => time),
  Float64Array.from(points, ([, value]) => value),
];

describe("bands", () => {
  it("run from a change to the next", () => {
    expect(
      bandsOf(
        ...columns([
          [0, 1],
          [1, 1],
          [5, 0],
          [6, 2],
          [9, 2],
        ]),
      ),
    ).toEqual([
      { state: 1, start: 0, end: 5 },
      { state: 0, start: 5, end: 6 },
      { state: 2, start: 6, end: 9 },
    ]);
  });

  it("end where nothing is known any more", () => {
    expect(
      bandsOf(
        ...columns([
          [0, NaN],
          [1, 1],
          [5, NaN],
          [6, NaN],
          [7, 1],
          [8, 1],
        ]),
      ),
    ).toEqual([
      { state: 1, start: 1, end: 5 },
      { state: 1, start: 7, end: 8 },
    ]);
  });

  it("of one point are a moment, of none are none", () => {
    expect([bandsOf(...columns([[3, 2]])), bandsOf(...columns([]))]).toEqual([[{ state: 2, start: 3, end: 3 }], []]);
  });
});

describe("names on bands", () => {
  it("stand in the middle of what is seen, where there is room", () => {
    const bands = [
      { state: 0, start: -100, end: 50 },
      { state: 1, start: 50, end: 51 },
      { state: 0, start: 51, end: 100 },
    ];
    expect(labelsOf(bands, ["RUN", "STOP"], { start: 0, end: 100 }, 1000)).toEqual([
      { at: 25, state: 0 },
      { at: 75.5, state: 0 },
    ]);
  });
});

describe("colours of states", () => {
  it("follow the meaning of plain words and are else told apart by place", () => {
    const names = ["RUN", "STOP", "FAULT 7", "FILL", "READY", "IDLE"];
    const colours = names.map((_, state) => bandColour(state, names));
    expect([new Set(colours).size, bandColour(0, ["Error"]), bandColour(-3, [])]).toEqual([
      6,
      colours[2],
      bandColour(3, []),
    ]);
  });
});

describe("a state on a chart", () => {
  it("is drawn as bands with a thin line of the tag's own colour below", () => {
    const line: Line = {
      tag: "s",
      unit: "",
      kind: "state",
      states: ["RUN", "<b>"],
      ink: { colour: "#123456", dash: "solid" },
      times: Float64Array.of(0, 30, 60),
      values: Float64Array.of(0, 1, 1),
      taken: { range: { start: -Infinity, end: Infinity }, shift: 0 },
    };
    const colours = { paper: "", text: "", faint: "", grid: "", font: "" };
    const scene: Scene = {
      copies: [],
      cycles: null,
      lines: [line],
      plan: planAxes([line]),
      ends: new Map(),
      range: { start: 0, end: 60 },
      notes: [],
      historyEnds: [],
      timeLabel: "",
      colours,
      isNarrow: false,
      isSmall: false,
      textScale: 1,
      hasDate: true,
      hasLegend: false,
      instants: null,
      levels: [],
      style: PLAIN_STYLE,
      plotPixels: 600,
      plotHeight: 400,
    };
    const { traces } = buildFigure(scene);
    const [own, ...bands] = traces;
    expect([own!.line.color, [...own!.y].every((y) => y < 0.1)]).toEqual(["#123456", true]);
    expect(bands.map(({ mode, showlegend }) => [mode, showlegend])).toEqual([
      ["lines", false],
      ["lines", false],
      ["text", false],
    ]);
    expect([[...bands[0]!.x].slice(0, 4), bands[2]!.text]).toEqual([
      [0, 30_000, 30_000, 0],
      ["RUN", "&lt;b&gt;"],
    ]);
    const low = buildFigure({ ...scene, plotHeight: 12 }).traces.find(({ mode }) => mode === "text");
    expect(low!.text).toEqual([]); // no half words
  });
});
