import { describe, expect, it } from "vitest";

import { localMinutes, WallClock } from "../../src/model/wallClock";
import type { Figure } from "../../src/plot/figure";
import { byClock, onWall, parsePlotTime, rangeOfRelayout } from "../../src/plot/plotlyTime";

const LOCAL = new WallClock("local");

const HERE = localMinutes(Date.UTC(2026, 10, 21));

describe("plotly's times", () => {
  it.each([
    ["utc", 0],
    ["server", 210],
  ] as const)("by the clock of %s are written and read as that clock shows them", (zone, minutes) => {
    const clock = new WallClock(zone, [{ since: 0, minutes: 210 }]);
    const at = Date.UTC(2026, 10, 21, 12) / 1000;
    const figure = {
      traces: [{ x: Float64Array.of(at * 1000) }],
      layout: { xaxis: { range: [at * 1000, at * 1000 + 5] } },
    } as unknown as Figure;
    const shown = byClock(figure, clock);
    expect([shown.traces[0]!.x![0], shown.layout.xaxis.range]).toEqual([
      (at + (minutes - HERE) * 60) * 1000,
      [0, 5].map((ms) => (at + (minutes - HERE) * 60) * 1000 + ms),
    ]);
    expect([parsePlotTime(clock.stamp(at), clock), parsePlotTime(shown.traces[0]!.x![0], clock)]).toEqual([at, at]);
  });

  it("by the browser's clock go as they are", () => {
    const figure = { traces: [], layout: { xaxis: { range: [1.7e12, 1.8e12] } } } as unknown as Figure;
    expect([byClock(figure, LOCAL), onWall(figure, LOCAL)]).toEqual([figure, figure]);
  });

  it("soon after 1970 are not whole, since plotly takes whole numbers of four digits for years", () => {
    const figure = {
      traces: [{ x: Float64Array.of(15, 2000, 20_000) }],
      layout: { xaxis: { range: [0, 20_000] } },
    } as unknown as Figure;
    const shown = byClock(figure, LOCAL);
    expect(
      [...shown.traces[0]!.x, ...shown.layout.xaxis.range!].map((time) => [Number.isInteger(time), Math.round(time)]),
    ).toEqual([
      [false, 15],
      [false, 2000],
      [true, 20_000],
      [false, 0],
      [true, 20_000],
    ]);
  });

  it("lie as far apart as a clock shows them that is put back between them", () => {
    const clock = new WallClock("server", [
      { since: 0, minutes: 120 },
      { since: 7200, minutes: 60 },
    ]);
    const figure = {
      traces: [{ x: Float64Array.of(3600_000, 7200_000) }],
      layout: { xaxis: { range: [0, 10_800_000] } },
    } as unknown as Figure;
    const shown = onWall(figure, clock);
    expect([[...shown.traces[0]!.x], shown.layout.xaxis.range]).toEqual([
      [10_800_000, 10_800_000],
      [7_200_000, 14_400_000],
    ]);
  });

  it("are read in local time, whatever parts are missing", () => {
    const local = (...parts: [number, number, number, number?, number?, number?]): number =>
      new Date(parts[0], parts[1], parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0).getTime() / 1000;
    expect(
      ["2026-11-21 12:04:31.25", "2026-11-21 12:04", "2026-11-21", 5000].map((value) => parsePlotTime(value, LOCAL)),
    ).toEqual([local(2026, 10, 21, 12, 4, 31) + 0.25, local(2026, 10, 21, 12, 4), local(2026, 10, 21), 5]);
  });

  it("of anything else are none", () => {
    expect([
      rangeOfRelayout({ "xaxis.autorange": true }, LOCAL),
      rangeOfRelayout({ "xaxis.range[0]": "x", "xaxis.range[1]": 5 }, LOCAL),
      rangeOfRelayout({}, LOCAL),
    ]).toEqual([null, null, null]);
  });

  it("of a zoom by hand are a range; those that the page sets are no news", () => {
    expect([
      rangeOfRelayout({ "xaxis.range[0]": 1000, "xaxis.range[1]": 2000 }, LOCAL),
      rangeOfRelayout({ "xaxis.range": [1000, 2000] }, LOCAL),
    ]).toEqual([{ start: 1, end: 2 }, null]);
  });
});
