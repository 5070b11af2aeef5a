import { describe, expect, it } from "vitest";

import { Ring } from "../../src/data/ring";
import type { Segment } from "../../src/data/segment";

function segment(...points: readonly (readonly [number, number])[]): Segment {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

function counted(from: number, to: number): [number, number][] {
  return Array.from({ length: to - from }, (_, index) => [from + index, 10 * (from + index)]);
}

describe("a ring", () => {
  it("keeps the newest points at its limit and counts those overwritten", () => {
    const ring = new Ring(3);
    for (let index = 0; index < 1000; index++) ring.append(segment([index, -index]));
    expect([[...ring.view().times], [...ring.view().values], ring.overwritten]).toEqual([
      [997, 998, 999],
      [-997, -998, -999],
      997,
    ]);
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
    expect([[...ring.view().times], [...ring.view().values]]).toEqual([
      [1, 2, 4, 4, 5, 6, 9],
      [1, 2, 4, 44, 5, 6, 9],
    ]);
  });

  it("holds what a plain list would after many appends of all sizes, in order and out of it", () => {
    const ring = new Ring(500);
    let expected: number[] = [];
    let seed = 1;
    const chance = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let round = 0; round < 300; round++) {
      const base = round * 10 - (chance(5) === 0 ? chance(60) : 0);
      const points = Array.from({ length: chance(40) }, (_, index) => [base + index, 0] as const);
      ring.append(segment(...points));
      expected = [...expected, ...points.map(([time]) => time)].sort((a, b) => a - b).slice(-500);
    }
    expect([...ring.view().times]).toEqual(expected);
  });
});
