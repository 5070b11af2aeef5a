import { describe, expect, it } from "vitest";

import type { Column } from "../../src/data/segment";
import { type CsvOptions, csvText, jsonText } from "../../src/export/csv";
import type { Note } from "../../src/model/notes";
import { WallClock } from "../../src/model/wallClock";

function column(tag: string, points: readonly (readonly [number, number])[], more: Partial<Column> = {}): Column {
  return {
    tag,
    unit: "",
    kind: "number",
    states: [],
    times: points.map(([time]) => time),
    values: points.map(([, value]) => value),
    ...more,
  };
}

const NEWFOUNDLAND = [{ since: 0, minutes: -210 }];

const PLAIN: CsvOptions = { separator: ",", decimal: ".", time: "iso", clock: new WallClock("utc") };

const T = 1700000000.25;

describe("CSV", () => {
  it("has a line per instant and an empty cell where a tag has no point or a gap", () => {
    const text = csvText(
      [
        column(
          "a",
          [
            [T, 1.5],
            [T + 1, NaN],
          ],
          { unit: "°C" },
        ),
        column("b", [
          [T + 1, 2],
          [T + 2, 3],
        ]),
      ],
      PLAIN,
    );
    expect(text.split("\r\n")).toEqual([
      "time (UTC),a [°C],b",
      "2023-11-14T22:13:20.250Z,1.5,",
      "2023-11-14T22:13:21.250Z,,2",
      "2023-11-14T22:13:22.250Z,,3",
      "",
    ]);
  });

  it("is written with decimal commas and semicolons for who reads it so", () => {
    const text = csvText([column("a", [[T, 1.5]])], { ...PLAIN, separator: ";", decimal: ",", time: "seconds" });
    expect(text.split("\r\n")[1]).toEqual("1700000000,25;1,5");
  });

  it("quotes decimal commas between commas", () => {
    expect(csvText([column("a", [[T, 1.5]])], { ...PLAIN, decimal: ",", time: "clock" }).split("\r\n")[1]).toEqual(
      '"2023-11-14 22:13:20,250","1,5"',
    );
  });

  it("keeps two points of one instant, and points that never meet", () => {
    expect(
      csvText(
        [
          column("a", [
            [1, 1],
            [1, 2],
          ]),
        ],
        { ...PLAIN, time: "seconds" },
      )
        .split("\r\n")
        .slice(1, 3),
    ).toEqual(["1,1", "1,2"]);
  });

  it("names states, and defuses what a spreadsheet would run", () => {
    const text = csvText([column("=1+1", [[1, 0]], { kind: "state", states: ["@SUM(A1)"] }), column('a,"b"', [])], {
      ...PLAIN,
      time: "seconds",
    });
    expect(text).toEqual('time (s since 1970),\'=1+1,"a,""b"""\r\n1,\'@SUM(A1),\r\n');
  });

  it("writes the zone's own clock", () => {
    expect(csvText([column("a", [[T, 1]])], { ...PLAIN, clock: new WallClock("server", NEWFOUNDLAND) })).toContain(
      "time (server time),a\r\n2023-11-14T18:43:20.250-03:30,1",
    );
  });
});

describe("notes", () => {
  const moment: Note = { id: 1, time: 2, end: null, text: "=now", tags: [], author: "" };
  const stretch: Note = { id: 2, time: 1.5, end: 3, text: "CIP, hot", tags: ["a"], author: "Eva" };

  it("have a column of their own, at their instant, and a line where no point is", () => {
    const points = column("a", [
      [1, 5],
      [2, 6],
    ]);
    const text = csvText([points], { ...PLAIN, time: "seconds" }, [moment, stretch]);
    expect(text.split("\r\n")).toEqual([
      "time (s since 1970),a,note",
      "1,5,",
      '1.5,,"Eva: CIP, hot (until 3)"',
      "2,6,'=now",
      "",
    ]);
  });

  it("stand beside the series in JSON", () => {
    expect(JSON.parse(jsonText([], 5, [stretch])).notes).toEqual([
      { time: 1.5, end: 3, text: "CIP, hot", tags: ["a"], author: "Eva" },
    ]);
  });
});

describe("JSON", () => {
  it("holds every point, a gap as null", () => {
    expect(
      JSON.parse(
        jsonText(
          [
            column("__proto__", [
              [1, 2],
              [2, NaN],
              [3, Infinity],
            ]),
          ],
          5,
        ),
      ),
    ).toEqual({
      mqtt_plot: 1,
      exported: 5,
      series: [{ tag: "__proto__", unit: "", kind: "number", time: [1, 2, 3], value: [2, null, null] }],
    });
  });
});

describe("what is known in outline", () => {
  const outline = {
    step: 60,
    times: [T - 120, T - 60],
    min: [1, NaN],
    max: [9, NaN],
    mean: [2, NaN],
    count: [60, 0],
    seconds: [60, 0],
  };
  const old = column("a", [[T, 1.5]], { unit: "V", outline });

  it("is lines of their own in CSV, with their seconds, mean, lowest and highest, before the points", () => {
    const text = csvText([old, column("b", [[T - 60, 5]])], { ...PLAIN, time: "seconds" });
    expect(text.split("\r\n")).toEqual([
      "time (s since 1970),outline (s),a [V],a min [V],a max [V],b",
      "1699999880.25,60,2,1,9,",
      "1699999940.25,60,,,,",
      "1699999940.25,,,,,5",
      "1700000000.25,,1.5,,,",
      "",
    ]);
  });

  it("is beside the points in JSON", () => {
    const { series } = JSON.parse(jsonText([old], 1)) as { series: Record<string, unknown>[] };
    expect(series[0]).toMatchObject({
      time: [T],
      outline: { step: 60, time: [T - 120, T - 60], min: [1, null], max: [9, null], mean: [2, null], count: [60, 0] },
    });
  });
});
