import { describe, expect, it } from "vitest";

import {
  decodeTrigger,
  findProblem,
  levelOf,
  literal,
  MOST_TAGS,
  parseLevel,
  type TriggerForm,
  triggerBody,
} from "../../src/model/trigger";
import type { JsonObject } from "../../src/protocol/json";

const WANTED: TriggerForm = {
  name: "x",
  condition: "rises",
  tag: "oven",
  level: 80,
  to: "",
  expression: "",
  before: 5,
  after: 5,
  isOnce: true,
};

describe("the level of a trigger", () => {
  it("is drawn on its tag's charts, if it waits for one", () => {
    const at = (wanted: object) => levelOf(1, { ...wanted } as JsonObject, true, false);
    expect([
      at({ condition: "rises", tag: "a", level: 4 }),
      at({ condition: "changes", tag: "a", level: null }),
      at({ condition: "above", tag: "a", level: parseLevel("") }),
    ]).toEqual([{ id: 1, tag: "a", value: 4, says: "↗", isArmed: true, isMovable: false }, null, null]);
  });

  it("is read with a point or a comma", () => {
    expect(["22,5", "22.5", " ", "x"].map(parseLevel)).toEqual([22.5, 22.5, NaN, NaN]);
  });
});

describe("a trigger", () => {
  it("is what the server says, and can be asked for again", () => {
    const fields = {
      id: 3,
      name: "x",
      says: "oven rises through 80",
      fired: 2,
      before: 5,
      after: 6,
      once: true,
      armed: true,
      level: 80,
    };
    expect(decodeTrigger(fields, 3)).toEqual({
      id: 3,
      name: "x",
      says: "oven rises through 80",
      fired: 2,
      before: 5,
      after: 6,
      isOnce: true,
      isArmed: true,
      wanted: { name: "x", before: 5, after: 6, once: true, armed: true, level: 80 },
    });
  });

  it.each([
    [{}, null],
    [{ tag: "" }, "Choose the tag to wait on."],
    [{ tag: "", condition: "expression" as const }, null],
    [{ level: NaN }, "The level should be a number such as 22.5."],
    [{ level: NaN, condition: "changes" as const }, null],
    [{ before: -1 }, "Seconds before and after should be 0 to 3600."],
    [{ after: NaN }, "Seconds before and after should be 0 to 3600."],
    [{ before: 0, after: 0 }, "Keep some seconds before or after the instant."],
  ])("with %j has the problem %j", (fields, problem) => {
    expect(findProblem({ ...WANTED, ...fields })).toEqual(problem);
  });

  it("captures the tags on charts, whatever they are called, as far as there is room", () => {
    const body = JSON.parse(triggerBody(WANTED, ["a*b", ...Array.from({ length: 99 }, (_, i) => `t${i}`)])) as {
      tags: string[];
    };
    expect([body.tags[0], body.tags.length, literal("x[1]?")]).toEqual(["a[*]b", MOST_TAGS, "x[[]1][?]"]);
  });

  it("asks for no level where none is meant", () => {
    const body = triggerBody({ ...WANTED, condition: "expression", level: NaN, expression: "{a} > 1" }, []);
    expect(JSON.parse(body)).toEqual({
      name: "x",
      condition: "expression",
      to: "",
      before: 5,
      after: 5,
      once: true,
      tags: [],
      expression: "{a} > 1",
    });
  });
});
