import { describe, expect, it } from "vitest";
import { MOST_POINTS, Session, TOTAL_POINTS } from "../../src/data/session";
import { DECIMATED, SNAPSHOT } from "../../src/protocol/frames";
import type { Json, JsonObject } from "../../src/protocol/json";
import { frameBytes, tableBytes } from "../protocol/bytes";

const ALL = { start: -Infinity, end: Infinity };

class Talk {
  readonly sent: JsonObject[] = [];
  readonly problems: string[] = [];
  readonly touched: string[] = [];
  readonly vanished: number[] = [];
  readonly verdicts: string[] = [];
  readonly ledgers: string[] = [];
  local = 0;
  readonly session = new Session(
    (text) => this.sent.push(JSON.parse(text) as JsonObject),
    () => this.local,
    {
      data: (tags) => this.touched.push(...tags),
      history: () => undefined,
      tags: () => undefined,
      table: () => undefined,
      status: () => undefined,
      hello: () => undefined,
      restarted: (newest) => this.vanished.push(newest),
      event: () => undefined,
      ledger: (frame) => this.ledgers.push(frame.name),
      verdicts: (frame) => this.verdicts.push(...frame.verdicts.map(({ topic }) => topic)),
      problem: (text) => this.problems.push(text),
    },
  );

  open(epoch = "one", limits: JsonObject = {}): this {
    this.session.opened();
    return this.control({ type: "hello", protocol: 1, version: "0", epoch, time: 1000, limits, topics: ["plot/#"] });
  }

  control(frame: Json): this {
    this.session.text(JSON.stringify(frame));
    return this;
  }

  tags(...tags: string[]): this {
    const infos = tags.map((tag, index) => ({ id: 7 + index, tag, unit: "", kind: "number", states: [], meta: {} }));
    return this.control({ type: "tags", full: true, gone: [], tags: infos });
  }

  times(tag: string): number[] {
    return (this.session.series(tag)?.read(ALL) ?? []).flatMap(({ times }) => [...times]);
  }
}

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
    expect([talk.touched, talk.times("a"), talk.session.series("b")]).toEqual([["a"], [1], undefined]);
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
    expect([talk.session.series("a"), talk.session.directory.find("a")]).toEqual([undefined, undefined]);
  });

  it("that cannot be read is counted and said, and the talk goes on", () => {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], null);
    talk.session.binary(new ArrayBuffer(3));
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points: [[1, 1]] }]));
    expect([talk.session.faults, talk.problems.length, talk.times("a")]).toEqual([1, 1, [1]]);
  });

  it("stays within the page's budget however many tags are drawn", () => {
    const talk = new Talk().open();
    const names = Array.from({ length: 400 }, (_, index) => `t${index}`);
    talk.tags(...names);
    talk.session.follow(names, null);
    const points = Array.from({ length: 12_000 }, (_, index) => [index, index] as const);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points }]));
    expect(talk.times("t0").length).toEqual(TOTAL_POINTS / 400);
  });

  it("of one tag alone has a limit as well", () => {
    const talk = new Talk().open().tags("a");
    talk.session.follow(["a"], null);
    const points = Array.from({ length: MOST_POINTS + 5 }, (_, index) => [index, index] as const);
    talk.session.binary(frameBytes(1, [{ flags: SNAPSHOT, points }]));
    expect(talk.times("a").length).toEqual(MOST_POINTS);
  });
});

describe("the directory", () => {
  it("learns values from tables", () => {
    const talk = new Talk().open().tags("a");
    talk.session.binary(tableBytes([{ series: 7, value: 21.5, rate: 4 }, { series: 99 }]));
    expect([talk.session.directory.find("a")?.value, talk.session.directory.find("a")?.rate]).toEqual([21.5, 4]);
  });

  it("tells what a full list no longer has", () => {
    const talk = new Talk().open().tags("a", "b").tags("a");
    expect([...talk.session.directory.entries()].map(({ info }) => info.tag)).toEqual(["a"]);
  });
});

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
    talk.session.fetch({ start: 1000, end: 1100 }, false);
    expect(talk.sent.at(-1)).toEqual({ type: "range", request: 1, tag: "a", start: 950, end: 1150, points: 4500 });
  });

  it("is drawn when it comes, and not asked for again", () => {
    const talk = decimated();
    talk.session.fetch({ start: 1000, end: 1100 }, false);
    const points = Array.from({ length: 200 }, (_, index) => [950 + index, 5] as const);
    talk.session.binary(frameBytes(3, [{ points }], 1));
    talk.session.fetch({ start: 1000, end: 1100 }, false);
    const read = talk.session.series("a")!.read({ start: 1000, end: 1100 });
    expect([talk.sent.at(-1)!["request"], read.flatMap(({ times }) => [...times]).length]).toEqual([1, 103]);
  });

  it("that a newer request has overtaken is dropped", () => {
    const talk = decimated();
    talk.session.fetch({ start: 1000, end: 1100 }, false);
    talk.session.fetch({ start: 2000, end: 2010 }, false);
    talk.session.binary(frameBytes(3, [{ points: [[1000, 1]] }], 1));
    expect(talk.session.series("a")!.covers({ start: 1000, end: 1100 }, 700)).toEqual(false);
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
    talk.session.fetch({ start: 0, end: 1000 }, true);
    const atOnce = asked();
    for (let request = 1; request <= 50; request++)
      talk.session.binary(frameBytes(3, [{ series: 6 + request, points: [[5, 5]] }], request));
    expect([atOnce, asked()]).toEqual([8, 50]);
  });

  it("is not waited for when the server refuses it", () => {
    const talk = decimated();
    talk.session.fetch({ start: 1000, end: 1100 }, false);
    talk.control({ type: "error", code: "unknown_tag", message: "no such tag", request: 1 });
    talk.session.fetch({ start: 1000, end: 1100 }, false);
    expect([talk.sent.at(-1)!["request"], talk.problems]).toEqual([2, []]);
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
