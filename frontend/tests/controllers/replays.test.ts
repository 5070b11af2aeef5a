import { describe, expect, it } from "vitest";

import { Replays } from "../../src/controllers/replays";

const PROGRESS = {
  id: "1",
  file: "run.csv",
  state: "running",
  text: "",
  rows: 50,
  errors: 1,
  progress: 0.5,
  seconds_left: null,
};

describe("the replays", () => {
  function replays(status: number, body: unknown) {
    const asked: string[] = [];
    const ask: typeof fetch = (input, init) => {
      asked.push(`${init?.method ?? "GET"} ${String(input)}`);
      return Promise.resolve(new Response(JSON.stringify(body), { status }));
    };
    return { asked, replays: new Replays("http://host/base/", "", ask) };
  }

  it("asks below the page's own address", async () => {
    const { asked, replays: it } = replays(200, []);
    await it.refresh();
    await it.choose("a&b.csv");
    await it.stop("1");
    expect(asked).toEqual([
      "GET http://host/base/api/v1/replays",
      "GET http://host/base/api/v1/recordings?file=a%26b.csv",
      "POST http://host/base/api/v1/replays/1/stop",
    ]);
  });

  it("shows the server's reason, and forgets it with the next success", async () => {
    const { replays: it } = replays(400, { error: { code: "bad_speed", message: "expected a speed" } });
    expect(await it.choose("a.csv")).toBeNull();
    expect(it.problem.value).toBe("expected a speed");
    const silent = new Replays("http://host/", "", () => Promise.reject(new TypeError("offline")));
    await silent.open();
    expect(silent.problem.value).toBe("The server did not answer.");
  });

  it("opens by itself when something runs, and keeps only the newest errors", async () => {
    const { replays: it } = replays(200, [{ ...PROGRESS, prefix: "run/", tags: ["run/a"] }]);
    await it.refresh();
    expect(it.isOpen.value).toBe(true);
    for (let line = 1; line <= 9; line++)
      it.event("replay_error", { replay: PROGRESS, line, message: `line ${line}: bad` });
    expect(it.messages.value).toEqual([5, 6, 7, 8, 9].map((line) => `line ${line}: bad`));
    it.event("replay_finished", { replay: { ...PROGRESS, state: "finished" } });
    expect(it.running.value).toEqual([]);
    it.event("something_else", { replay: { ...PROGRESS, id: "7" } });
    expect(it.all.value.length).toBe(1);
  });
});
