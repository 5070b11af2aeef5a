import { describe, expect, it } from "vitest";

import { EventLog, MOST_EVENTS, sayEvent } from "../../src/model/limitEvents";

const LIMITS = { lolo: 0, lo: 10, hi: 20, hihi: 30 };

function segment(points: readonly (readonly [number, number])[]) {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

describe("events", () => {
  it("tell from when to when a tag was beyond, and how far", () => {
    const log = new EventLog();
    log.observe(
      "t",
      segment([
        [1, 15],
        [2, 21],
        [3, 25],
        [4, 22],
        [5, 18],
      ]),
      LIMITS,
    );
    expect(log.list()).toEqual([{ id: 1, tag: "t", level: "hi", limit: 20, start: 2, end: 5, worst: 25 }]);
    expect(sayEvent(log.list()[0]!)).toEqual("above hi 20");
  });

  it("stay open while the value is beyond, and go over into the worse one", () => {
    const log = new EventLog();
    expect(
      log.observe(
        "t",
        segment([
          [1, 21],
          [2, 31],
        ]),
        LIMITS,
      ),
    ).toEqual(true);
    expect(log.list().map(({ level, start, end }) => [level, start, end])).toEqual([
      ["hihi", 2, null],
      ["hi", 1, 2],
    ]);
    expect([log.openOf("t")!.level, log.list().filter(({ end }) => end === null).length]).toEqual(["hihi", 1]);
  });

  it("judge all points of one instant, and each of them once", () => {
    const log = new EventLog();
    log.observe(
      "t",
      segment([
        [1, 15],
        [2, 15],
        [2, 21],
        [2, 16],
      ]),
      LIMITS,
    );
    expect(log.list().map(({ start, end }) => [start, end])).toEqual([[2, 2]]);
    log.observe(
      "t",
      segment([
        [2, 15],
        [2, 21],
        [2, 16],
        [3, 15],
        [3, 22],
      ]),
      LIMITS,
    );
    expect(log.list().map(({ start, end }) => [start, end])).toEqual([
      [3, null],
      [2, 2],
    ]);
  });

  it("judge each point once, and none that comes late", () => {
    const log = new EventLog();
    log.observe(
      "t",
      segment([
        [1, 15],
        [2, 21],
      ]),
      LIMITS,
    );
    expect(
      log.observe(
        "t",
        segment([
          [1, 99],
          [2, 99],
        ]),
        LIMITS,
      ),
    ).toEqual(false);
    expect(log.list()).toHaveLength(1);
  });

  it("are not ended by a gap", () => {
    const log = new EventLog();
    log.observe(
      "t",
      segment([
        [1, 21],
        [2, NaN],
      ]),
      LIMITS,
    );
    expect(log.openOf("t")!.end).toEqual(null);
  });

  it("are bounded, and the oldest dropped are counted", () => {
    const log = new EventLog();
    log.observe(
      "t",
      segment(Array.from({ length: 2 * MOST_EVENTS + 20 }, (_, index) => [index, index % 2 === 0 ? 25 : 15] as const)),
      LIMITS,
    );
    expect([log.list().length, log.dropped]).toEqual([MOST_EVENTS, 10]);
  });

  it("of one tag are forgotten without those of another", () => {
    const log = new EventLog();
    for (const tag of ["a", "b"]) log.observe(tag, segment([[1, 25]]), LIMITS);
    log.forget("a");
    expect([log.list().map(({ tag }) => tag), log.judgedUntil("a")]).toEqual([["b"], -Infinity]);
  });
});
