import { describe, expect, it } from "vitest";

import type { Range, Segment } from "../../src/data/segment";
import { Series } from "../../src/data/series";
import { type Block, DECIMATED, LOST, SNAPSHOT } from "../../src/protocol/frames";

const ALL: Range = { start: -Infinity, end: Infinity };

function segment(...points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

function block(first: number, flags: number, ...points: readonly (readonly [number, number])[]): Block {
  return { series: 1, flags, raw: points.length, first, next: first + points.length, ...segment(...points) };
}

function counted(from: number, to: number): [number, number][] {
  return Array.from({ length: to - from }, (_, index) => [from + index, 10 * (from + index)]);
}

function times(segments: readonly Segment[]): number[] {
  return segments.flatMap((part) => [...part.times]);
}

describe("a series", () => {
  it("replaces all it holds by a snapshot and appends a delta", () => {
    const series = new Series("a", 100);
    series.accept(block(0, SNAPSHOT, [1, 1], [2, 2]), null);
    series.accept(block(50, SNAPSHOT, [8, 8]), null);
    expect(series.accept(block(51, 0, [9, 9]), null)).toEqual(true);
    expect([times(series.read(ALL)), series.next]).toEqual([[8, 9], 52]);
  });

  it("refuses a delta that does not begin where it ends", () => {
    const series = new Series("a", 100);
    series.accept(block(0, SNAPSHOT, [1, 1]), null);
    expect([series.accept(block(2, 0, [3, 3]), null), times(series.read(ALL))]).toEqual([false, [1]]);
  });

  it("refuses a delta before any snapshot", () => {
    expect(new Series("a", 100).accept(block(0, 0, [1, 1]), null)).toEqual(false);
  });

  it("remembers that points were lost and that times stepped back", () => {
    const series = new Series("a", 100);
    series.accept(block(9, SNAPSHOT | LOST, [5, 5], [4, 4]), null);
    expect([series.hasLost, times(series.read(ALL))]).toEqual([true, [4, 5]]);
  });

  it("joins a decimated snapshot and the raw deltas after it", () => {
    const series = new Series("a", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 0], [50, 5]), raw: 51, next: 51 }, null);
    series.accept(block(51, 0, [51, 1], [52, 2]), null);
    expect(times(series.read(ALL))).toEqual([0, 50, 51, 52]);
  });

  it("prefers its raw tail to a stretch of history where the two overlap", () => {
    const series = new Series("a", 100);
    series.accept(block(10, SNAPSHOT, ...counted(10, 20)), 10);
    series.acceptRange(block(0, DECIMATED, [0, 0], [5, 50], [12, 120], [19, 190]), { start: 0, end: Infinity }, "wide");
    expect(times(series.read(ALL))).toEqual([0, 5, ...counted(10, 20).map(([time]) => time)]);
  });

  it("reads one point beyond either edge, so that lines run out of the picture", () => {
    const series = new Series("a", 100);
    series.accept(block(0, SNAPSHOT, ...counted(0, 10)), null);
    expect(times(series.read({ start: 3.5, end: 6.5 }))).toEqual([3, 4, 5, 6, 7]);
  });

  it("reads the two points around a range that has none inside", () => {
    const series = new Series("a", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 0], [10, 1]), next: 5 }, null);
    series.accept(block(5, 0, [20, 2], [30, 3]), null);
    expect(times(series.read({ start: 12, end: 15 }))).toEqual([10, 20]);
  });

  it("draws a zoomed range from its detail", () => {
    const series = new Series("a", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 0], [100, 1]), next: 100 }, null);
    series.acceptRange(block(40, 0, ...counted(40, 45)), { start: 40, end: 45 }, "detail");
    expect(times(series.read({ start: 41, end: 43 }))).toEqual([40, 41, 42, 43, 44]);
  });

  it("draws a stretch without points from the two beside it, that came along", () => {
    const series = new Series("a", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 0], [25, 1], [60, 2], [100, 3]), next: 100 }, null);
    series.acceptRange(block(0, 0, [25, 1], [60, 2]), { start: 40, end: 50 }, "detail");
    expect(times(series.read({ start: 42, end: 48 }))).toEqual([25, 60]);
  });

  it("covers a range that its tail reaches back to, and no older one", () => {
    const series = new Series("a", 100);
    series.accept(block(90, SNAPSHOT, ...counted(90, 100)), 10);
    expect([series.covers({ start: 92, end: 99 }, 500), series.covers({ start: 50, end: 99 }, 500)]).toEqual([
      true,
      false,
    ]);
  });

  it("covers no zoom that a decimated stretch is too coarse for, and every one that raw history fills", () => {
    const series = new Series("a", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, ...counted(0, 100)), next: 9000 }, null);
    const zoom = { start: 40, end: 45 };
    const before = series.covers(zoom, 500);
    series.acceptRange(block(40, 0, ...counted(40, 45)), zoom, "detail");
    expect([before, series.covers(zoom, 500)]).toEqual([false, true]);
  });

  it("drops history that its overwritten tail no longer touches, and asks for it again", () => {
    const series = new Series("a", 10);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 0], [5, 1]), next: 6 }, null);
    series.accept(block(6, 0, ...counted(6, 40)), null);
    expect([times(series.read(ALL))[0], series.covers({ start: 0, end: 39 }, 500)]).toEqual([30, false]);
  });

  it("remembers which points came out of order, in a snapshot and later, and answers them sorted all the same", () => {
    const series = new Series("t", 100);
    series.accept(block(0, SNAPSHOT, [1, 1], [3, 3], [2, 2]), null);
    series.accept(block(3, 0, [5, 5], [4, 4]), null);
    const all = { start: 0, end: 10 };
    expect([[...series.strays(all).times], [...series.strays({ start: 3, end: 10 }).times]]).toEqual([[2, 4], [4]]);
    expect(series.read(all).flatMap(({ times }) => [...times])).toEqual([1, 2, 3, 4, 5]);
  });

  it("forgets them with a new snapshot, and remembers no more than a thousand", () => {
    const series = new Series("t", 10_000);
    series.accept(block(0, SNAPSHOT, [1e6, 0]), null);
    series.accept(block(1, 0, ...Array.from({ length: 1500 }, (_, index) => [index, 0] as const)), null);
    const all = { start: 0, end: 1e6 };
    const count = series.strays(all).times.length;
    series.accept(block(2000, SNAPSHOT, [1, 1]), null);
    expect([count, series.strays(all).times.length]).toEqual([1000, 0]);
  });

  it("says of decimated points how many each stands for", () => {
    const series = new Series("t", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 1], [10, 2], [20, 1], [30, 2]), raw: 40 }, null);
    const [held] = series.read({ start: 0, end: 40 });
    expect([held!.weight, held!.spacing]).toEqual([10, 30]);
  });
});

