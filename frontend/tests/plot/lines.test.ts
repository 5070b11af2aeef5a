import { describe, expect, it } from "vitest";

import { clip, type Range, type Segment } from "../../src/data/segment";
import { type ChartStyle, PLAIN_STYLE } from "../../src/model/chartStyle";
import { planAxes } from "../../src/plot/axes";
import { cycleLines, simplifyLines, timeLines } from "../../src/plot/lines";
import { NO_MARKS } from "../../src/plot/markers";
import type { PanelTag } from "../../src/plot/scene";

const ALL: Range = { start: 0, end: 100 };

function columns(...points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

/** High for a second from each of these times on. */
function pulses(...times: readonly number[]): Segment {
  return columns(
    [0, 0],
    ...times.flatMap(
      (time) =>
        [
          [time, 1],
          [time + 1, 0],
        ] as const,
    ),
  );
}

function tag(name: string, held: Segment, kind: PanelTag["kind"] = "number"): PanelTag {
  return {
    tag: name,
    unit: "",
    kind,
    states: [],
    interval: NaN,
    decimals: () => undefined,
    limits: {},
    heldUntil: Infinity,
    marksIn: () => NO_MARKS,
    ink: { colour: "#123456", dash: "solid" },
    read: (range) => clip([held], range),
    isRaw: () => true,
    statistics: () => null,
  };
}

describe("the lines of a picture", () => {
  it("of an outline run through the means, over a band from lowest to highest, and go on through the points", () => {
    const [times, values] = [Float64Array.of(0, 30, 60, 90, 120, 121), Float64Array.of(-1, 9, -2, 8, 1, 2)];
    const held = { times, values, means: Float64Array.of(3, 3, 4, 4, 1, 2), weight: 100, spacing: 120 };
    const canvas = { range: { start: 0, end: 121 }, pixels: 500, style: PLAIN_STYLE, now: 121 };
    const { lines, copies, outline } = timeLines([tag("temp", held)], canvas);
    expect([outline, Array.from(lines[0]!.values), copies.map(({ copy }) => copy!.key)]).toEqual([
      60,
      [3, 3, 4, 4, 1, 2],
      ["-band"],
    ]);
    expect(Array.from(copies[0]!.values)).toEqual([-1, 9, -2, 8, 1, 2]);
  });

  const style = { ...PLAIN_STYLE, fold: { by: "door", count: 8 } };
  const temp = tag("temp", columns(...Array.from({ length: 60 }, (_, index) => [index, index] as const)));

  it("of cycles begins each at the same instant, the newest on top and the slowest marked", () => {
    const { lines, copies, cycles, range } = cycleLines(
      [temp],
      tag("door", pulses(10, 20, 33, 40), "boolean"),
      { range: ALL, pixels: 500, style, now: 45 },
      null,
    );
    expect([cycles!.length, range.end - range.start, copies.map(({ copy }) => copy!.label)]).toEqual([
      4,
      13,
      ["", "slowest 13 s", ""],
    ]);
    const first = (line: { times: Float64Array; values: Float64Array }): number[] => [
      line.times[1]! - range.start,
      line.values[1]!,
    ];
    expect([first(lines[0]!), ...copies.map(first)]).toEqual([
      [0, 40],
      [0, 10],
      [0, 20],
      [0, 33],
    ]);
  });

  it("of no cycle is empty, and says so", () => {
    const { lines, copies, cycles } = cycleLines(
      [temp],
      tag("door", pulses(), "boolean"),
      { range: ALL, pixels: 500, style, now: 45 },
      null,
    );
    expect([lines.map(({ times }) => times.length), copies, cycles]).toEqual([[0], [], []]);
  });

  it("with an earlier window has its points shifted under the running one", () => {
    const { lines, copies } = timeLines([temp], {
      range: { start: 30, end: 40 },
      pixels: 500,
      style: { ...PLAIN_STYLE, earlier: 20 },
      now: 45,
    });
    expect([
      [...lines[0]!.values].slice(0, 3),
      [...copies[0]!.times].slice(0, 3),
      [...copies[0]!.values].slice(0, 3),
      copies[0]!.copy!.words,
    ]).toEqual([[29, 30, 31], [29, 30, 31], [9, 10, 11], "20 s earlier"]);
  });
});

describe("simplifying lines", () => {
  const ramp = tag("ramp", columns(...Array.from({ length: 2000 }, (_, index) => [index / 20, index] as const)));
  const canvas = { range: ALL, pixels: 100, now: 100 };
  const plan = planAxes([ramp]);
  const ends = new Map([["y", [0, 2000] as const]]);
  const drawn = (style: ChartStyle): number =>
    simplifyLines(timeLines([ramp], { ...canvas, style }), plan, ends, { width: 100, height: 400 }, style).drawn;

  it("leaves a straight line its ends and a point each 8 pixels or more, and counts what is drawn", () => {
    expect(drawn(PLAIN_STYLE)).toEqual(14); // of 100 pixels
  });

  it("touches no steps, no logarithms, and nothing that is drawn point by point", () => {
    const all = timeLines([ramp], { ...canvas, style: PLAIN_STYLE }).drawn;
    expect([drawn({ ...PLAIN_STYLE, line: "step" }) >= all, drawn({ ...PLAIN_STYLE, scale: "log" })]).toEqual([
      true,
      all,
    ]);
    const few = tag("few", columns([0, 0], [1, 1], [2, 2], [3, 3]));
    expect(
      simplifyLines(
        timeLines([few], { ...canvas, style: PLAIN_STYLE }),
        planAxes([few]),
        ends,
        { width: 100, height: 400 },
        PLAIN_STYLE,
      ).drawn,
    ).toEqual(4);
  });
});
