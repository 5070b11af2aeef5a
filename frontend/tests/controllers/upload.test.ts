/** Upload: names, words and what is looked at afterwards. */

import { describe, expect, it, vi } from "vitest";
import { readTags, sayLeftOut, Uploads, upload, uploadPrefix } from "../../src/controllers/upload";
import type { Answer } from "../../src/protocol/rest";
import { onPage, sayColumn } from "../../src/protocol/uploads";

const TAGS = [
  { tag: "run/a", first: 100, last: 200 },
  { tag: "run/b", first: 90, last: null },
  { tag: "running", first: 1, last: 2 },
];

describe("the prefix of an uploaded file", () => {
  it.each([
    ["run 7.csv", "run 7/"],
    ["a.b.csv", "a.b/"],
    ["no-dot", "no-dot/"],
    ["a+b#c/d.csv", "a_b_c_d/"],
    [".csv", "file/"],
  ])("of %s is %s", (name, prefix) => {
    expect(uploadPrefix(name)).toBe(prefix);
  });
});

describe("what the server took", () => {
  it("is said with the first reason for what it left out", () => {
    expect(sayLeftOut({ accepted: 2000, rejected: [] })).toBe("");
    expect(sayLeftOut({ accepted: 2000, rejected: [{ index: 3, reason: "line 4: x" }] })).toBe(
      "2\u202f000 points; left out: line 4: x",
    );
    expect(
      sayLeftOut({
        accepted: 1,
        rejected: [
          { index: 3, reason: "line 4: x" },
          { index: 4, reason: "y" },
        ],
      }),
    ).toBe("1 point; left out: line 4: x (and 1 more)");
    expect(sayLeftOut(null)).toBe("");
  });

  it("names a column that is not drawn, and points that are not kept", () => {
    const columns = [
      { name: "time", kind: "time", tag: null, reason: "the time: numbers since 1970" },
      { name: "a", kind: "number", tag: "run/a", reason: "" },
      { name: "note", kind: "text", tag: null, reason: "text, such as 'x'" },
    ];
    const notes = ["the newest 10000 are kept"];
    expect(sayLeftOut({ accepted: 5, rejected: [], columns, notes })).toBe(
      "5 points; left out: column note: text, such as 'x' (and 1 more)",
    );
    expect(sayLeftOut({ accepted: 5, rejected: [], columns: columns.slice(0, 1), notes: [] })).toBe("");
  });

  it("is looked at from its first point to its last", () => {
    expect(readTags(TAGS, "run/")).toEqual({ tags: ["run/a", "run/b"], range: { start: 90, end: 200 } });
    expect(readTags(null, "run/")).toEqual({ tags: [], range: null });
  });
});

describe("an upload", () => {
  const file = new File(["t,a\n1,2\n"], "run.csv");
  const asking = (answers: Record<string, Answer>) => (method: string, path: string) =>
    Promise.resolve(answers[`${method} ${path}`]!);

  it("sends the file, then asks for its tags", async () => {
    const ask = asking({
      "POST api/v1/upload?prefix=run%2F": { isOk: true, value: { accepted: 1, rejected: [] } },
      "GET api/v1/tags": { isOk: true, value: TAGS },
    });
    expect(await upload(ask, file)).toEqual({ problem: "", tags: ["run/a", "run/b"], range: { start: 90, end: 200 } });
  });

  it("that is refused says why, and nothing is looked at", async () => {
    const ask = asking({
      "POST api/v1/upload?prefix=run%2F": { isOk: false, status: 413, problem: "expected at most 8 MiB" },
    });
    expect(await upload(ask, file)).toEqual({ problem: "run.csv: expected at most 8 MiB", tags: [], range: null });
  });
});

describe("a file that is looked at before it is stored", () => {
  const FILE = new File(["t;a\n"], "run.csv");
  const seen = (asked: string[], answers: Answer[] = []) => {
    const stored: string[] = [];
    const uploads = new Uploads(
      (method, path) => {
        asked.push(`${method} ${path}`);
        return Promise.resolve(answers.shift() ?? { isOk: true, value: { accepted: 2 } });
      },
      (file) => stored.push(file.name),
    );
    return { uploads, stored };
  };

  it("is not stored by looking, nor by closing the dialog", async () => {
    const asked: string[] = [];
    const { uploads, stored } = seen(asked);
    uploads.add(FILE);
    await vi.waitFor(() => expect(uploads.preview.value?.answer?.accepted).toBe(2));
    uploads.cancel();
    expect([asked, stored, uploads.preview.value]).toEqual([
      ["POST api/v1/upload?prefix=run%2F&dry_run=true"],
      [],
      null,
    ]);
  });

  it("is stored as a person has said that it is to be read", async () => {
    const asked: string[] = [];
    const { uploads, stored } = seen(asked);
    uploads.add(FILE);
    uploads.choose({ time: "t", dateOrder: "dmy", decimal: "comma", zone: "Europe/Berlin" });
    await vi.waitFor(() => expect(uploads.preview.value?.isBusy).toBe(false));
    uploads.store();
    await vi.waitFor(() => expect(stored).toEqual(["run.csv"]));
    const query = "prefix=run%2F&time=t&date_order=dmy&decimal=comma&zone=Europe%2FBerlin";
    expect(asked).toEqual([
      `POST api/v1/upload?${query}&dry_run=true`,
      `POST api/v1/upload?${query}`,
      "GET api/v1/tags",
    ]);
  });

  it("says why the server refuses it, and lets the next one come", async () => {
    const { uploads } = seen([], [{ isOk: false, problem: "no time", status: 400 }]);
    uploads.add(FILE);
    uploads.add(new File([""], "next.csv"));
    await vi.waitFor(() => expect(uploads.preview.value?.problem).toBe("no time"));
    uploads.cancel();
    expect(uploads.preview.value?.file.name).toBe("next.csv");
  });

  it("names its own choices where the server names options of the command line", () => {
    expect(onPage("got '01/02/2023', with the day or the month first; say --date-order dmy or mdy")).toBe(
      "got '01/02/2023', with the day or the month first; choose the order of dates below",
    );
    expect(onPage("the day is taken as first, as the decimal mark is a comma (--date-order says else)")).toBe(
      "the day is taken as first, as the decimal mark is a comma (or choose another order below)",
    );
    expect(onPage("no cell holds anything")).toBe("no cell holds anything");
  });

  it("says of each column what it became", () => {
    const column = { name: "a", kind: "number", unit: "bar", reason: "", tag: "run/a" };
    expect([
      sayColumn(column),
      sayColumn({ ...column, kind: "words", unit: "" }),
      sayColumn({ ...column, kind: "time", tag: null, reason: "ISO 8601" }),
      sayColumn({ ...column, kind: "empty", tag: null, reason: "no cell holds anything" }),
      sayColumn({ ...column, tag: null }),
      sayColumn({ ...column, kind: "text", tag: null, reason: "the tag of each row" }),
    ]).toEqual([
      "drawn as run/a, bar",
      "states of run/a",
      "ISO 8601",
      "not drawn: no cell holds anything",
      "the value of each row",
      "the tag of each row",
    ]);
  });
});