describe("the overview of a series", () => {
  const ALL_ASKED = { start: -Infinity, end: Infinity };

  function viewed(): Series {
    const series = new Series("a", 100);
    series.accept(block(50, SNAPSHOT, [95, 1], [99, 2]), 10);
    series.acceptRange({ ...block(0, DECIMATED, [0, 5], [40, 9], [99, 2]), raw: 60 }, ALL_ASKED, "overview");
    return series;
  }

  it("goes on with what came since", () => {
    const series = viewed();
    series.accept(block(52, 0, [101, 3]), null);
    expect(times(series.overview() ?? [])).toEqual([0, 40, 99, 101]);
  });

  it("stands in for what is not held more finely, and for nothing else", () => {
    const series = viewed();
    expect([times(series.read({ start: 0, end: 99 })), times(series.read({ start: 96, end: 99 }))]).toEqual([
      [0, 40, 95, 99],
      [95, 99],
    ]);
  });

  it("is forgotten with a new snapshot", () => {
    const series = viewed();
    series.accept(block(80, SNAPSHOT, [200, 1]), null);
    expect(series.overview()).toEqual(null);
  });

  it("belongs to what can be reached", () => {
    expect(viewed().reach()).toEqual({ start: 0, end: 99 });
  });
});

describe("the pace of a series", () => {
  it("is that of points fetched where none have come since: they are no gaps to each other", () => {
    const series = new Series("a", 100);
    series.accept({ ...block(0, SNAPSHOT | DECIMATED, [0, 0], [900, 5]), raw: 10 }, null);
    expect(series.pace).toEqual(NaN);
    series.acceptRange(block(0, 0, [0, 1], [120, 2], [240, 3], [360, 4]), { start: 0, end: 400 }, "detail");
    expect(series.pace).toEqual(120);
  });
});
