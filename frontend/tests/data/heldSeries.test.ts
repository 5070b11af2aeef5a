import { describe, expect, it } from "vitest";
import { MOST_POINTS, TOTAL_POINTS } from "../../src/data/heldSeries";
import { SNAPSHOT } from "../../src/protocol/frames";
import { frameBytes } from "../protocol/bytes";
import { Talk } from "./talk";

describe("held points", () => {
  it("stay within the page's budget however many tags are drawn", () => {
    const talk = new Talk().open();
    const names = Array.from({ length: 400 }, (_, index) => `t${index}`);
    talk.tags(...names);
    talk.session.follow(names, null);
    const points = Array.from({ length: 12_000 }, (_, index) => [index, index] as const);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points }]));
    expect(talk.times("t0").length).toEqual(TOTAL_POINTS / 400);
  });

  it("of one tag alone have a limit as well", () => {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], null);
    const points = Array.from({ length: MOST_POINTS + 5 }, (_, index) => [index, index] as const);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points }]));
    expect(talk.times("a").length).toEqual(MOST_POINTS);
  });
});
