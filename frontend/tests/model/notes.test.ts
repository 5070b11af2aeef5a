import { describe, expect, it } from "vitest";

import { decodeNote, matches, noteBody, notesFor } from "../../src/model/notes";
import { noteShapes } from "../../src/plot/shapes/noteMarks";

const PAPER = { paper: "#ffffff", text: "#000", faint: "#555", grid: "#ddd", font: "sans-serif" };

const NOTE = decodeNote({ text: "CIP", time: 10, end: 20, tags: ["line1/*"], author: "anna" }, 1)!;

describe("notes", () => {
  it("are read as the server tells them", () => {
    expect([NOTE, decodeNote({ text: "no time" }, 2)]).toEqual([
      { id: 1, text: "CIP", time: 10, end: 20, tags: ["line1/*"], author: "anna" },
      null,
    ]);
  });

  it("stand on the charts of their tags, and where they touch the picture", () => {
    const all = { ...NOTE, id: 2, tags: [], end: null };
    const shown = [
      notesFor([NOTE, all], ["line1/a"], { start: 15, end: 30 }),
      notesFor([NOTE, all], ["line2/a"], { start: 0, end: 12 }),
      notesFor([NOTE, all], ["line1/a"], { start: 21, end: 30 }),
    ];
    expect(shown.map((notes) => notes.map(({ id }) => id))).toEqual([[1], [2], []]);
  });

  it.each([
    ["line1/a/b", "line1/*", true],
    ["line1", "line?", true],
    ["line12", "line?", false],
    ["a*b", "a[*]b", true],
    ["axb", "a[*]b", false],
    ["x1", "x[!2]", true],
    ["x2", "x[!2]", false],
    ["a.b", "a.b", true],
    ["axb", "a.b", false],
    ["[", "[", true],
  ])("%s is meant by %s: %s", (tag, pattern, isMeant) => {
    expect(matches(tag, pattern)).toEqual(isMeant);
  });

  it("are written for tags by their names", () => {
    expect(JSON.parse(noteBody("x", { time: 1, end: null }, ["a*"]))).toEqual({ text: "x", time: 1, tags: ["a[*]"] });
  });

  it("have as many words as have room, on the side that has more", () => {
    const at = (time: number, pixels: number) =>
      noteShapes([{ time, end: null, text: "Filter changed" }], { start: 0, end: 20 }, PAPER, pixels).annotations.map(
        ({ text, xanchor }) => [text, xanchor],
      );
    expect([at(2, 600), at(18, 600), at(18, 70), at(18, 0)]).toEqual([
      [["Filter changed", "left"]],
      [["Filter changed", "right"]],
      [["Filt…nged", "right"]],
      [],
    ]);
  });

  it("are a line or a band, and never markup", () => {
    const { shapes, annotations } = noteShapes(
      [NOTE, { time: 15, end: null, text: "<b>\nx" }],
      { start: 0, end: 20 },
      PAPER,
      600,
    );
    expect([shapes.map(({ type, x0, x1 }) => [type, x0, x1]), annotations.map(({ text }) => text)]).toEqual([
      [
        ["rect", 0.5, 1],
        ["line", 0.75, 0.75],
      ],
      ["CIP", "&lt;b&gt; x"],
    ]);
  });
});
