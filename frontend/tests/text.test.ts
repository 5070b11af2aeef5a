import { describe, expect, it } from "vitest";

import { judgeAge } from "../src/model/freshness";
import type { Entry } from "../src/data/directory";
import { firstSteps } from "../src/components/firstSteps";
import { formatAge, formatBytes, formatCount, formatDuration, formatRate, formatValue, formatZone } from "../src/format";
import { readLosses } from "../src/model/diagnostics";
import { ink, Palette } from "../src/plot/palette";
import { defaultTags } from "../src/model/defaultTags";
import type { Figure } from "../src/plot/figure";
import { byClock, parsePlotTime, rangeOfRelayout } from "../src/plot/plotlyTime";
import { localMinutes, WallClock } from "../src/model/wallClock";
import { leaf, plotlyText, shorten, visible } from "../src/text";

describe("text from strangers", () => {
  it.each([
    ["plain ℃ ü 🌡", "plain ℃ ü 🌡"],
    ["a\u202egnp.exe", "a\ufffdgnp.exe"],
    ["tab\tnul\0del\u007f", "tab␉nul␀del␡"],
    ["\ud800lone", "\ufffdlone"],
    ["👩‍🔧", "👩‍🔧"],
  ])("%j is shown as %j", (text, shown) => {
    expect(visible(text)).toEqual(shown);
  });

  it("is shortened in the middle, never inside a character", () => {
    expect([shorten("abcdefghij", 5), shorten("🌡".repeat(10), 3), shorten("abc", 3)]).toEqual(["ab…ij", "🌡…🌡", "abc"]);
  });

  it("is escaped for plotly after it was shortened, so that no entity is cut", () => {
    expect(plotlyText("<<<<<<", 3)).toEqual("&lt;…&lt;");
  });

  it("ends in its leaf", () => {
    expect([leaf("a/b/c"), leaf("a/"), leaf("//")]).toEqual(["c", "a", "//"]);
  });
});

describe("numbers", () => {
  it.each([
    [21.5, undefined, "21.5"],
    [21.123456, undefined, "21.123"],
    [-0.00001, undefined, "−1e−5"],
    [12345678.9, undefined, "1.2346e7"],
    [21.5, 2, "21.50"],
    [21.5, 99, "21.5"],
    [NaN, 2, "–"],
    [-Infinity, undefined, "−∞"],
    [0, undefined, "0"],
  ])("%d with decimals %s reads %s", (value, decimals, text) => {
    expect(formatValue(value, decimals)).toEqual(text);
  });

  it("of time, rate and size read as people say them", () => {
    expect([0.4, 12.7, 150, 7300, 200_000, NaN].map(formatAge)).toEqual(["now", "12 s", "2 min", "2 h", "2 d", "never"]);
    expect([0.25, 12, 90, 12_000, 7200, 360_000].map(formatDuration)).toEqual(["250 ms", "12 s", "2 min", "3 h 20 min", "2 h", "4 d 4 h"]);
    expect([0, 0.34, 9.96, 412.4, 12_345].map(formatRate)).toEqual(["0", "0.3", "10.0", "412", "12.3 k"]);
    expect([12, 4_300_000, 1 << 30].map(formatBytes)).toEqual(["12 B", "4.1 MiB", "1 GiB"]);
    expect(formatCount(1_234_567)).toEqual("1\u202f234\u202f567");
    expect([0, -60, 210, -345].map(formatZone)).toEqual(["UTC", "UTC+1", "UTC−3:30", "UTC+5:45"]);
  });
});

describe("age", () => {
  it.each([
    [1.9, 0.1, "fresh"],
    [2.1, 0.1, "late"],
    [10.1, 0.1, "stale"],
    [29, 10, "fresh"],
    [31, 10, "late"],
    [101, 10, "stale"],
    [59, NaN, "fresh"],
    [61, NaN, "stale"],
    [NaN, 1, "none"],
  ] as const)("of %d s at an interval of %d s is %s", (age, interval, judged) => {
    expect(judgeAge(age, interval)).toEqual(judged);
  });
});

describe("colours", () => {
  it("stay with their tag, and differ among drawn tags", () => {
    const palette = new Palette();
    const drawn: string[] = [];
    for (let index = 0; index < 24; index++) {
      palette.slot(`t${index}`, drawn);
      drawn.push(`t${index}`);
    }
    const inks = drawn.map((tag) => JSON.stringify(ink(palette.slot(tag, drawn), "dark")));
    expect([new Set(inks).size, palette.slot("t3", []), palette.slot("new", ["t1", "t2"])]).toEqual([24, 3, 0]);
  });
});

