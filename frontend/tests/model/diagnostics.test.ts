import { describe, expect, it } from "vitest";

import { decodeControl } from "../../src/protocol/messages";
import { readClocks, readFills, sayClock } from "../../src/model/diagnostics";
import { Directory } from "../../src/data/directory";
import { isProblem, mergeVerdicts, MOST_VERDICTS, sayVerdict, type Verdict } from "../../src/protocol/verdicts";
import type { Table } from "../../src/protocol/frames";

function verdict(number: number, more: Partial<Verdict> = {}): Verdict {
  return { number, time: 1000 + number, topic: "plot/a", size: 4, outcome: "stored", format: "number", samples: 1, rejected: 0, reason: "", notes: [], payload: "12.5", ...more };
}

/** A directory of tags with the clock offsets given. */
function directory(offsets: Readonly<Record<string, number>>): Directory {
  const made = new Directory();
  const tags = Object.keys(offsets).map((tag, id) => ({ id, tag, unit: "", kind: "number" as const, states: [], meta: {} }));
  made.apply({ type: "tags", full: true, gone: [], tags });
  const zeros = new Float64Array(tags.length);
  const table: Table = {
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

describe("verdicts", () => {
  it("are read from their frame, whatever is missing in it", () => {
    const frame = decodeControl('{"type": "verdicts", "skipped": 3, "verdicts": [{"number": 17, "topic": "plot/t", "outcome": "rejected", "reason": "expected a number"}]}');
    expect(frame).toMatchObject({ type: "verdicts", skipped: 3, verdicts: [{ number: 17, topic: "plot/t", payload: "", notes: [] }] });
  });

  it("say in a sentence what became of the message", () => {
    expect([
      sayVerdict(verdict(1, { samples: 3, format: "json" })),
      sayVerdict(verdict(2, { outcome: "rejected", reason: "expected a number, got '12,5'" })),
      sayVerdict(verdict(3, { samples: 2, rejected: 1, format: "" })),
    ]).toEqual(["3 samples stored, read as json", "not readable: expected a number, got '12,5'", "2 samples stored; 1 not usable"]);
  });

  it("are held newest first, each once, and a flood of good ones hides no problem", () => {
    const wrong = verdict(1, { outcome: "rejected" });
    const flood = Array.from({ length: 1000 }, (_, index) => verdict(index + 2));
    const held = mergeVerdicts(mergeVerdicts([], [wrong]), [...flood, ...flood]);
    expect([held.length, held[0]!.number, held[held.length - 1]!.number, held.filter(isProblem).length]).toEqual([MOST_VERDICTS, 1001, 1, 1]);
  });
});

describe("limits", () => {
  it("say how full they are", () => {
    const hello = decodeControl('{"type":"hello","protocol":1,"time":1,"limits":{"max_tags":1000,"max_points":10000,"max_memory":67108864,"max_follow":500}}');
    const status = decodeControl('{"type":"status","time":1,"broker":{},"tags":200,"points":400000,"bytes":67108864}');
    if (hello?.type !== "hello" || status?.type !== "status") throw new Error("expected a hello and a status");
    const fills = readFills(hello, status, { followed: 5, points: 0, mostPoints: 100 });
    expect(fills.map(({ share }) => share)).toEqual([0.2, 1, 0.2, null, 0.01, 0]);
    expect([fills[1]!.words, fills[3]!.words]).toEqual(["64 MiB of 64 MiB", "no limit"]);
  });
});

describe("device clocks", () => {
  it("are told by group of tags, the worst first, with the median of each", () => {
    const rows = readClocks(directory({ "a/x": 0.01, "a/y": 0.02, "a/z": 9, "b/x": -3600, "c/x": NaN, lone: 1 }).entries());
    expect(rows.map(({ group, tags }) => [group, tags])).toEqual([["b", 1], ["lone", 1], ["a", 3]]);
    expect(rows.map(({ offset }) => sayClock(offset))).toEqual(["1 h behind", "1 s ahead", "right, within 0.1 s"]);
  });
});
