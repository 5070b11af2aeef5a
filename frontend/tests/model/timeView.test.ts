import { describe, expect, it } from "vitest";

import {
  live,
  lookAt,
  pause,
  shift,
  shownRange,
  type TimeView,
  withinHeld,
  withWindow,
  zoomAt,
} from "../../src/model/timeView";

const LIVE: TimeView = { mode: "live", window: 60, range: null };

describe("the live window", () => {
  it("ends at the server's now while data is coming", () => {
    expect(shownRange(LIVE, { now: 1000, held: { start: 0, end: 999.5 }, newest: [999.5] })).toEqual({
      start: 940,
      end: 1000,
    });
  });

  it("ends at the newest point where a device's clock is ahead", () => {
    expect(shownRange(LIVE, { now: 1000, held: { start: 0, end: 1300 }, newest: [1300] })).toEqual({
      start: 1240,
      end: 1300,
    });
  });

  it("stays with the tags of our time where another device's clock is far ahead, and goes along with one a little ahead", () => {
    const moment = { now: 1e6, held: { start: 0, end: 1e6 + 86400 } };
    expect(shownRange(LIVE, { ...moment, newest: [1e6 + 86400, 1e6 - 1] })).toEqual({ start: 1e6 - 60, end: 1e6 });
    expect(shownRange(LIVE, { ...moment, newest: [1e6 + 20, 1e6 + 86400] })).toEqual({
      start: 1e6 - 40,
      end: 1e6 + 20,
    });
    expect(shownRange(LIVE, { ...moment, newest: [1e6 + 86400, 1e6 - 7200] })).toEqual({
      start: 1e6 + 86340,
      end: 1e6 + 86400,
    });
  });

  it("waits for data that lies behind: old stamps are a picture too", () => {
    expect(shownRange(LIVE, { now: 1e9, held: { start: 0, end: 500 }, newest: [500] })).toEqual({
      start: 470,
      end: 530,
    });
  });

  it("shows the last window up to now while nothing is held", () => {
    expect(shownRange(LIVE, { now: 1000, held: null, newest: [] })).toEqual({ start: 940, end: 1000 });
  });

  it("of all begins at the oldest point", () => {
    expect(shownRange({ ...LIVE, window: null }, { now: 1000, held: { start: 200, end: 999 }, newest: [999] })).toEqual(
      { start: 200, end: 1000 },
    );
  });
});

describe("modes", () => {
  const range = { start: 100, end: 110 };

  it("a zoom leaves live and keeps its range whatever comes", () => {
    expect(shownRange(lookAt(LIVE, range), { now: 5000, held: { start: 0, end: 5000 }, newest: [5000] })).toEqual(
      range,
    );
  });

  it("a zoom while paused stays paused", () => {
    expect(lookAt(pause(LIVE, { start: 0, end: 60 }), range)).toEqual({ mode: "paused", window: 60, range });
  });

  it("pausing while looking back keeps what is looked at", () => {
    expect(pause(lookAt(LIVE, range), { start: 0, end: 60 }).range).toEqual(range);
  });

  it("live comes back to the window that was chosen before", () => {
    expect(live(lookAt(LIVE, range))).toEqual(LIVE);
  });

  it("another window is live, but a paused picture keeps its right edge", () => {
    const moment = { now: 1000, held: { start: 0, end: 1000 }, newest: [1000] };
    expect(withWindow(lookAt(LIVE, range), 10, moment)).toEqual({ mode: "live", window: 10, range: null });
    expect(withWindow(pause(LIVE, { start: 40, end: 100 }), 10, moment)).toEqual({
      mode: "paused",
      window: 10,
      range: { start: 90, end: 100 },
    });
    expect(withWindow(pause(LIVE, { start: 40, end: 100 }), null, moment).range).toEqual({ start: 0, end: 100 });
  });
});

describe("zooming", () => {
  it("keeps the instant under the cursor where it is", () => {
    expect(zoomAt({ start: 0, end: 100 }, 0.5, 25)).toEqual({ start: 12.5, end: 62.5 });
  });

  it("ends at a microsecond and at twenty years", () => {
    const narrow = lookAt(LIVE, { start: 5, end: 5 + 1e-9 }).range!;
    const wide = lookAt(LIVE, zoomAt({ start: 0, end: 100 }, 1e12, 50)).range!;
    expect([narrow.end - narrow.start, wide.end - wide.start].map((span) => Number(span.toPrecision(6)))).toEqual([
      0.000001, 632448000,
    ]);
  });

  it("shifting keeps the span", () => {
    expect(shift({ start: 1, end: 2 }, 5)).toEqual({ start: 6, end: 7 });
  });
});

describe("a zoom by hand", () => {
  const held = { start: 900, end: 990 };
  it("stays in what is held, with a quarter of the picture as margin", () => {
    expect(withinHeld({ start: 950, end: 960 }, 1000, held)).toEqual({ start: 950, end: 960 });
    expect(withinHeld({ start: 500, end: 520 }, 1000, held)).toEqual({ start: 895, end: 915 });
    expect(withinHeld({ start: 0, end: 100_000 }, 1000, held)).toEqual({ start: 850, end: 1050 });
  });

  it("goes anywhere while nothing is held", () => {
    expect(withinHeld({ start: 0, end: 9 }, 1000, null)).toEqual({ start: 0, end: 9 });
  });
});
