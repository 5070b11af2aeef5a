import { describe, expect, it } from "vitest";

import { sayHealth } from "../../src/model/diagnostics";
import { decodeRecorder, recorderBody } from "../../src/model/recorder";

describe("a recorder", () => {
  it("is what the server says, and can be asked for again", () => {
    const fields = {
      name: "night",
      tags: ["*"],
      on: true,
      schedule: [],
      state: "recording",
      rows: 3,
      rate: 1.5,
      id: 1,
    };
    const { wanted, ...recorder } = decodeRecorder(fields, 1);
    expect([wanted, recorder.rows, recorder.isScheduled, recorder.free]).toEqual([
      { name: "night", tags: ["*"], on: true, schedule: [] },
      3,
      false,
      null,
    ]);
  });

  it("is asked for with patterns, rotation and hours", () => {
    const form = {
      name: "n",
      tags: "a/*, b\n\nc",
      rotateBytes: 0,
      rotateSeconds: 3600,
      from: "22:00",
      to: "06:00",
      days: "week",
    } as const;
    expect(JSON.parse(recorderBody(form))).toEqual({
      name: "n",
      tags: ["a/*", "b", "c"],
      rotate_bytes: 0,
      rotate_seconds: 3600,
      schedule: [{ days: [0, 1, 2, 3, 4], from: "22:00", to: "06:00" }],
    });
  });
});

describe("what the broker says of itself", () => {
  it("is said in words", () => {
    const health = { version: "mosquitto version 2.0.11", uptime: 12, clients: 3, received_per_minute: 4.4 };
    expect(sayHealth(health)).toEqual("mosquitto version 2.0.11, up for 12 s, 3 clients, 4 received per minute");
  });
});
