import { describe, expect, it } from "vitest";

import { bucketWidth, decimate } from "../../src/data/decimate";
import type { Segment } from "../../src/data/segment";

const NEVER = Infinity;

function wave(count: number, seconds: number, from = 0): Segment {
  const times = Float64Array.from({ length: count }, (_, index) => from + (index * seconds) / count);
  return { times, values: times.map((time) => Math.sin(time)) };
}

function steady(count: number): Segment {
  return { times: Float64Array.from({ length: count }, (_, index) => index), values: new Float64Array(count).fill(1) };
}

describe("decimation", () => {
  it.each([100, 997, 4000])("keeps a spike of one sample in 100,000 points on %d buckets", (buckets) => {
    for (const at of [0, 1, 49_999, 77_777, 99_999]) {
      const data = wave(100_000, 1000);
      data.values[at] = 50;
      const result = decimate([data], { bucketSeconds: 1000 / buckets, gapSeconds: NEVER, isStepped: false });
      expect(Math.max(...result.values)).toEqual(50);
    }
  });

  it("draws at most two points per bucket", () => {
    const result = decimate([wave(100_000, 1000)], { bucketSeconds: 1, gapSeconds: NEVER, isStepped: false });
    expect([result.times.length <= 2000, result.given, result.isDecimated]).toEqual([true, 100_000, true]);
  });

  it("chooses the same points while the picture slides, but at its edges", () => {
    const data = wave(10_000, 1000);
    const options = { bucketSeconds: 1, gapSeconds: NEVER, isStepped: false };
    const slid = { times: data.times.subarray(137), values: data.values.subarray(137) };
    const inside = (times: Float64Array): number[] => [...times].filter((time) => time >= 20 && time < 990);
    expect(inside(decimate([data], options).times)).toEqual(inside(decimate([slid], options).times));
  });

  it("writes a bucket's lowest and highest in the order in which they happened, and ends where the points end", () => {
    const data = {
      times: Float64Array.of(0.1, 0.2, 0.3, 0.4, 1.1, 1.2, 1.3, 1.4),
      values: Float64Array.of(1, 9, -5, 2, 1, 9, -5, 2),
    };
    const { times, values } = decimate([data], { bucketSeconds: 1, gapSeconds: NEVER, isStepped: false });
    expect([[...times], [...values]]).toEqual([
      [0.2, 0.3, 1.2, 1.3, 1.4],
      [9, -5, 9, -5, 2],
    ]);
  });

  it("keeps the last value of a bucket drawn as a step, which holds until the next", () => {
    const data = { times: Float64Array.of(0.1, 0.2, 0.3, 5), values: Float64Array.of(0, 1, 0, 0) };
    const { times, values } = decimate([data], { bucketSeconds: 1, gapSeconds: NEVER, isStepped: true });
    expect([[...times], [...values]]).toEqual([
      [0.1, 0.2, 0.3, 5],
      [0, 1, 0, 0],
    ]);
  });

  it("keeps every state of a bucket once, and the last: none is less or greater than another", () => {
    const segment = {
      times: Float64Array.from([0, 1, 2, 3, 4, 5, 10]),
      values: Float64Array.from([0, 1, 2, 1, 0, 1, 2]),
    };
    const result = decimate([segment], { bucketSeconds: 10, gapSeconds: NEVER, isStepped: true, areStates: true });
    expect([[...result.times], [...result.values], result.isDecimated]).toEqual([
      [0, 1, 2, 5, 10],
      [0, 1, 2, 1, 2],
      true,
    ]);
  });

  it("keeps a gap inside a bucket", () => {
    const data = { times: Float64Array.of(0.1, 0.2, 0.3), values: Float64Array.of(1, NaN, 2) };
    const { values } = decimate([data], { bucketSeconds: 1, gapSeconds: NEVER, isStepped: false });
    expect([...values]).toEqual([1, NaN, 2]);
  });

  it("breaks the line once for many gaps in a row, and not before the first point", () => {
    const data = { times: Float64Array.of(0, 1, 2, 3, 4), values: Float64Array.of(NaN, 1, NaN, NaN, 2) };
    const { values } = decimate([data], { bucketSeconds: 0, gapSeconds: NEVER, isStepped: false });
    expect([...values]).toEqual([1, NaN, 2]);
  });

  it("breaks the line where silence is longer than the gap, also between two segments", () => {
    const early = { times: Float64Array.of(0, 1), values: Float64Array.of(1, 2) };
    const later = { times: Float64Array.of(50, 51), values: Float64Array.of(3, 4) };
    const { times, values } = decimate([early, later], { bucketSeconds: 0, gapSeconds: 10, isStepped: false });
    expect([[...times], [...values]]).toEqual([
      [0, 1, 25.5, 50, 51],
      [1, 2, NaN, 3, 4],
    ]);
  });

  it("leaves few points as they are", () => {
    const result = decimate([wave(50, 1000)], { bucketSeconds: 1, gapSeconds: NEVER, isStepped: false });
    expect([[...result.values], result.isDecimated]).toEqual([[...wave(50, 1000).values], false]);
  });

  it("of nothing is nothing", () => {
    expect(decimate([], { bucketSeconds: 1, gapSeconds: NEVER, isStepped: false }).times.length).toEqual(0);
  });

  it("counts in what it was given, also of a constant", () => {
    expect(decimate([steady(1000)], { bucketSeconds: 100, gapSeconds: NEVER, isStepped: false }).given).toEqual(1000);
  });
});

describe("bucket width", () => {
  it("is at least a pixel and less than one and a half", () => {
    for (const span of [1e-3, 10, 60, 3599, 86400 * 365]) {
      const pixels = bucketWidth(span, 1000) / (span / 1000);
      expect(pixels >= 1 - 1e-9 && pixels < 1.5).toEqual(true);
    }
  });

  it("stays the same while the span changes a little", () => {
    expect(bucketWidth(60.01, 1000)).toEqual(bucketWidth(60, 1000));
  });
});

describe("points that the server decimated", () => {
  it("are no gap because they lie apart, also where the raw ones begin; a real gap is one", () => {
    const thin = {
      times: Float64Array.of(0, 30, 60, 90),
      values: Float64Array.of(1, 2, 1, 2),
      weight: 100,
      spacing: 40,
    };
    const raw = { times: Float64Array.of(125, 126, 140), values: Float64Array.of(1, 2, 3) };
    const { times, values, given, isDecimated } = decimate([thin, raw], {
      bucketSeconds: 0,
      gapSeconds: 10,
      isStepped: false,
    });
    expect([[...times].filter((_, index) => Number.isNaN(values[index])), given, isDecimated]).toEqual([
      [133],
      403,
      true,
    ]);
  });
});
