import { describe, expect, it } from "vitest";

import { arrangement } from "../../src/controllers/addressBar";
import { addChart, oneChart } from "../../src/model/charts";
import { nameProblem, readDashboard, writeDashboard } from "../../src/model/dashboardFile";
import { Dashboards } from "../../src/controllers/dashboards";
import type { DashboardStorage } from "../../src/controllers/dashboardStorage";
import { BrowserStorage, MOST_KEPT, ServerStorage } from "../../src/controllers/dashboardStorage";
import { createState } from "../../src/state";
import { formatView, parseView } from "../../src/model/url";

const CHARTS = addChart(addChart([], "Pump & 1", ["a/b", "größe"], { x: 0, y: 0, w: 6, h: 6 }, { scale: "log", line: "step", gaps: "auto", earlier: 3600, fold: { by: "a:b,c", count: 8 }, fixed: [{ unit: "m:s", low: 0, high: 5 }] }), "", ["__proto__"], { x: 6, y: 0, w: 6, h: 6 });
const QUERY = formatView({ charts: CHARTS, window: 600, range: null, zone: "utc", dashboard: null, isKiosk: false }, "");

/** Local storage as far as the page uses it. */
function browser(refuses = false): Window {
  const kept = new Map<string, string>();
  const setItem = (key: string, value: string): void => {
    if (refuses) throw new DOMException("no", "QuotaExceededError");
    kept.set(key, value);
  };
  return { localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem } } as unknown as Window;
}

describe("a dashboard", () => {
  it("says all that the link says, for people to read", () => {
    const text = writeDashboard(QUERY);
    expect(parseView(readDashboard(text)).view).toEqual(parseView(QUERY).view);
    expect((JSON.parse(text) as { charts: unknown[] }).charts[0]).toEqual({ chart: "Pump & 1", at: "0,0,6,6", draw: "log,step", y: "0:5:m:s", earlier: "3600", fold: "8:a:b,c", tag: ["a/b", "größe"] });
  });

  it("of one chart without a name comes back too", () => {
    const query = formatView({ charts: oneChart(["a"]), window: null, range: null, zone: "local", dashboard: null, isKiosk: false }, "");
    expect(parseView(readDashboard(writeDashboard(query))).view).toEqual(parseView(query).view);
  });

  it("leaves the stretch of the past away", () => {
    expect(writeDashboard("?from=1&to=2&window=60&dashboard=x&kiosk&tag=a")).not.toMatch(/from|"to"|kiosk|"dashboard"/);
  });

  it.each([
    ["{", "It is no JSON"],
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

describe("this browser's storage", () => {
  it("keeps dashboards by name until they are removed", async () => {
    const storage = new BrowserStorage(browser());
    await storage.write("b", "1");
    await storage.write("__proto__", "2");
    await storage.write("b", "3");
    expect([await storage.names(), await storage.read("b"), await storage.read("no")]).toEqual([["__proto__", "b"], "3", null]);
    await storage.remove("b");
    expect(await storage.names()).toEqual(["__proto__"]);
  });

  it("has a limit, and says when the browser keeps nothing", async () => {
    const storage = new BrowserStorage(browser());
    for (let index = 0; index < MOST_KEPT; index++) await storage.write(`d${index}`, "{}");
    await expect(storage.write("one more", "{}")).rejects.toThrow(`at most ${MOST_KEPT}`);
    await expect(new BrowserStorage(browser(true)).write("a", "{}")).rejects.toThrow("keeps nothing");
  });
});

describe("the server's storage", () => {
  it("asks by an escaped name for what it lists, and tells what went wrong", async () => {
    const asked: string[] = [];
    const storage = new ServerStorage(async (method, path) => {
      asked.push(`${method} ${path}`);
      if (path === "api/v1/dashboards") return { isOk: true, value: { enabled: true, dashboards: [{ name: "a&b ü" }] } };
      return { isOk: false, problem: "expected a dashboard" };
    });
    expect(await storage.read("no")).toBeNull();
    await expect(storage.read("a&b ü")).rejects.toThrow("The server says: expected a dashboard");
    expect(asked).toEqual(["GET api/v1/dashboards", "GET api/v1/dashboards", "GET api/v1/dashboards/a%26b%20%C3%BC"]);
  });

  it("is none where the server keeps no dashboards", async () => {
    const storage = new ServerStorage(async () => ({ isOk: true, value: { enabled: false, dashboards: [] } }));
    expect([await storage.names(), await storage.read("a")]).toEqual([null, null]);
  });
});

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
    expect(notices).toEqual([expect.stringContaining("no dashboard “none”"), expect.stringContaining("“broken”: It is no JSON")]);
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
    const { state, storages, dashboards } = page({ line: writeDashboard(QUERY), other: writeDashboard("?tag=theirs"), broken: "{" });
    await dashboards.open("line");
    state.charts.value = oneChart(["mine"]);
    expect([await dashboards.save("line", "server"), await dashboards.save("line", "server"), await dashboards.save("new", "server")]).toEqual(["saved", "saved", "saved"]);
    expect([await dashboards.save("other", "server"), await dashboards.save("broken", "server")]).toEqual(["other", "other"]);
    await dashboards.open("line");
    await storages.server.write("line", writeDashboard("?tag=theirs"));
    state.charts.value = oneChart(["ours"]);
    expect([await dashboards.save("line", "server"), await storages.server.read("line")]).toEqual(["other", writeDashboard("?tag=theirs")]);
    expect([await dashboards.save("line", "server", true), await storages.server.read("line")]).toEqual(["saved", expect.stringContaining('"ours"')]);
  });

  it("are not saved under names that are none", async () => {
    const { notices, dashboards } = page();
    expect(await dashboards.save("a/b", "browser")).toBe("failed");
    expect(notices.length).toBe(1);
  });
});
