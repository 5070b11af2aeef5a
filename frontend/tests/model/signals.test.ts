import { describe, expect, it } from "vitest";

import { decodePreview, decodeSignal, pointAt, previewPath, readScaling, scalingBody } from "../../src/model/signals";

const FORM = { rawLow: "", rawHigh: "", low: "", high: "", unit: "", wrap: "", keepsRaw: false };

describe("a computed tag", () => {
  it("is what the server says", () => {
    const fields = { tag: "x", expression: "{a}", unit: "", label: "", fixed: true, why: "a is stale", late: 3 };
    expect(decodeSignal(fields, 7)).toEqual({
      id: 7,
      tag: "x",
      expression: "{a}",
      unit: "",
      label: "",
      isFixed: true,
      why: "a is stale",
      late: 3,
      skipped: 0,
    });
  });
});

describe("a preview", () => {
  it("is drawn in steps, interrupted at gaps", () => {
    const preview = decodePreview({ time: [0, 1, 2, 3, 4], value: [0, 10, null, 5, 5], boolean: false });
    expect(previewPath(preview, 40, 10)).toBe("M0.0,10.0H10.0V0.0H20.0M30.0,5.0H40.0V5.0");
  });

  it("is not drawn of fewer than two values", () => {
    expect(previewPath(decodePreview({ time: [0], value: [1] }), 40, 10)).toBe("");
  });
});

describe("the mark under a character", () => {
  it("stands below it, also far along and at the end", () => {
    const far = `{a}${" + {a}".repeat(10)} + temp`;
    const found = [pointAt("{a} ^ 2", 4), pointAt(far, far.indexOf("temp")), pointAt("{a} +", 5)];
    expect(found.map(({ text, mark }) => text[mark.length - 1])).toEqual(["^", "t", undefined]);
    expect(found[1]!.text.startsWith("…")).toBe(true);
  });
});

describe("a scaling", () => {
  it("is read from a range, or from gain and offset", () => {
    const ranged = readScaling({
      scaling: { range: [0, 27648, 0, 10], unit: "bar" },
      set: { unit: "bar" },
      device: {},
    });
    const linear = readScaling({ scaling: { gain: 2, offset: 1, raw: true }, set: {}, device: { gain: 2 } });
    expect([ranged.form.rawHigh, ranged.form.high, ranged.form.unit, ranged.isOurs]).toEqual([
      "27648",
      "10",
      "bar",
      true,
    ]);
    expect([linear.form.low, linear.form.high, linear.form.keepsRaw, linear.isOurs]).toEqual(["1", "3", true, false]);
  });

  it("is sent as numbers, with a comma read as a point", () => {
    const form = { ...FORM, rawLow: "0", rawHigh: "27648", low: "0", high: "2,5", unit: " bar ", wrap: "65536" };
    expect(scalingBody(form)).toEqual({ body: '{"range":[0,27648,0,2.5],"wrap":65536,"unit":"bar"}' });
  });

  it("is refused with a word for a number, or half a range", () => {
    const problems = [scalingBody({ ...FORM, wrap: "x" }), scalingBody({ ...FORM, low: "1" })];
    expect(problems.map((one) => "problem" in one)).toEqual([true, true]);
  });
});
