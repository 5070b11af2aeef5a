import { describe, expect, it } from "vitest";

import { arrangement } from "../../src/controllers/addressBar";
import type { DashboardStorage } from "../../src/controllers/dashboardStorage";
import { Dashboards } from "../../src/controllers/dashboards";
import { addChart, oneChart } from "../../src/model/charts";
import { writeDashboard } from "../../src/model/dashboardFile";
import { formatView } from "../../src/model/url";
import { createState } from "../../src/state";

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

describe("dashboards", () => {
  function fakeStorage(kept: Map<string, string>): DashboardStorage {
    return {
      names: async () => [...kept.keys()],
      read: async (name) => kept.get(name) ?? null,
      write: async (name, text) => void kept.set(name, text),
      remove: async (name) => void kept.delete(name),
    };
  }

  function page(server: Record<string, string> = {}) {
    const state = createState();
    const notices: string[] = [];
    const storages = { server: fakeStorage(new Map(Object.entries(server))), browser: fakeStorage(new Map()) };
    return { state, notices, storages, dashboards: new Dashboards(state, storages, (text) => notices.push(text)) };
  }

  it("bring the view back, and know when it is another", async () => {
    const { state, dashboards } = page({ line: writeDashboard(QUERY) });
    await dashboards.open("line");
    expect([arrangement(state), dashboards.isChanged.value]).toEqual([QUERY, false]);
    state.charts.value = oneChart(["other"]);
    expect(dashboards.isChanged.value).toBe(true);
    await dashboards.save("line", "server");
    expect(dashboards.isChanged.value).toBe(false);
  });

  it("that do not exist or are broken leave the page as it was, with a message", async () => {
    const { state, notices, dashboards } = page({ broken: "{" });
    const before = arrangement(state);
    state.dashboard.value = { name: "none", query: null };
    await dashboards.start();
    await dashboards.open("broken");
    expect([arrangement(state), state.dashboard.value]).toEqual([before, null]);
    expect(notices).toEqual([
      expect.stringContaining("no dashboard “none”"),
      expect.stringContaining("“broken”: It is not JSON"),
    ]);
  });

  it("opened by a link that says more keep what it says", async () => {
    const { state, dashboards } = page({ line: writeDashboard(QUERY) });
    state.dashboard.value = { name: "line", query: null };
    state.charts.value = oneChart(["mine"]);
    state.isChosen.value = true;
    await dashboards.start();
    expect([state.charts.value[0]!.tags, dashboards.isChanged.value]).toEqual([["mine"], true]);
    await dashboards.open("line");
    state.dashboard.value = { name: "line", query: null };
    await dashboards.start();
    expect(dashboards.isChanged.value).toBe(false);
  });

  it("on a wall take over what is saved elsewhere, but not while somebody changes them", async () => {
    const { state, storages, dashboards } = page({ line: writeDashboard("?window=60&tag=a") });
    await dashboards.open("line");
    await storages.server.write("line", writeDashboard("?window=60&tag=b"));
    await dashboards.follow();
    expect(state.charts.value[0]!.tags).toEqual(["b"]);
    state.charts.value = oneChart(["mine"]);
    await dashboards.follow();
    expect(state.charts.value[0]!.tags).toEqual(["mine"]);
  });

  it("do not replace what somebody else has saved meanwhile, unless one is sure", async () => {
    const { state, storages, dashboards } = page({
      line: writeDashboard(QUERY),
      other: writeDashboard("?tag=theirs"),
      broken: "{",
    });
    await dashboards.open("line");
    state.charts.value = oneChart(["mine"]);
    expect([
      await dashboards.save("line", "server"),
      await dashboards.save("line", "server"),
      await dashboards.save("new", "server"),
    ]).toEqual(["saved", "saved", "saved"]);
    expect([await dashboards.save("other", "server"), await dashboards.save("broken", "server")]).toEqual([
      "other",
      "other",
    ]);
    await dashboards.open("line");
    await storages.server.write("line", writeDashboard("?tag=theirs"));
    state.charts.value = oneChart(["ours"]);
    expect([await dashboards.save("line", "server"), await storages.server.read("line")]).toEqual([
      "other",
      writeDashboard("?tag=theirs"),
    ]);
    expect([await dashboards.save("line", "server", true), await storages.server.read("line")]).toEqual([
      "saved",
      expect.stringContaining('"ours"'),
    ]);
  });

  it("are not saved under names that are none", async () => {
    const { notices, dashboards } = page();
    expect(await dashboards.save("a/b", "browser")).toBe("failed");
    expect(notices.length).toBe(1);
  });
});
