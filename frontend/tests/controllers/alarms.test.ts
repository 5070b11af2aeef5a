import { describe, expect, it } from "vitest";

import { Alarms } from "../../src/controllers/alarms";
import type { Session } from "../../src/data/session";
import type { JsonObject } from "../../src/protocol/json";
import type { Ask } from "../../src/protocol/rest";

const PAGE = { localStorage: { getItem: () => null }, document: { title: "" } } as unknown as Window;

describe("limits that are set", () => {
  it("are all kept, though the present ones were not known yet, and two were set at once", async () => {
    let held: JsonObject = { lo: 1 };
    const ask: Ask = async (method, _path, body) => {
      await Promise.resolve();
      if (method === "PUT") held = JSON.parse(String(body)) as JsonObject;
      return { isOk: true, value: { set: held, device: {} } };
    };
    const alarms = new Alarms(
      PAGE,
      {} as Session,
      ask,
      () => undefined,
      () => 0,
    );
    await Promise.all([alarms.set("t", "hi", 5), alarms.set("t", "hihi", 6), alarms.look("t")]);
    expect([held, alarms.limits.value.get("t")?.set]).toEqual([
      { lo: 1, hi: 5, hihi: 6 },
      { lo: 1, hi: 5, hihi: 6 },
    ]);
  });
});
