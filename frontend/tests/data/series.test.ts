import { describe, expect, it } from "vitest";

import { pace, sortByTime, type Segment } from "../../src/data/segment";
import { Ring } from "../../src/data/ring";
import { Series } from "../../src/data/series";
import type { Range } from "../../src/data/segment";
import { DECIMATED, LOST, SNAPSHOT, type Block } from "../../src/protocol/frames";

const ALL: Range = { start: -Infinity, end: Infinity };

function segment(...points: readonly (readonly [number, number])[]): Segment {
  return { times: Float64Array.from(points, ([time]) => time), values: Float64Array.from(points, ([, value]) => value) };
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

describe("a ring", () => {
  it("keeps the newest points at its limit and counts those overwritten", () => {
    const ring = new Ring(3);
    for (let index = 0; index < 1000; index++) ring.append(segment([index, -index]));
    expect([[...ring.view().times], [...ring.view().values], ring.overwritten]).toEqual([[997, 998, 999], [-997, -998, -999], 997]);
  });

  it("takes a block larger than itself", () => {
    const ring = new Ring(5);
    ring.append(segment(...counted(0, 5000)));
    expect([...ring.view().times]).toEqual([4995, 4996, 4997, 4998, 4999]);
  });

  it("is kept in arrays of one size from the moment it is full, whatever the sizes of its blocks", () => {
    for (const step of [7, 31, 60, 97]) {
      const ring = new Ring(1000);
      const sizes = new Set<number>();
      for (let at = 0, size = 1; at < 50_000; at += size, size = ((size + step) % 101) + 1) {
        ring.append(segment(...counted(at, at + size)));
        if (ring.length === 1000) sizes.add(ring.view().times.buffer.byteLength);
      }
      expect([...sizes]).toEqual([8 * 1500]);
    }
  });

  it("merges a block that steps back in time into its place", () => {
    const ring = new Ring(100);
    ring.append(segment([1, 1], [4, 4], [6, 6]));
    ring.append(segment([5, 5], [2, 2], [9, 9], [4, 44]));
    expect([[...ring.view().times], [...ring.view().values]]).toEqual([[1, 2, 4, 4, 5, 6, 9], [1, 2, 4, 44, 5, 6, 9]]);
  });

  it("holds what a plain list would after many appends of all sizes, in order and out of it", () => {
    const ring = new Ring(500);
    let expected: number[] = [];
    let seed = 1;
    const chance = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 300; round++) {
      const base = round * 10 - (chance(5) === 0 ? chance(60) : 0);
      const points = Array.from({ length: chance(40) }, (_, index) => [base + index, 0] as const);
      ring.append(segment(...points));
      expected = [...expected, ...points.map(([time]) => time)].sort((a, b) => a - b).slice(-500);
    }
    expect([...ring.view().times]).toEqual(expected);
  });
});

describe("the pace of points", () => {
  it("is the usual step between the newest ones, whatever silence is among them", () => {
    const times = Float64Array.of(...Array.from({ length: 50 }, (_, index) => index * 100), 5000, 5001, 5002, 5003, 5900, ...Array.from({ length: 30 }, (_, index) => 6000 + index));
    expect([pace(times), pace(times.subarray(0, 50)), pace(times.subarray(0, 2))]).toEqual([1, 100, NaN]);
  });
});

describe("sorting by time", () => {
  it("keeps points of equal time in the order in which they came", () => {
    expect([...sortByTime(segment([2, 1], [1, 2], [2, 3], [1, 4])).values]).toEqual([2, 4, 1, 3]);
  });
});

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

  it("covers a range that its tail reaches back to, and no older one", () => {
    const series = new Series("a", 100);
    series.accept(block(90, SNAPSHOT, ...counted(90, 100)), 10);
    expect([series.covers({ start: 92, end: 99 }, 500), series.covers({ start: 50, end: 99 }, 500)]).toEqual([true, false]);
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
});
