import { afterEach, expect, test, vi } from "vitest";

import { type RawAnswer, RawPoints } from "../../src/controllers/rawPoints";
import type { Segment } from "../../src/data/segment";
import type { PanelTag } from "../../src/plot/scene";

const STRETCH = { start: 1000, end: 1300 };

afterEach(() => vi.unstubAllGlobals());

/** A point a second, from `first` up to the stretch's end. */
function secondsFrom(first: number): number[] {
  return Array.from({ length: STRETCH.end - first + 1 }, (_, index) => first + index);
}

function tagThat(holds: number[] | null): PanelTag {
  const segment = (times: number[]): Segment => ({
    times: Float64Array.from(times),
    values: new Float64Array(times.length),
  });
  const known = { tag: "t", unit: "", kind: "number", states: [], interval: 1 };
  return { ...known, isRaw: () => holds !== null, read: () => [segment(holds ?? [])] } as unknown as PanelTag;
}

/** What a view gets of a tag of which the server holds points at `times`. */
async function fetched(times: number[]): Promise<RawAnswer> {
  const answer = { time: times, value: times.map(() => 1), points_since: times[0] };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer))));
  const tag = tagThat(null);
  return new Promise((done) => {
    const raw = new RawPoints(
      "http://bridge/",
      () => false,
      () => 0,
      () => done(raw.find(tag, STRETCH)),
    );
    raw.find(tag, STRETCH);
  });
}

test("a stretch of which the server still holds the end alone is told to be that", async () => {
  const { points, remark } = await fetched(secondsFrom(1269));
  expect(points.times[0]).toBe(1269);
  expect(remark).toBe("of the newest 31 s");
});

test("of a stretch that points cover, nothing is remarked", async () => {
  expect((await fetched(secondsFrom(1001))).remark).toBe("");
});

test("what the page holds itself is told by the same rule", () => {
  const raw = new RawPoints(
    "http://bridge/",
    () => false,
    () => 0,
    () => undefined,
  );
  expect(raw.find(tagThat(secondsFrom(1000)), STRETCH).remark).toBe("");
  expect(raw.find(tagThat(secondsFrom(1240)), STRETCH).remark).toBe("of the newest 1 min");
});
