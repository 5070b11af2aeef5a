import { describe, expect, it } from "vitest";
import { SNAPSHOT } from "../../src/protocol/frames";
import type { Json, JsonObject } from "../../src/protocol/json";
import { frameBytes, tableBytes } from "../protocol/bytes";
import { Talk } from "./talk";

describe("following", () => {
  it("waits for the server's hello, and says window and points", () => {
    const talk = new Talk();
    talk.session.opened();
    talk.session.follow(["a"], 60);
    expect(talk.sent).toEqual([]);
    talk.open();
    expect(talk.sent).toEqual([{ type: "follow", tags: ["a"], window: 60, points: 1500 }]);
  });

  it("says nothing when the set stays the same", () => {
    const talk = new Talk().open();
    talk.session.follow(["a"], 60);
    talk.session.follow(["a"], 10);
    expect(talk.sent.filter(({ tags }) => JSON.stringify(tags) === '["a"]')).toHaveLength(1);
  });

  it("goes on after a lost connection from where it was", () => {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], 60);
    talk.session.binary(
      frameBytes(1, [
        {
          flags: SNAPSHOT,
          first: 40,
          points: [
            [1, 1],
            [2, 2],
          ],
        },
      ]),
    );
    talk.open();
    expect([talk.sent.at(-1), talk.times("a")]).toEqual([
      { type: "follow", tags: ["a"], window: 60, points: 1500, epoch: "one", next: { a: 42 } },
      [1, 2],
    ]);
  });

  it("forgets everything when the server lives another life", () => {
    const talk = new Talk().open("one").tags("a");
    talk.session.follow(["a"], 60);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points: [[1, 1]] }]));
    talk.open("two");
    expect([talk.sent.at(-1), talk.times("a"), talk.session.directory.size, talk.vanished]).toEqual([
      { type: "follow", tags: ["a"], window: 60, points: 1500 },
      [],
      0,
      [1],
    ]);
  });

  it("resumes a tag called __proto__ like any other", () => {
    const talk = new Talk().open().tags("__proto__");
    talk.session.follow(["__proto__"], null);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, first: 3, points: [[1, 1]] }]));
    const texts: string[] = [];
    talk.sent.push = (...frames: JsonObject[]) => texts.push(...frames.map((frame) => JSON.stringify(frame)));
    talk.open();
    expect(texts.at(-1)).toContain('"next":{"__proto__":4}');
  });

  it("keeps within the server's limits on tags and on a message, and says so", () => {
    const names = Array.from({ length: 30 }, (_, index) => `tag number ${index}`);
    const few = new Talk().open("one", { max_follow: 10 });
    few.session.follow(names, null);
    const small = new Talk().open("one", { max_frame: 300 });
    small.session.follow(names, null);
    const followed = small.sent.at(-1)!;
    expect([
      (few.sent.at(-1)!["tags"] as Json[]).length,
      JSON.stringify(followed).length <= 300,
      (followed["tags"] as Json[]).length > 5,
    ]).toEqual([10, true, true]);
    expect([few.problems.length, small.problems.length]).toEqual([1, 1]);
  });
});

describe("data", () => {
  it("of a followed tag arrives, of another is dropped", () => {
    const talk = new Talk().open().tags("a", "b");
    talk.session.follow(["a"], null);
    talk.session.binary(
      frameBytes(1, [
        { series: 7, flags: SNAPSHOT, points: [[1, 1]] },
        { series: 8, flags: SNAPSHOT, points: [[1, 1]] },
      ]),
    );
    expect([talk.touched, talk.times("a"), talk.session.held.get("b")]).toEqual([["a"], [1], undefined]);
  });

  it("that does not follow makes the tag be let go and followed afresh", () => {
    const talk = new Talk().open().tags("a", "b");
    talk.session.follow(["a", "b"], null);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points: [[1, 1]] }]));
    talk.session.binary(frameBytes(1, [{ first: 9, points: [[9, 9]] }]));
    expect([talk.sent.slice(-2).map(({ tags }) => tags), talk.session.faults]).toEqual([[["b"], ["a", "b"]], 1]);
  });

  it("of a deleted tag is forgotten", () => {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], null);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points: [[1, 1]] }]));
    talk.control({ type: "tags", full: false, gone: [7], tags: [] });
    expect([talk.session.held.get("a"), talk.session.directory.find("a")]).toEqual([undefined, undefined]);
  });

  it("that cannot be read is counted and said, and the talk goes on", () => {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], null);
    talk.session.binary(new ArrayBuffer(3));
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points: [[1, 1]] }]));
    expect([talk.session.faults, talk.problems.length, talk.times("a")]).toEqual([1, 1, [1]]);
  });
});

describe("the directory", () => {
  it("learns values from tables", () => {
    const talk = new Talk().open().tags("a");
    talk.session.binary(tableBytes([{ series: 7, value: 21.5, rate: 4 }, { series: 99 }]));
    expect([talk.session.directory.find("a")?.value, talk.session.directory.find("a")?.rate]).toEqual([21.5, 4]);
  });

  function named(talk: Talk): string[] {
    return [...talk.session.directory.entries()].map(({ info }) => info.tag);
  }

  it("tells what a full list no longer has", () => {
    const talk = new Talk().open().tags("a", "b").tags("a");
    expect(named(talk)).toEqual(["a"]);
  });

  it("keeps what it has until the last part of a full list has come, and only then tells of it", () => {
    const talk = new Talk().open().tags("a", "b", "c");
    talk.session.follow(["b"], null);
    talk.session.binary(frameBytes(1, [{ series: 8, flags: SNAPSHOT, points: [[1, 1]] }]));
    const info = { unit: "", kind: "number", states: [], meta: {} };
    const part = { type: "tags", full: true, more: true, gone: [], tags: [{ id: 7, tag: "a", ...info }] };
    talk.control(part).control({ ...part, full: false, tags: [{ id: 10, tag: "c", ...info }] });
    expect([named(talk), talk.news]).toEqual([["a", "b", "c"], ["tags"]]);
    talk.control({ ...part, full: false, more: false, tags: [{ id: 8, tag: "b", ...info }] });
    expect([named(talk), talk.news, talk.times("b")]).toEqual([["a", "b", "c"], ["tags", "tags"], [1]]);
    expect([9, 10].map((id) => talk.session.directory.byId(id)?.info.tag)).toEqual([undefined, "c"]);
  });

  it("begins a full list anew when another comes in the middle of it", () => {
    const talk = new Talk().open().tags("a", "b");
    talk.control({ type: "tags", full: true, more: true, gone: [], tags: [] }).tags("a");
    expect(named(talk)).toEqual(["a"]);
  });

  it("tells of a table once its last part has come", () => {
    const talk = new Talk().open().tags("a", "b");
    talk.session.binary(tableBytes([{ series: 7, value: 1 }], 1000, true));
    const before = [...talk.news];
    talk.session.binary(tableBytes([{ series: 8, value: 2 }]));
    expect([before, talk.news]).toEqual([["tags"], ["tags", "table"]]);
    expect(["a", "b"].map((tag) => talk.session.directory.find(tag)?.value)).toEqual([1, 2]);
  });
});

describe("the clock", () => {
  it("is the server's, carried on by ours", () => {
    const talk = new Talk();
    talk.local = 5;
    talk.open();
    talk.local = 7.5;
    expect(talk.session.now(0)).toEqual(1002.5);
  });
});
