import { describe, expect, it } from "vitest";

import {
  decodeInfo,
  decodeList,
  decodeReplay,
  describeReplay,
  encodeRequest,
  parseReplayLink,
  prefixOf,
  type Replay,
  type ReplayRequest,
  withReplay,
} from "../../src/protocol/replays";

const REPLAY: Replay = {
  id: "1",
  file: "run.csv",
  state: "running",
  text: "",
  rows: 43,
  errors: 0,
  progress: 0.436,
  secondsLeft: 11.2,
  prefix: "run/",
  tags: ["run/a"],
};

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

describe("a request for a replay", () => {
  const request: ReplayRequest = {
    file: "run.csv",
    columns: ["a"],
    speed: "rate",
    factor: 10,
    loop: false,
    prefix: "",
    stamps: "now",
    target: "bridge",
  };

  it("names one speed, and a prefix only where there is one", () => {
    expect(JSON.parse(encodeRequest(request))).toEqual({
      file: "run.csv",
      columns: ["a"],
      rate: 10,
      loop: false,
      stamps: "now",
      target: "bridge",
    });
    expect(JSON.parse(encodeRequest({ ...request, speed: "fast", prefix: "x/" }))).toMatchObject({
      fast: true,
      prefix: "x/",
    });
    expect(JSON.parse(encodeRequest({ ...request, speed: "pace", factor: 2 }))).toMatchObject({ pace: 2 });
  });

  it("falls back to the file's name as the server does", () => {
    expect(prefixOf("a.b.csv", "")).toBe("a.b/");
    expect(prefixOf("a.csv", "old ")).toBe("old ");
  });
});

describe("what the server says", () => {
  it("is read, and what is missing is nothing", () => {
    expect(decodeList({ enabled: true, recordings: [{ file: "a", size: 5 }] })).toEqual({
      enabled: true,
      canPublish: false,
      files: ["a"],
    });
    expect(decodeInfo({ file: "a", columns: [{ name: "x", kind: "text" }], playable: [] })).toMatchObject({
      columns: [{ name: "x", kind: "text", example: "" }],
      time: null,
      long: false,
    });
    expect(decodeReplay({ id: "1", state: "unheard of" })).toBeNull();
    expect(decodeReplay(null)).toBeNull();
  });

  it("of a replay's progress keeps what was known of its tags", () => {
    expect(withReplay([REPLAY], PROGRESS)).toEqual([
      { ...REPLAY, rows: 50, errors: 1, progress: 0.5, secondsLeft: null },
    ]);
    expect(withReplay([REPLAY], { ...PROGRESS, id: "2" }).map(({ id }) => id)).toEqual(["2", "1"]);
    expect(withReplay([REPLAY], "nonsense")).toEqual([REPLAY]);
  });

  it("is told in words", () => {
    expect(describeReplay(REPLAY)).toBe("43 % · 12 s left · 43 rows");
    expect(describeReplay({ ...REPLAY, state: "finished", rows: 1, errors: 2 })).toBe(
      "finished · 1 row · 2 with errors",
    );
    expect(describeReplay({ ...REPLAY, state: "failed", text: "gone" })).toBe("failed after 43 rows: gone");
  });
});

describe("a link", () => {
  it("names file, columns, rate, prefix and title; nonsense falls back", () => {
    expect(parseReplayLink("?replay=run.csv&column=a&column=b&rate=5&prefix=x/&title=Press")).toEqual({
      file: "run.csv",
      columns: ["a", "b"],
      rate: 5,
      prefix: "x/",
      title: "Press",
    });
    expect(parseReplayLink("?replay=run.csv&rate=-1")).toEqual({
      file: "run.csv",
      columns: [],
      rate: 10,
      prefix: "",
      title: "run",
    });
    expect(parseReplayLink("?tag=a")).toBeNull();
  });
});
