import { describe, expect, it } from "vitest";

import type { Scale } from "../../../src/plot/layer/paths";
import { cutAt, dashPhase, drawnBy, seamOf, stubBefore, uncut } from "../../../src/plot/layer/stillLine";
import type { PlotTrace } from "../../../src/plot/plotly";

/** A pixel for each millisecond and each unit. */
const SCALE: Scale = { width: 100, height: 50, start: 1000, perMillisecond: 1, low: 0, perUnit: 1, isLog: false };

function line(...points: readonly (readonly [number, number])[]) {
  return { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) };
}

const every10 = (from: number, to: number) =>
  line(...Array.from({ length: (to - from) / 10 + 1 }, (_, k) => [from + 10 * k, k % 2] as const));

describe("what of a line is drawn already", () => {
  it("is counted in points, once newer ones have come and older ones have gone", () => {
    const [drawn, now] = [every10(1000, 1080), every10(1020, 1100)];
    expect(drawnBy(drawn, { ...now }, { ...SCALE, start: 1020 })).toBe(7);
  });

  it("is nothing when a point between them has changed, or one more has come between them", () => {
    const drawn = every10(1000, 1080);
    const changed = every10(1000, 1100);
    changed.y[5] = 7;
    const late = line(...Array.from(drawn.x, (x, k) => [x, drawn.y[k]!] as const).toSpliced(5, 0, [1045, 1]));
    expect([changed, late].map((now) => drawnBy(drawn, now, SCALE))).toEqual([-1, -1]);
  });

  it("is nothing when its last point has given way to another", () => {
    expect(drawnBy(every10(1000, 1080), every10(1000, 1070), SCALE)).toBe(-1);
  });

  it("is nothing when the picture reaches back to points that are not drawn", () => {
    expect(drawnBy(every10(1040, 1080), every10(1000, 1080), SCALE)).toBe(-1);
  });

  it("may differ at the left edge, where the picture shows a part of a bucket", () => {
    const now = every10(1000, 1100);
    now.y[0] = 7;
    expect(drawnBy(every10(1000, 1080), now, SCALE)).toBe(9);
  });

  it("has its gaps where they were", () => {
    const drawn = line([1000, 1], [1010, NaN], [1020, 2]);
    const moved = line([1000, 1], [1011, NaN], [1020, 2]);
    expect([drawn, moved].map((now) => drawnBy(drawn, now, { ...SCALE, start: 900 }))).toEqual([3, -1]);
  });
});

describe("the seam", () => {
  it("lies two widest buckets before the newest point of all lines", () => {
    expect(seamOf([every10(1000, 1080), every10(1000, 1100)], SCALE)).toBe(1076);
  });

  it("is crossed by a line that goes on within a bucket, up to its first point behind it", () => {
    expect(cutAt(1076, every10(1000, 1100), SCALE)).toEqual({ count: 9, before: 8 });
  });

  it("is not crossed by a line whose next point may still change", () => {
    expect(cutAt(1076, line([1000, 1], [1050, 2], [1100, 3]), SCALE)).toEqual({ count: 2, before: 2 });
  });

  it("of a picture that stands still is its right edge", () => {
    expect([every10(1000, 1100), line([1000, 1], [1050, 2])].map((now) => uncut(1095, now))).toEqual([
      { count: 11, before: 10 },
      { count: 2, before: 2 },
    ]);
  });
});

it("dashes go on where they were, and begin anew after a gap", () => {
  const style = { color: "red", dash: "dash", width: 1, shape: "linear", simplify: false } as const;
  const dashed = { ...line([1000, 0], [1000, 20], [1010, NaN], [1020, 0], [1020, 5]), line: style } as PlotTrace;
  expect([0, 1, 3, 4].map((index) => dashPhase(dashed, index, SCALE))).toEqual([0, 2, 0, 5]);
});

describe("a tail without a seam", () => {
  const style = { color: "red", dash: "solid", width: 1, simplify: false } as const;

  it("begins a pixel before the last still point, so that the corner there is whole", () => {
    const slant = { ...line([1000, 0], [1030, 40]), line: { ...style, shape: "linear" as const } };
    const { x, y, along } = stubBefore(slant, 1, SCALE)!;
    expect([x, y, along].map((number) => Number(number.toFixed(3)))).toEqual([1029.4, 39.2, 49]);
  });

  it("of steps begins where the line rises to that point", () => {
    const steps = { ...line([1000, 0], [1030, 40]), line: { ...style, shape: "hv" as const } };
    expect(stubBefore(steps, 1, SCALE)).toEqual({ x: 1030, y: 0, along: 30 });
  });
});
