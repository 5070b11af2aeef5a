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
    await silent.list();
    expect(silent.problem.value).toBe("The server did not answer.");
  });

  /** Answers when the test says so, by path, in any order. */
  function late() {
    const waiting = new Map<string, (answer: Response) => void>();
    const ask: typeof fetch = (input) => new Promise((resolve) => waiting.set(String(input), resolve));
    const answer = (path: string, status: number, body: unknown): void =>
      waiting.get(`http://host/api/v1/${path}`)!(new Response(JSON.stringify(body), { status }));
    return { answer, replays: new Replays("http://host/", "", ask) };
  }

  it("shows the columns of the file chosen last, and what was wrong with it, whatever is answered late", async () => {
    const { answer, replays: it } = late();
    const listed = it.list();
    const [first, second] = [it.choose("first.csv"), it.choose("second.csv")];
    answer("recordings?file=second.csv", 400, { error: { code: "x", message: "no rows" } });
    expect(await second).toBeNull();
    answer("recordings?file=first.csv", 200, { file: "first.csv", columns: [] });
    answer("recordings", 200, { enabled: true, recordings: [] });
    expect([await first, await listed, it.info.value, it.problem.value]).toEqual([null, undefined, null, "no rows"]);
  });

  it("knows better than a list that was asked for before a replay began", async () => {
    const { answer, replays: it } = late();
    const refreshed = it.refresh();
    it.event("replay_started", { replay: { ...PROGRESS, prefix: "run/", tags: [] } });
    answer("replays", 200, [{ ...PROGRESS, id: "0", prefix: "", tags: [], state: "finished" }]);
    await refreshed;
    expect(it.all.value.map(({ id, state }) => [id, state])).toEqual([
      ["1", "running"],
      ["0", "finished"],
    ]);
  });

  it("learns prefix and tags from a list that comes after news of progress", async () => {
    const { answer, replays: it } = late();
    const refreshed = it.refresh();
    it.event("replay_progress", { replay: { ...PROGRESS, rows: 9 } });
    answer("replays", 200, [{ ...PROGRESS, prefix: "run/", tags: ["run/a"], rows: 3 }]);
    await refreshed;
    expect(it.all.value).toMatchObject([{ id: "1", prefix: "run/", tags: ["run/a"], rows: 9 }]);
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
