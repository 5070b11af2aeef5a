import { describe, expect, it } from "vitest";

import { WallClock } from "../../src/model/wallClock";

const NEWFOUNDLAND = [{ since: 0, minutes: -210 }];

const T = 1700000000.25;

describe("a wall clock", () => {
  const [here, utc, server] = [new WallClock("local"), new WallClock("utc"), new WallClock("server", NEWFOUNDLAND)];

  it("reads what it has written", () => {
    const read = [here, utc, server].map((clock) =>
      clock.parse(clock.stamp(1700000000).replace(" ", "T").slice(0, 19)),
    );
    expect([read, utc.parse("yesterday")]).toEqual([[1700000000, 1700000000, 1700000000], NaN]);
  });

  it("is ahead by what the server says, or nothing for UTC", () => {
    expect([utc.minutesAhead(T), server.minutesAhead(T), here.minutesAhead(T)]).toEqual([
      0,
      -210,
      -new Date(T * 1000).getTimezoneOffset() || 0,
    ]);
  });

  it("is ahead by what holds at the instant: by another hour in summer, and before its first entry by that one's", () => {
    const berlin = new WallClock("server", [
      { since: T - 1000, minutes: 120 },
      { since: T, minutes: 60 },
    ]);
    expect([T - 2000, T - 1, T, T + 1e6].map((at) => berlin.minutesAhead(at))).toEqual([120, 120, 60, 60]);
  });

  it("names itself, and how far it is from UTC", () => {
    expect([utc.nameAt(T), server.nameAt(T), here.name]).toEqual(["UTC", "server time, UTC−3:30", "local time"]);
  });

  it("writes instants as it shows them, the date where it is another day", () => {
    expect([utc.stamp(T), utc.exactTime(T), server.iso(T), utc.iso(T)]).toEqual([
      "2023-11-14 22:13:20.250",
      "22:13:20.250",
      "2023-11-14T18:43:20.250-03:30",
      "2023-11-14T22:13:20.250Z",
    ]);
    expect([utc.time(T, T + 5), utc.time(T, T + 7200)]).toEqual(["22:13:20", "2023-11-14 22:13:20"]);
  });

  it("has nothing to say of times beyond the calendar", () => {
    expect(utc.stamp(1e15)).toEqual("");
  });
});
