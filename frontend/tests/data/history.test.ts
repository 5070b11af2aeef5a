import { describe, expect, it } from "vitest";
import { DECIMATED, SNAPSHOT } from "../../src/protocol/frames";
import { frameBytes } from "../protocol/bytes";
import { Talk } from "./talk";

describe("history", () => {
  function decimated(): Talk {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], 3600);
    const points = Array.from({ length: 100 }, (_, index) => [index * 36, index] as const);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT | DECIMATED, raw: 90_000, points }]));
    return talk;
  }

  it("is asked for where a zoom is finer than what is held, with a margin to either side", () => {
    const talk = decimated();
    talk.session.history.fetch({ start: 1000, end: 1100 }, false);
    expect(talk.sent.at(-1)).toEqual({ type: "range", request: 1, tag: "a", start: 950, end: 1150, points: 4500 });
  });

  it("is drawn when it comes, and not asked for again", () => {
    const talk = decimated();
    talk.session.history.fetch({ start: 1000, end: 1100 }, false);
    const points = Array.from({ length: 200 }, (_, index) => [950 + index, 5] as const);
    talk.session.binary(frameBytes(3, [{ points }], 1));
    talk.session.history.fetch({ start: 1000, end: 1100 }, false);
    const read = talk.session.held.get("a")!.read({ start: 1000, end: 1100 });
    expect([talk.sent.at(-1)!["request"], read.flatMap(({ times }) => [...times]).length]).toEqual([1, 103]);
  });

  it("that a newer request has overtaken is dropped", () => {
    const talk = decimated();
    talk.session.history.fetch({ start: 1000, end: 1100 }, false);
    talk.session.history.fetch({ start: 2000, end: 2010 }, false);
    talk.session.binary(frameBytes(3, [{ points: [[1000, 1]] }], 1));
    expect(talk.session.held.get("a")!.covers({ start: 1000, end: 1100 }, 700)).toEqual(false);
  });

  it("of many tags is asked for a few at a time", () => {
    const talk = new Talk().open();
    const names = Array.from({ length: 50 }, (_, index) => `t${index}`);
    talk.tags(...names);
    talk.session.follow(names, 60);
    talk.session.binary(
      frameBytes(
        1,
        names.map((_, index) => ({ series: 7 + index, flags: SNAPSHOT, points: [[1000, 1]] as const })),
      ),
    );
    const asked = (): number => talk.sent.filter(({ type }) => type === "range").length;
    talk.session.history.fetch({ start: 0, end: 1000 }, true);
    const atOnce = asked();
    for (let request = 1; request <= 50; request++)
      talk.session.binary(frameBytes(3, [{ series: 6 + request, points: [[5, 5]] }], request));
    expect([atOnce, asked()]).toEqual([8, 50]);
  });

  it("is not waited for when the server refuses it", () => {
    const talk = decimated();
    talk.session.history.fetch({ start: 1000, end: 1100 }, false);
    talk.control({ type: "error", code: "unknown_tag", message: "no such tag", request: 1 });
    talk.session.history.fetch({ start: 1000, end: 1100 }, false);
    expect([talk.sent.at(-1)!["request"], talk.problems]).toEqual([2, []]);
  });
});
