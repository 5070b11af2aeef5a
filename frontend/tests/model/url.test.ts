import { describe, expect, it } from "vitest";

import { addChart, MOST_TAGS, oneChart } from "../../src/model/charts";
import { formatView, type PageView, parseView } from "../../src/model/url";

/** A view of which only what matters is said. */
function view(said: Partial<PageView>): PageView {
  return { charts: null, window: undefined, range: null, zone: "local", dashboard: null, isKiosk: false, ...said };
}

function roundTrip(view: PageView): PageView {
  return parseView(formatView(view, "")).view;
}

describe("the address", () => {
  it.each([
    ["one chart", { charts: oneChart(["line1/temp", "Temperature - Room 1"]), window: 60, range: null }],
    [
      "hard names",
      { charts: oneChart(["a&b=c+d%", "<b>", "__proto__", "ä/℃", "‮rtl", "#?"]), window: null, range: null },
    ],
    ["several charts", { charts: addChart(oneChart(["a"]), "Pump 1", ["b", "c"]), window: 10, range: null }],
    [
      "charts moved and drawn in ways of their own",
      {
        charts: addChart(
          addChart([], "x", ["a"], { x: 0, y: 0, w: 6, h: 4 }),
          "y,z",
          ["b"],
          { x: 6, y: 0, w: 6, h: 12 },
          {
            view: "xy",
            pairing: "held",
            isLogX: false,
            scale: "log",
            line: "step",
            gaps: "never",
            axes: "own",
            earlier: 90.5,
            fold: { by: "a:b,c/d", count: 8 },
            fixed: [{ unit: "m:s & 1", low: -1.5, high: 1e-3 }],
          },
        ),
        window: 10,
        range: null,
      },
    ],
    ["a chart without tags", { charts: oneChart([]), window: 10, range: null }],
    [
      "a range of the past",
      { charts: oneChart(["a"]), window: 60, range: { start: 1700000000.25, end: 1700000060.5 } },
    ],
    ["a dashboard on a wall, in UTC", { dashboard: "größe & <b>", isKiosk: true, zone: "utc" }],
  ] as const)("gives %s back", (_, said) => {
    expect(roundTrip(view(said))).toEqual(view(said));
  });

  it("without tags leaves the choice to the page", () => {
    expect(["?window=10", "?at=0,0,6,6&draw=log"].map((query) => parseView(query).view.charts)).toEqual([null, null]);
    expect(formatView(view({ window: 60 }), "")).toEqual("?window=60");
  });

  it("names the wall display in one word", () => {
    expect(formatView(view({ isKiosk: true, dashboard: "a" }), "?kiosk=1")).toEqual("?dashboard=a&kiosk");
  });

  it("keeps what is not ours", () => {
    expect(formatView(view({ charts: oneChart(["a/b"]), window: 60 }), "?replay=1&tag=old")).toEqual(
      "?replay=1&window=60&tag=a/b",
    );
  });

  it.each([
    ["?window=soon", 'the time window should be a number of seconds or "all", but is "soon".'],
    ["?earlier=long", 'what is laid under should be a number of seconds, but is "long".'],
    ["?fold=99:door", 'folding should be CYCLES:TAG with 1 to 30 cycles, but is "99:door".'],
    ["?window=-5", 'the time window should be a number of seconds or "all", but is "-5".'],
    ["?from=5&to=1", 'the range should be two times in seconds, from before to, but is "5" to "1".'],
    ["?time=mars", 'the time should be one of local, utc, server, but is "mars".'],
    ["?from=5", 'the range should be two times in seconds, from before to, but is "5" to "null".'],
    [`?tag=${"x".repeat(2000)}`, "it names a tag of 2000 characters; at most 1024 are possible."],
  ])("%s opens the page all the same, and says what is wrong", (query, problem) => {
    const { view: parsed, problems } = parseView(query);
    expect([problems, parsed.range, parsed.window ?? null]).toEqual([[problem], null, null]);
  });

  it("with too many tags shows as many as a chart takes", () => {
    const query = `?${Array.from({ length: 60 }, (_, index) => `tag=t${index}`).join("&")}`;
    expect(parseView(query).view.charts![0]!.tags.length).toEqual(MOST_TAGS);
  });
});
