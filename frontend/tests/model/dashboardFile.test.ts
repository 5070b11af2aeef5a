import { describe, expect, it } from "vitest";

import { addChart, oneChart } from "../../src/model/charts";
import { nameProblem, readDashboard, writeDashboard } from "../../src/model/dashboardFile";
import { formatView, parseView } from "../../src/model/url";

const CHARTS = addChart(
  addChart(
    [],
    "Pump & 1",
    ["a/b", "größe"],
    { x: 0, y: 0, w: 6, h: 6 },
    {
      view: "spectrum",
      pairing: "held",
      isLogX: true,
      scale: "log",
      line: "step",
      gaps: "auto",
      axes: "unit",
      earlier: 3600,
      fold: { by: "a:b,c", count: 8 },
      fixed: [{ unit: "m:s", low: 0, high: 5 }],
    },
  ),
  "",
  ["__proto__"],
  { x: 6, y: 0, w: 6, h: 6 },
);

const QUERY = formatView(
  { charts: CHARTS, window: 600, range: null, zone: "utc", dashboard: null, isKiosk: false },
  "",
);

describe("a dashboard", () => {
  it("says all that the link says, for people to read", () => {
    const text = writeDashboard(QUERY);
    expect(parseView(readDashboard(text)).view).toEqual(parseView(QUERY).view);
    expect((JSON.parse(text) as { charts: unknown[] }).charts[0]).toEqual({
      chart: "Pump & 1",
      at: "0,0,6,6",
      draw: "spectrum,held,logx,log,step",
      y: "0:5:m:s",
      earlier: "3600",
      fold: "8:a:b,c",
      tag: ["a/b", "größe"],
    });
  });

  it("of one chart without a name comes back too", () => {
    const query = formatView(
      { charts: oneChart(["a"]), window: null, range: null, zone: "local", dashboard: null, isKiosk: false },
      "",
    );
    expect(parseView(readDashboard(writeDashboard(query))).view).toEqual(parseView(query).view);
  });

  it("leaves the stretch of the past away", () => {
    expect(writeDashboard("?from=1&to=2&window=60&dashboard=x&kiosk&tag=a")).not.toMatch(/from|"to"|kiosk|"dashboard"/);
  });

  it.each([
    ["{", "It is not JSON"],
    ["[]", "It should be a JSON object."],
    ['{"charts": []}', '"mqtt_plot_dashboard": 1 is missing'],
    ['{"mqtt_plot_dashboard": 1}', 'Its "charts" should be a list of objects.'],
    ['{"mqtt_plot_dashboard": 1, "charts": [1]}', 'Its "charts" should be a list of objects.'],
    ['{"mqtt_plot_dashboard": 1, "charts": [{"tag": [{}]}]}', 'Its "tag" should be a text'],
    [`"${"x".repeat(70000)}"`, "at most 65536"],
  ])("%s is refused in words", (text, words) => {
    expect(() => readDashboard(text)).toThrow(words);
  });

  it.each(["", " ", "a/b", "..", "a\nb", "‮x", "x".repeat(121)])("has no name such as %j", (name) => {
    expect(nameProblem(name)).not.toBeNull();
  });

  it("may be called in any language", () => {
    expect(["Linie 1 – größe 🌡", "__proto__", "<b>"].map(nameProblem)).toEqual([null, null, null]);
  });
});
