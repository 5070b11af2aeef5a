import { describe, expect, it } from "vitest";

import { csvText, jsonText, type CsvOptions } from "../../src/export/csv";
import type { Column } from "../../src/data/segment";
import { fileName } from "../../src/export/download";
import { reportHtml } from "../../src/export/report";
import { WallClock } from "../../src/model/wallClock";

function column(tag: string, points: readonly (readonly [number, number])[], more: Partial<Column> = {}): Column {
  return { tag, unit: "", kind: "number", states: [], times: points.map(([time]) => time), values: points.map(([, value]) => value), ...more };
}

const NEWFOUNDLAND = [{ since: 0, minutes: -210 }];
const PLAIN: CsvOptions = { separator: ",", decimal: ".", time: "iso", clock: new WallClock("utc") };
const T = 1700000000.25;

describe("CSV", () => {
  it("has a line per instant and an empty cell where a tag has no point or a gap", () => {
    const text = csvText([column("a", [[T, 1.5], [T + 1, NaN]], { unit: "°C" }), column("b", [[T + 1, 2], [T + 2, 3]])], PLAIN);
    expect(text.split("\r\n")).toEqual(["time (UTC),a [°C],b", "2023-11-14T22:13:20.250Z,1.5,", "2023-11-14T22:13:21.250Z,,2", "2023-11-14T22:13:22.250Z,,3", ""]);
  });

  it("is written with decimal commas and semicolons for who reads it so", () => {
    const text = csvText([column("a", [[T, 1.5]])], { ...PLAIN, separator: ";", decimal: ",", time: "seconds" });
    expect(text.split("\r\n")[1]).toEqual("1700000000,25;1,5");
  });

  it("quotes decimal commas between commas", () => {
    expect(csvText([column("a", [[T, 1.5]])], { ...PLAIN, decimal: ",", time: "clock" }).split("\r\n")[1]).toEqual('"2023-11-14 22:13:20,250","1,5"');
  });

  it("keeps two points of one instant, and points that never meet", () => {
    expect(csvText([column("a", [[1, 1], [1, 2]])], { ...PLAIN, time: "seconds" }).split("\r\n").slice(1, 3)).toEqual(["1,1", "1,2"]);
  });

  it("names states, and defuses what a spreadsheet would run", () => {
    const text = csvText([column("=1+1", [[1, 0]], { kind: "state", states: ["@SUM(A1)"] }), column('a,"b"', [])], { ...PLAIN, time: "seconds" });
    expect(text).toEqual("time (s since 1970),'=1+1,\"a,\"\"b\"\"\"\r\n1,'@SUM(A1),\r\n");
  });

  it("writes the zone's own clock", () => {
    expect(csvText([column("a", [[T, 1]])], { ...PLAIN, clock: new WallClock("server", NEWFOUNDLAND) })).toContain("time (server time),a\r\n2023-11-14T18:43:20.250-03:30,1");
  });
});

describe("JSON", () => {
  it("holds every point, a gap as null", () => {
    expect(JSON.parse(jsonText([column("__proto__", [[1, 2], [2, NaN], [3, Infinity]])], 5))).toEqual({ mqtt_plot: 1, exported: 5, series: [{ tag: "__proto__", unit: "", kind: "number", time: [1, 2, 3], value: [2, null, null] }] });
  });
});

describe("a report", () => {
  const hostile = `</script><img src=x onerror=alert(1)>"'&`;
  const html = reportHtml({ title: hostile, facts: [hostile], charts: [{ name: hostile, picture: `data:image/svg+xml,"><script>`, head: ["Tag"], rows: [[hostile]], notes: [hostile] }], columns: [column(hostile, [[1, 2]])], exported: 1 });

  it("holds names of strangers as text only", () => {
    expect([html.includes("<img src=x"), html.match(/<script/g)?.length, html.match(/<\/script>/g)?.length]).toEqual([false, 2, 2]);
  });

  it("lets nothing be loaded, and carries its points", () => {
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)![1]!;
    expect([html.includes("default-src 'none'"), (JSON.parse(data) as { series: { tag: string }[] }).series[0]!.tag]).toEqual([true, hostile]);
  });
});

describe("a wall clock", () => {
  const [here, utc, server] = [new WallClock("local"), new WallClock("utc"), new WallClock("server", NEWFOUNDLAND)];

  it("is ahead by what the server says, or nothing for UTC", () => {
    expect([utc.minutesAhead(T), server.minutesAhead(T), here.minutesAhead(T)]).toEqual([0, -210, -new Date(T * 1000).getTimezoneOffset() || 0]);
  });

  it("is ahead by what holds at the instant: by another hour in summer, and before its first entry by that one's", () => {
    const berlin = new WallClock("server", [{ since: T - 1000, minutes: 120 }, { since: T, minutes: 60 }]);
    expect([T - 2000, T - 1, T, T + 1e6].map((at) => berlin.minutesAhead(at))).toEqual([120, 120, 60, 60]);
  });

  it("names itself, and how far it is from UTC", () => {
    expect([utc.nameAt(T), server.nameAt(T), here.name]).toEqual(["UTC", "server time, UTC−3:30", "local time"]);
  });

  it("writes instants as it shows them, the date where it is another day", () => {
    expect([utc.stamp(T), utc.exactTime(T), server.iso(T), utc.iso(T)]).toEqual(["2023-11-14 22:13:20.250", "22:13:20.250", "2023-11-14T18:43:20.250-03:30", "2023-11-14T22:13:20.250Z"]);
    expect([utc.time(T, T + 5), utc.time(T, T + 7200)]).toEqual(["22:13:20", "2023-11-14 22:13:20"]);
  });

  it("has nothing to say of times beyond the calendar", () => {
    expect(utc.stamp(1e15)).toEqual("");
  });
});

describe("a file", () => {
  it("is named by this machine's clock", () => {
    expect(fileName(new Date(2026, 10, 21, 12, 4, 31).getTime() / 1000, "csv")).toEqual("mqtt-plot-2026-11-21-120431.csv");
  });
});
