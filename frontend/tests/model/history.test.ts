import { describe, expect, it } from "vitest";

import { draggedRange, heldWords, historyEnds, ticksIn } from "../../src/model/history";

const RANGE = { start: 0, end: 100 };
const WHOLE = { start: 0, end: 1000 };

describe("the ends of history in a picture", () => {
  const times = (begin: number | null, vanished: number | null) =>
    historyEnds(RANGE, begin, vanished).map(({ time }) => time);

  it("marks where it begins, and where a past ended that the server has not kept", () => {
    expect([times(40, null), times(40, 30)]).toEqual([[40], [30, 40]]);
  });

  it("marks no end of a past that the server has kept", () => {
    expect(times(20, 30)).toEqual([20]);
  });

  it("marks nothing at the edges, outside, or where the begin is not known", () => {
    expect([times(1, null), times(-5, null), times(100, null), times(null, 30)]).toEqual([[], [], [], []]);
  });
});

describe("the words for what is held", () => {
  const day = 86400;

  it("tell points and outline apart", () => {
    expect(heldWords({ time: 9 * day, since: 0, pointsSince: 9 * day - 7800 })).toEqual([
      "every point 2 h 10 min",
      "outline 9 d",
    ]);
  });

  it("tell of points alone where none had to go", () => {
    expect(heldWords({ time: 600, since: 0, pointsSince: 0 })).toEqual(["every point 10 min"]);
  });

  it("say nothing of nothing", () => {
    expect(heldWords({ time: 600, since: null, pointsSince: null })).toEqual([]);
  });
});

describe("ticks", () => {
  it("are round by the clock on the wall, and few", () => {
    const ticks = ticksIn({ start: 1_700_000_000, end: 1_700_000_000 + 7 * 86400 }, 8, () => 60);
    expect(ticks.map(({ time, step }) => [(time + 3600) % 86400, step])).toEqual(Array(7).fill([0, 86400]));
  });
});

describe("a window under a hand", () => {
  const from = { start: 100, end: 200 };

  it("moves, and stays in what is held", () => {
    expect([draggedRange(from, "both", 50, WHOLE, 1), draggedRange(from, "both", -500, WHOLE, 1)]).toEqual([
      { start: 150, end: 250 },
      { start: 0, end: 100 },
    ]);
  });

  it("is made longer or shorter by its edges, never shorter than can be held", () => {
    expect([draggedRange(from, "start", 150, WHOLE, 4), draggedRange(from, "end", 5000, WHOLE, 4)]).toEqual([
      { start: 196, end: 200 },
      { start: 100, end: 1000 },
    ]);
  });

  it("longer than all that is held ends at the present", () => {
    expect(draggedRange({ start: -500, end: 900 }, "both", 1, WHOLE, 1)).toEqual({ start: -400, end: 1000 });
  });
});
