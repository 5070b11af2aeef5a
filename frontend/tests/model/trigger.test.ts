import { describe, expect, it } from "vitest";

import {
  checkTrigger,
  Detector,
  MOST_TRIGGERS,
  readTriggers,
  sayCondition,
  type Trigger,
  writeTriggers,
} from "../../src/model/trigger";

const TRIGGER: Trigger = {
  id: 1,
  name: "",
  tag: "t",
  condition: "rises",
  level: 5,
  to: "",
  before: 5,
  after: 5,
  isRepeating: false,
  isArmed: true,
};

function points(...values: readonly number[]) {
  return { times: Float64Array.from(values, (_, index) => index + 1), values: Float64Array.from(values) };
}

/** All instants at which it fires. */
function firings(
  trigger: Partial<Trigger>,
  values: readonly number[],
  names: readonly string[] | null = null,
): number[] {
  const detector = new Detector({ ...TRIGGER, ...trigger }, null);
  const found: number[] = [];
  for (;;) {
    const at = detector.observe(points(...values), names);
    if (at === null) return found;
    found.push(at);
  }
}

describe("a detector", () => {
  it.each([
    [{ condition: "rises" }, [6, 4, 5, 6, 4, 9], [3, 6]],
    [{ condition: "falls" }, [4, 6, 5, 4, 6, 1], [3, 6]],
    [{ condition: "above" }, [6, 7, 5, 6], [1, 4]],
    [{ condition: "below" }, [6, 4, 3, 5, 4], [2, 5]],
    [{ condition: "rises" }, [4, NaN, 6], [3]],
    [{ condition: "changes" }, [0, 0, 1, 1, 2], [3, 5]],
    [{ condition: "changes", to: "2" }, [0, 1, 2, 1], [3]],
  ] as const)("for %j fires over %j at %j", (trigger, values, expected) => {
    expect(firings(trigger, values)).toEqual(expected);
  });

  it("waits for the name of a state that it is not told yet", () => {
    const detector = new Detector({ ...TRIGGER, condition: "changes", to: "FAULT" }, null);
    const all = points(0, 1, 0, 2);
    expect([
      detector.observe(all, ["RUN"]),
      detector.observe(all, ["RUN", "FAULT"]),
      detector.observe(all, ["RUN", "FAULT"]),
    ]).toEqual([null, 2, null]);
  });

  it("starts from the newest point that is there, which does not fire itself", () => {
    const detector = new Detector(TRIGGER, { time: 2, value: 4 });
    expect([detector.observe(points(0, 9, 9), null)]).toEqual([3]);
  });

  it("passes over what happens during a capture", () => {
    const detector = new Detector(TRIGGER, { time: 0, value: 0 });
    detector.skipTo(4);
    expect(detector.observe(points(9, 0, 9, 0, 0, 9), null)).toEqual(6);
  });
});

describe("a trigger", () => {
  it.each([
    [{ tag: "" }, "Choose the tag to wait on."],
    [{ level: NaN }, "The level should be a number such as 22.5."],
    [{ after: -1 }, "Seconds before and after should be 0 to 3600."],
    [{ before: 0, after: 0 }, "Keep some seconds before or after the instant."],
  ])("with %j is refused in words", (change, words) => {
    expect(checkTrigger({ ...TRIGGER, ...change })).toEqual(words);
  });

  it("is kept as it is; what is stored and no trigger is passed over, and there are no more than ten", () => {
    const kept = [TRIGGER, { ...TRIGGER, id: 2, condition: "changes" as const, to: "<b>" }];
    expect(readTriggers(writeTriggers(kept))).toEqual(kept);
    for (const text of [null, "", "{", "7", '[1,null,{"condition":"rises"},{"tag":"t"}]'])
      expect(readTriggers(text)).toEqual([]);
    expect(readTriggers(writeTriggers(Array.from({ length: 40 }, () => TRIGGER))).length).toEqual(MOST_TRIGGERS);
  });

  it("says what it waits for", () => {
    expect([
      sayCondition(TRIGGER),
      sayCondition({ ...TRIGGER, condition: "below" }),
      sayCondition({ ...TRIGGER, condition: "changes" }),
    ]).toEqual(["rises through 5", "is below 5", "changes"]);
  });
});