describe("the page's own choice", () => {
  function entry(tag: string, rate: number, unit = "", kind: Entry["info"]["kind"] = "number"): Entry {
    return { info: { id: 0, tag, unit, kind, states: [], meta: {} }, time: 0, value: 0, arrival: 0, rate, bytesRate: 0, interval: 1, offset: NaN, isRetained: false };
  }

  it("is the busiest numbers and one state", () => {
    const entries = [entry("slow", 0.001), entry("b", 10, "bar"), entry("t2", 9, "°C"), entry("t1", 9, "°C"), entry("s", 1, "", "state"), entry("r", 1, "", "boolean")];
    expect(defaultTags(entries, [])).toEqual(["t1", "t2", "b", "r"]);
  });

  it("adds nothing beyond four numbers, and fills up what is there", () => {
    const entries = ["a", "b", "c", "d", "e"].map((tag) => entry(tag, 1));
    expect([defaultTags(entries, ["e", "a", "b"]), defaultTags(entries, ["a", "b", "c", "d"])]).toEqual([["c"], []]);
  });

  it("takes tags without a rate, since there is nothing else to see", () => {
    expect(defaultTags([entry("x", 0)], [])).toEqual(["x"]);
  });
});

const LOCAL = new WallClock("local");
const HERE = localMinutes(Date.UTC(2026, 10, 21));

describe("plotly's times", () => {
  it.each([["utc", 0], ["server", 210]] as const)("by the clock of %s are written and read as that clock shows them", (zone, minutes) => {
    const clock = new WallClock(zone, [{ since: 0, minutes: 210 }]);
    const at = Date.UTC(2026, 10, 21, 12) / 1000;
    const figure = { traces: [{ x: Float64Array.of(at * 1000) }], layout: { xaxis: { range: [at * 1000, at * 1000 + 5] } } } as unknown as Figure;
    const shown = byClock(figure, clock);
    expect([shown.traces[0]!.x![0], shown.layout.xaxis.range]).toEqual([(at + (minutes - HERE) * 60) * 1000, [0, 5].map((ms) => (at + (minutes - HERE) * 60) * 1000 + ms)]);
    expect([parsePlotTime(clock.stamp(at), clock), parsePlotTime(shown.traces[0]!.x![0], clock)]).toEqual([at, at]);
  });

  it("by the browser's clock go as they are", () => {
    const figure = { traces: [], layout: {} } as unknown as Figure;
    expect(byClock(figure, LOCAL)).toBe(figure);
  });

  it("are read in local time, whatever parts are missing", () => {
    const local = (...parts: [number, number, number, number?, number?, number?]): number => new Date(parts[0], parts[1], parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0).getTime() / 1000;
    expect(["2026-11-21 12:04:31.25", "2026-11-21 12:04", "2026-11-21", 5000].map((value) => parsePlotTime(value, LOCAL))).toEqual([local(2026, 10, 21, 12, 4, 31) + 0.25, local(2026, 10, 21, 12, 4), local(2026, 10, 21), 5]);
  });

  it("of anything else are none", () => {
    expect([rangeOfRelayout({ "xaxis.autorange": true }, LOCAL), rangeOfRelayout({ "xaxis.range[0]": "x", "xaxis.range[1]": 5 }, LOCAL), rangeOfRelayout({}, LOCAL)]).toEqual([null, null, null]);
  });

  it("of a zoom are a range, in either way of saying it", () => {
    const range = { start: 1, end: 2 };
    expect([rangeOfRelayout({ "xaxis.range[0]": 1000, "xaxis.range[1]": 2000 }, LOCAL), rangeOfRelayout({ "xaxis.range": [1000, 2000] }, LOCAL)]).toEqual([range, range]);
  });
});

describe("first steps", () => {
  const place = { hostname: "plant.local", base: "http://plant.local:8080/sub/", brokerText: "connected to mqtt://localhost:1883 with MQTT 5", hasBroker: true, topic: "plot/#" };

  it("name this host where the broker is on it", () => {
    expect(firstSteps(place).map(({ command }) => command)).toEqual([
      "mosquitto_pub -h plant.local -t 'plot/line1/temp' -m 21.5",
      `curl -d '{"tag": "line1/temp", "value": 21.5, "unit": "°C"}' http://plant.local:8080/sub/api/v1/samples`,
    ]);
  });

  it.each([
    ["nothing listens on mqtt://10.0.0.5:1884, trying again", "plot/#", "mosquitto_pub -h 10.0.0.5 -p 1884 -t 'plot/line1/temp' -m 21.5"],
    ["connected to mqtts://plot@broker.lan", "a/+/b", "mosquitto_pub -h broker.lan -t 'a/line1/b' -m 21.5"],
    ["", "plot/#", "mosquitto_pub -h plant.local -t 'plot/line1/temp' -m 21.5"],
  ])("with a broker said to be %j and topic %s are %j", (brokerText, topic, command) => {
    expect(firstSteps({ ...place, brokerText, topic })[0]!.command).toEqual(command);
  });

  it("without a broker are curl alone", () => {
    expect(firstSteps({ ...place, hasBroker: false }).map(({ title }) => title)).toEqual(["curl"]);
  });
});

describe("losses", () => {
  it("are what arrived and was not kept, the largest first, and nothing else", () => {
    const counters = { messages_received: 99, samples_stored: 80, "messages_rejected.bad_tag": 2, "messages_dropped.inbox_full": 1200, "samples_refused.tags_full": 0, "__proto__.x": 5, constructor: 3 };
    expect(readLosses(counters)).toEqual({ total: 1202, lines: ["1\u202f200 messages dropped: inbox full", "2 messages unreadable: bad tag"] });
  });
});
