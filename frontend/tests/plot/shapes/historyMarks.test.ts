import { describe, expect, it } from "vitest";

import { historyShapes } from "../../../src/plot/shapes/historyMarks";

const COLOURS = { paper: "#fff", text: "#000", faint: "#777", grid: "#eee", font: "sans" };

function words(time: number, pixels: number) {
  const end = { time, text: "history begins here", isBlankBefore: true };
  const { annotations } = historyShapes([end], { start: 0, end: 100 }, COLOURS, pixels);
  return annotations.map(({ text, x, xanchor }) => [text, x, xanchor])[0];
}

describe("the words of an end of history", () => {
  it("stand before it, where nothing is drawn, or behind it where there is no room", () => {
    expect([words(50, 400), words(10, 400)]).toEqual([
      ["history begins here", 0.5, "right"],
      ["history begins here", 0.1, "left"],
    ]);
  });

  it("lie over it where neither side has room, and are cut by us where the plot has none", () => {
    expect([words(60, 120), words(60, 60)]).toEqual([
      ["history begins here", 1, "right"],
      ["histo…here", 1, "right"],
    ]);
  });
});
