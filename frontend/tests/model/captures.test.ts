import { describe, expect, it } from "vitest";

import {
  addCapture,
  type Capture,
  capturedLine,
  discardCapture,
  MOST_CAPTURED_POINTS,
  MOST_CAPTURES,
  NO_CAPTURES,
  renameCapture,
} from "../../src/model/captures";

function capture(id: number, count: number): Capture {
  const line = {
    tag: "t",
    unit: "",
    kind: "number" as const,
    states: [],
    times: new Float64Array(count),
    values: new Float64Array(count),
  };
  return { id, name: `c${id}`, reason: "", at: id, range: { start: 0, end: 1 }, lines: [line], isExact: true };
}

describe("the list of captures", () => {
  it("lets the oldest go where there are too many, and counts them", () => {
    let list = NO_CAPTURES;
    for (let id = 1; id <= MOST_CAPTURES + 3; id++) list = addCapture(list, capture(id, 1));
    expect([list.captures.length, list.captures[0]!.id, list.dropped]).toEqual([MOST_CAPTURES, MOST_CAPTURES + 3, 3]);
  });

  it("lets the oldest go where there are too many points, but never the new one", () => {
    const list = addCapture(
      addCapture(addCapture(NO_CAPTURES, capture(1, 10)), capture(2, 10)),
      capture(3, MOST_CAPTURED_POINTS + 1),
    );
    expect([list.captures.map(({ id }) => id), list.dropped]).toEqual([[3], 2]);
  });

  it("renames and deletes; what is deleted is not counted as lost", () => {
    const list = discardCapture(
      renameCapture(addCapture(addCapture(NO_CAPTURES, capture(1, 1)), capture(2, 1)), 1, "pump trip"),
      2,
    );
    expect([
      list.captures.map(({ name }) => name),
      list.dropped,
      capturedLine(list.captures[0]!, "t")?.tag,
      capturedLine(list.captures[0]!, "u"),
      capturedLine(null, "t"),
    ]).toEqual([["pump trip"], 0, "t", null, null]);
  });
});
