import { describe, expect, it } from "vitest";

import { decodeControl } from "../../src/protocol/messages";
import { isProblem, MOST_VERDICTS, mergeVerdicts, sayVerdict, type Verdict } from "../../src/protocol/verdicts";

function verdict(number: number, more: Partial<Verdict> = {}): Verdict {
  return {
    number,
    time: 1000 + number,
    topic: "plot/a",
    size: 4,
    outcome: "stored",
    format: "number",
    samples: 1,
    rejected: 0,
    reason: "",
    notes: [],
    payload: "12.5",
    ...more,
  };
}

describe("verdicts", () => {
  it("are read from their frame, whatever is missing in it", () => {
    const frame = decodeControl(
      '{"type": "verdicts", "skipped": 3, "verdicts": [{"number": 17, "topic": "plot/t", "outcome": "rejected", "reason": "expected a number"}]}',
    );
    expect(frame).toMatchObject({
      type: "verdicts",
      skipped: 3,
      verdicts: [{ number: 17, topic: "plot/t", payload: "", notes: [] }],
    });
  });

  it("say in a sentence what became of the message", () => {
    expect([
      sayVerdict(verdict(1, { samples: 3, format: "json" })),
      sayVerdict(verdict(2, { outcome: "rejected", reason: "expected a number, got '12,5'" })),
      sayVerdict(verdict(3, { samples: 2, rejected: 1, format: "" })),
    ]).toEqual([
      "3 samples stored, read as json",
      "not readable: expected a number, got '12,5'",
      "2 samples stored; 1 not usable",
    ]);
  });

  it("are held newest first, each once, and a flood of good ones hides no problem", () => {
    const wrong = verdict(1, { outcome: "rejected" });
    const flood = Array.from({ length: 1000 }, (_, index) => verdict(index + 2));
    const held = mergeVerdicts(mergeVerdicts([], [wrong]), [...flood, ...flood]);
    expect([held.length, held[0]!.number, held[held.length - 1]!.number, held.filter(isProblem).length]).toEqual([
      MOST_VERDICTS,
      1001,
      1,
      1,
    ]);
  });
});
