import { describe, expect, it } from "vitest";

import { BrowserStorage, MOST_KEPT, ServerStorage } from "../../src/controllers/dashboardStorage";

/** Local storage as far as the page uses it. */
function browser(refuses = false): Window {
  const kept = new Map<string, string>();
  const setItem = (key: string, value: string): void => {
    if (refuses) throw new DOMException("no", "QuotaExceededError");
    kept.set(key, value);
  };
  return { localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem } } as unknown as Window;
}

describe("this browser's storage", () => {
  it("keeps dashboards by name until they are removed", async () => {
    const storage = new BrowserStorage(browser());
    await storage.write("b", "1");
    await storage.write("__proto__", "2");
    await storage.write("b", "3");
    expect([await storage.names(), await storage.read("b"), await storage.read("no")]).toEqual([
      ["__proto__", "b"],
      "3",
      null,
    ]);
    await storage.remove("b");
    expect(await storage.names()).toEqual(["__proto__"]);
  });

  it("has a limit, and says when the browser refuses to store", async () => {
    const storage = new BrowserStorage(browser());
    for (let index = 0; index < MOST_KEPT; index++) await storage.write(`d${index}`, "{}");
    await expect(storage.write("one more", "{}")).rejects.toThrow(`at most ${MOST_KEPT}`);
    await expect(new BrowserStorage(browser(true)).write("a", "{}")).rejects.toThrow("refuses to store it");
  });
});

describe("the server's storage", () => {
  it("asks by an escaped name for what it lists, and tells what went wrong", async () => {
    const asked: string[] = [];
    const storage = new ServerStorage(async (method, path) => {
      asked.push(`${method} ${path}`);
      if (path === "api/v1/dashboards")
        return { isOk: true, value: { enabled: true, dashboards: [{ name: "a&b ü" }] } };
      return { isOk: false, status: 400, problem: "expected a dashboard" };
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
