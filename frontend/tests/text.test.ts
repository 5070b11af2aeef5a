import { describe, expect, it } from "vitest";

import { leaf, plotlyText, shorten, visible } from "../src/text";

describe("text from strangers", () => {
  it.each([
    ["plain ℃ ü 🌡", "plain ℃ ü 🌡"],
    ["a\u202egnp.exe", "a\ufffdgnp.exe"],
    ["tab\tnul\0del\u007f", "tab␉nul␀del␡"],
    ["\ud800lone", "\ufffdlone"],
    ["👩‍🔧", "👩‍🔧"],
  ])("%j is shown as %j", (text, shown) => {
    expect(visible(text)).toEqual(shown);
  });

  it("is shortened in the middle, never inside a character", () => {
    expect([shorten("abcdefghij", 5), shorten("🌡".repeat(10), 3), shorten("abc", 3)]).toEqual(["ab…ij", "🌡…🌡", "abc"]);
  });

  it("is escaped for plotly after it was shortened, so that no entity is cut", () => {
    expect(plotlyText("<<<<<<", 3)).toEqual("&lt;…&lt;");
  });

  it("ends in its leaf", () => {
    expect([leaf("a/b/c"), leaf("a/"), leaf("//")]).toEqual(["c", "a", "//"]);
  });
});
