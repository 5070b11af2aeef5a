/** The golden frames of `tests/wire/`, which the server's half is tested against too. */

import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { type Block, decodeFrame, type Frame, type Table } from "../../src/protocol/frames";
import type { Json, JsonObject } from "../../src/protocol/json";
import { decodeControl, encodeFollow, encodeRange } from "../../src/protocol/messages";

const FOLDER = new URL("../../../tests/wire/", import.meta.url);

interface Expected {
  readonly kind: string;
  readonly time: number;
  readonly request?: number;
  readonly more?: boolean;
  readonly blocks?: readonly JsonObject[];
  readonly rows?: readonly JsonObject[];
}

const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".bin")) : [];

function readBinary(name: string): ArrayBuffer {
  const bytes = readFileSync(new URL(name, FOLDER));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

function readJson(name: string): Json {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Json;
}

/** As JSON has it: NaN is null. */
function nullable(column: Float64Array | Float32Array): (number | null)[] {
  return Array.from(column, (value) => (Number.isNaN(value) ? null : value));
}

function plainBlock({ times, values, means, ...rest }: Block): JsonObject {
  const third = means === undefined ? {} : { means: nullable(means) };
  return { ...rest, times: nullable(times), values: nullable(values), ...third };
}

function plainRows(table: Table): JsonObject[] {
  return Array.from({ length: table.count }, (_, row) => ({
    series: table.series[row]!,
    flags: table.flags[row]!,
    time: nullable(table.time)[row]!,
    value: nullable(table.value)[row]!,
    arrival: nullable(table.arrival)[row]!,
    rate: nullable(table.rate)[row]!,
    bytes_rate: nullable(table.bytesRate)[row]!,
    interval: nullable(table.interval)[row]!,
    offset: nullable(table.offset)[row]!,
  }));
}

function plainFrame(frame: Frame): Expected {
  switch (frame.kind) {
    case "data":
      return { kind: frame.kind, time: frame.time, blocks: frame.blocks.map(plainBlock) };
    case "range":
      return { kind: frame.kind, time: frame.time, request: frame.request, blocks: frame.blocks.map(plainBlock) };
    case "table":
      return { kind: frame.kind, time: frame.time, more: frame.table.more, rows: plainRows(frame.table) };
  }
}

/** What the files say, without what does not belong to the kind, and table numbers rounded to float32 as on the wire. */
function relevant(expected: Expected): Expected {
  const { kind, time } = expected;
  if (kind === "table") return { kind, time, more: expected.more!, rows: expected.rows!.map(asFloat32) };
  if (kind === "range") return { kind, time, request: expected.request!, blocks: expected.blocks! };
  return { kind, time, blocks: expected.blocks! };
}

function asFloat32(row: JsonObject): JsonObject {
  const round = (value: Json | undefined): Json => (typeof value === "number" ? Math.fround(value) : (value ?? null));
  return {
    ...row,
    rate: round(row["rate"]),
    bytes_rate: round(row["bytes_rate"]),
    interval: round(row["interval"]),
    offset: round(row["offset"]),
  };
}

describe("golden data frames", () => {
  it("are there: without them the two halves of the wire are not tested against each other", () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)("%s decodes to what its JSON says", (name) => {
    const expected = readJson(name.replace(/\.bin$/, ".json")) as unknown as Expected;
    expect(plainFrame(decodeFrame(readBinary(name)))).toEqual(relevant(expected));
  });

  it.each(names)("%s cut short by one byte is refused", (name) => {
    const whole = readBinary(name);
    expect(() => decodeFrame(whole.slice(0, whole.byteLength - 1))).toThrow(/expected/);
  });
});

describe("golden control frames", () => {
  interface Examples {
    readonly server: readonly JsonObject[];
    readonly client: { readonly valid: readonly { readonly text: string }[] };
  }
  const examples = readJson("control.json") as unknown as Examples;
  const said = examples.client.valid.map(({ text }) => JSON.parse(text) as JsonObject);

  it.each(examples.server.map((frame) => [String(frame["type"]), frame] as const))(
    "server's %s keeps its type",
    (type, frame) => {
      expect(decodeControl(JSON.stringify(frame))?.type).toEqual(type);
    },
  );

  it("our follow is one that the server is tested with", () => {
    const text = encodeFollow({
      tags: ["line1/temp"],
      window: 60,
      points: 1500,
      epoch: "5b0c",
      next: { "line1/temp": 4211 },
    });
    expect(said).toContainEqual(JSON.parse(text));
  });

  it("our range has the fields that the server is tested with", () => {
    const range = JSON.parse(encodeRange({ request: 1, tag: "a", start: null, end: 2, points: 3 })) as JsonObject;
    const known = new Set(said.filter((frame) => frame["type"] === "range").flatMap((frame) => Object.keys(frame)));
    expect([...known]).toEqual(expect.arrayContaining(Object.keys(range)));
  });
});
