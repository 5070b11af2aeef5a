import { describe, expect, it } from "vitest";

import { decodeEvent, isBad, lastingLevels, sayEvent, sayLength, type TagEvent } from "../../src/model/tagEvents";
import { applyLedger, decodeLedger } from "../../src/protocol/ledgers";

const EVENT: TagEvent = {
  id: 1,
  tag: "oven",
  kind: "hi",
  begin: 10,
  end: null,
  value: 85,
  limit: 80,
  text: "",
};

describe("events of tags", () => {
  it("are said in words", () => {
    const said = [
      EVENT,
      { ...EVENT, kind: "lolo", limit: 3 },
      { ...EVENT, kind: "late" },
      { ...EVENT, kind: "stale" },
      { ...EVENT, kind: "state", text: "FAULT" },
      { ...EVENT, kind: "clock", value: -3600 },
      { ...EVENT, kind: "flood" },
      { ...EVENT, kind: "broker", text: "lost" },
      { ...EVENT, kind: "later version" },
    ].map(sayEvent);
    expect(said).toEqual([
      "above hi 80",
      "below lolo 3",
      "late",
      "silent",
      "is FAULT",
      "clock was set, now 3600.0 s behind",
      "floods",
      "No broker: lost",
      "later version",
    ]);
  });

  it("say how long they last or lasted, unless they are of a moment", () => {
    const [begin, now] = [10, 310];
    const lengths = [null, 14, 10].map((end) => sayLength({ begin, end }, now));
    expect([...lengths, sayLength({ begin, end: null }, 10.2)]).toEqual(["for 5 min", "lasted 4 s", "", "just now"]);
  });

  it("of a clock that was set right say so", () => {
    expect(sayEvent({ ...EVENT, kind: "clock", value: -0.01 })).toEqual("clock was set, now right");
  });

  it("call by how bad they are", () => {
    const kinds = ["hi", "hihi", "lo", "lolo", "late", "stale", "state", "flood", "clock", "broker"];
    expect(kinds.filter((kind) => isBad({ ...EVENT, kind }))).toEqual(["hihi", "lolo", "stale", "state", "broker"]);
  });

  it("that last give a tag its colour, the most severe one first", () => {
    const events = [EVENT, { ...EVENT, id: 2, kind: "hihi" }, { ...EVENT, id: 3, tag: "b", end: 5 }];
    expect([...lastingLevels(events)]).toEqual([["oven", "hihi"]]);
  });
});

describe("a list that the server keeps", () => {
  const frame = (fields: object) => decodeLedger(JSON.parse(JSON.stringify({ type: "events", ...fields })))!;

  it("is replaced, changed and shortened", () => {
    const all = applyLedger(
      [],
      frame({ full: true, events: [EVENT, { ...EVENT, id: 2 }, { id: 3 }, 7], gone: [] }),
      decodeEvent,
    );
    const changed = applyLedger(all, frame({ full: false, events: [{ ...EVENT, end: 20 }], gone: [2] }), decodeEvent);
    const anew = applyLedger(changed, frame({ full: true, events: [{ ...EVENT, id: 9 }], gone: [] }), decodeEvent);
    expect([all.map(({ id }) => id), changed, anew.map(({ id }) => id)]).toEqual([
      [1, 2],
      [{ ...EVENT, end: 20 }],
      [9],
    ]);
  });

  it("is none where the frame is of another type", () => {
    expect(decodeLedger({ type: "weather" })).toEqual(null);
  });
});
