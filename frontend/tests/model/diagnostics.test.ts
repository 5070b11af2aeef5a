import { describe, expect, it } from "vitest";

import { Directory } from "../../src/data/directory";
import { readClocks, readFills, readLosses, sayClock, sayHeld } from "../../src/model/diagnostics";
import type { Table } from "../../src/protocol/frames";
import { decodeControl } from "../../src/protocol/messages";

/** A directory of tags with the clock offsets given. */
function directory(offsets: Readonly<Record<string, number>>): Directory {
  const made = new Directory();
  const tags = Object.keys(offsets).map((tag, id) => ({
    id,
    tag,
    unit: "",
    kind: "number" as const,
    states: [],
    meta: {},
  }));
  made.apply({ type: "tags", full: true, more: false, gone: [], tags });
  const zeros = new Float64Array(tags.length);
  const table: Table = {
    more: false,
    count: tags.length,
    series: Uint32Array.from(tags, ({ id }) => id),
    flags: new Uint32Array(tags.length),
    time: zeros,
    value: zeros,
    arrival: zeros,
    rate: new Float32Array(tags.length),
    bytesRate: new Float32Array(tags.length),
    interval: new Float32Array(tags.length),
    offset: Float32Array.from(Object.values(offsets)),
  };
  made.applyTable(table);
  return made;
}

describe("limits", () => {
  it("say how full they are", () => {
    const hello = decodeControl(
      '{"type":"hello","protocol":1,"time":1,"limits":{"max_tags":1000,"max_points":10000,"max_memory":67108864,"max_follow":500}}',
    );
    const status = decodeControl('{"type":"status","time":1,"broker":{},"tags":200,"points":400000,"bytes":67108864}');
    if (hello?.type !== "hello" || status?.type !== "status") throw new Error("expected a hello and a status");
    const fills = readFills(hello, status, { followed: 5, points: 0, mostPoints: 100 });
    expect(fills.map(({ share }) => share)).toEqual([0.2, 1, 0.2, null, 0.01, 0]);
    expect([fills[1]!.words, fills[3]!.words]).toEqual(["64 MiB of 64 MiB", "no limit"]);
  });
});

describe("device clocks", () => {
  it("are told by group of tags, the worst first, with the median of each", () => {
    const rows = readClocks(
      directory({ "a/x": 0.01, "a/y": 0.02, "a/z": 9, "b/x": -3600, "c/x": NaN, lone: 1 }).entries(),
    );
    expect(rows.map(({ group, tags }) => [group, tags])).toEqual([
      ["b", 1],
      ["lone", 1],
      ["a", 3],
    ]);
    expect(rows.map(({ offset }) => sayClock(offset))).toEqual(["1 h behind", "1 s ahead", "right, within 0.1 s"]);
  });
});

describe("what is held", () => {
  const say = (since: number | null, holds: number | null) => sayHeld({ since, holds, time: 1_700_001_020 });

  it("is said of now and of what will be", () => {
    expect([
      say(null, null),
      say(null, 12_000),
      say(1_700_000_000, null),
      say(1_700_000_000, 12_000),
      say(1_700_001_019.7, 12_000),
      say(1_699_800_000, 12_000),
      say(1_700_000_000, 1e12),
    ]).toEqual([
      "",
      "room for 3 h 20 min",
      "holds 17 min",
      "holds 17 min of 3 h 20 min",
      "holds 1 s of 3 h 20 min",
      "holds 2 d 8 h, the last 3 h 20 min whole",
      "holds 17 min",
    ]);
  });
});

describe("losses", () => {
  it("of tags that were refused are told apart from the others", () => {
    const counters = {
      "samples_refused.tags_full": 3,
      "messages_refused.tags_full": 4,
      "messages_rejected.bad_tag": 2,
    };
    expect(readLosses(counters)).toEqual({ total: 9, refused: 7, lines: ["2 messages unreadable: bad tag"] });
  });

  it("are what arrived and was not kept, the largest first, and nothing else", () => {
    const counters = {
      messages_received: 99,
      samples_stored: 80,
      "messages_rejected.bad_tag": 2,
      "messages_dropped.inbox_full": 1200,
      "samples_refused.tags_full": 0,
      "__proto__.x": 5,
      constructor: 3,
    };
    expect(readLosses(counters)).toEqual({
      total: 1202,
      refused: 0,
      lines: ["1\u202f200 messages dropped: inbox full", "2 messages unreadable: bad tag"],
    });
  });
});
