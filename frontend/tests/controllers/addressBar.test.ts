import { describe, expect, it } from "vitest";

import { readAddress } from "../../src/controllers/addressBar";
import { createState } from "../../src/state";

function opened(search: string) {
  const state = createState();
  const problems = readAddress({ location: { search } } as Window, state);
  return { state, problems };
}

describe("a link", () => {
  it("opens its tags, its window and its range", () => {
    const { state, problems } = opened("?window=600&from=5&to=9&tag=a&tag=b");
    expect([state.drawn.value, state.isChosen.value, state.view.value, problems]).toEqual([
      ["a", "b"],
      true,
      { mode: "back", window: 600, range: { start: 5, end: 9 } },
      [],
    ]);
  });

  it("that names no tag leaves the choice to the page, live", () => {
    const { state } = opened("");
    expect([state.isChosen.value, state.view.value]).toEqual([false, { mode: "live", window: 60, range: null }]);
  });

  it.each(["?chart", "?chart=&chart=", "?tag=", "?window=&from=&to=", "?%", "?tag=%ff"])(
    "%s opens a page with at least one chart",
    (search) => {
      expect(opened(search).state.charts.value.length).toBeGreaterThan(0);
    },
  );
});
