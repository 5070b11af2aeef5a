import { describe, expect, it } from "vitest";

import { lastPoints, spanOf } from "../../src/model/legacyStyle";
import { decodeInfo, decodeList, decodeReplay, describeReplay, encodeRequest, parseReplayLink, prefixOf, withReplay, type Replay, type ReplayRequest } from "../../src/protocol/replays";
import { Replays } from "../../src/controllers/replays";

const REPLAY: Replay = { id: "1", file: "run.csv", state: "running", text: "", rows: 43, errors: 0, progress: 0.436, secondsLeft: 11.2, prefix: "run/", tags: ["run/a"] };
const PROGRESS = { id: "1", file: "run.csv", state: "running", text: "", rows: 50, errors: 1, progress: 0.5, seconds_left: null };

function segment(...times: number[]) {
  return { times: Float64Array.from(times), values: Float64Array.from(times, (time) => time * 10) };
}

describe("the last points", () => {
  it("are taken across segments, and all where there are fewer", () => {
    const segments = [segment(1, 2, 3), segment(4, 5)];
    expect([...lastPoints(segments, 4).times]).toEqual([2, 3, 4, 5]);
    expect([...lastPoints(segments, 4).values]).toEqual([20, 30, 40, 50]);
    expect([...lastPoints(segments, 120).times]).toEqual([1, 2, 3, 4, 5]);
    expect(lastPoints([], 120).times.length).toBe(0);
  });

  it("span the time from the first of any to the last of any", () => {
    expect(spanOf([segment(3, 4), segment(), segment(2, 3)])).toEqual({ start: 2, end: 4 });
    expect(spanOf([segment()])).toBeNull();
    expect(spanOf([segment(7)])!.start).toBeLessThan(7);
  });
});

describe("a request for a replay", () => {
  const request: ReplayRequest = { file: "run.csv", columns: ["a"], speed: "rate", factor: 10, loop: false, prefix: "", stamps: "now", target: "door" };

  it("names one speed, and a prefix only where there is one", () => {
    expect(JSON.parse(encodeRequest(request))).toEqual({ file: "run.csv", columns: ["a"], rate: 10, loop: false, stamps: "now", target: "door" });
    expect(JSON.parse(encodeRequest({ ...request, speed: "fast", prefix: "x/" }))).toMatchObject({ fast: true, prefix: "x/" });
    expect(JSON.parse(encodeRequest({ ...request, speed: "pace", factor: 2 }))).toMatchObject({ pace: 2 });
  });

  it("falls back to the file's name as the server does", () => {
    expect(prefixOf("a.b.csv", "")).toBe("a.b/");
    expect(prefixOf("a.csv", "old ")).toBe("old ");
  });
});

describe("what the server says", () => {
  it("is read, and what is missing is nothing", () => {
    expect(decodeList({ enabled: true, recordings: [{ file: "a", size: 5 }] })).toEqual({ enabled: true, canPublish: false, files: [{ file: "a", size: 5 }] });
    expect(decodeInfo({ file: "a", columns: [{ name: "x", kind: "text" }], playable: [] })).toMatchObject({ columns: [{ name: "x", kind: "text", example: "" }], time: null, long: false });
    expect(decodeReplay({ id: "1", state: "unheard of" })).toBeNull();
    expect(decodeReplay(null)).toBeNull();
  });

  it("of a replay's progress keeps what was known of its tags", () => {
    expect(withReplay([REPLAY], PROGRESS)).toEqual([{ ...REPLAY, rows: 50, errors: 1, progress: 0.5, secondsLeft: null }]);
    expect(withReplay([REPLAY], { ...PROGRESS, id: "2" }).map(({ id }) => id)).toEqual(["2", "1"]);
    expect(withReplay([REPLAY], "nonsense")).toEqual([REPLAY]);
  });

  it("is told in words", () => {
    expect(describeReplay(REPLAY)).toBe("43 % · 12 s left · 43 rows");
    expect(describeReplay({ ...REPLAY, state: "finished", rows: 1, errors: 2 })).toBe("finished · 1 row · 2 with errors");
    expect(describeReplay({ ...REPLAY, state: "failed", text: "gone" })).toBe("failed after 43 rows: gone");
  });
});

describe("a link", () => {
  it("names file, columns, rate, prefix and title; nonsense falls back", () => {
    expect(parseReplayLink("?replay=run.csv&column=a&column=b&rate=5&prefix=x/&title=Press")).toEqual({ file: "run.csv", columns: ["a", "b"], rate: 5, prefix: "x/", title: "Press" });
    expect(parseReplayLink("?replay=run.csv&rate=-1")).toEqual({ file: "run.csv", columns: [], rate: 10, prefix: "", title: "run" });
    expect(parseReplayLink("?tag=a")).toBeNull();
  });
});

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
    expect(asked).toEqual(["GET http://host/base/api/v1/replays", "GET http://host/base/api/v1/recordings?file=a%26b.csv", "POST http://host/base/api/v1/replays/1/stop"]);
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
    for (let line = 1; line <= 9; line++) it.event("replay_error", { replay: PROGRESS, line, message: `line ${line}: bad` });
    expect(it.messages.value).toEqual([5, 6, 7, 8, 9].map((line) => `line ${line}: bad`));
    it.event("replay_finished", { replay: { ...PROGRESS, state: "finished" } });
    expect(it.running.value).toEqual([]);
    it.event("something_else", { replay: { ...PROGRESS, id: "7" } });
    expect(it.all.value.length).toBe(1);
  });
});
