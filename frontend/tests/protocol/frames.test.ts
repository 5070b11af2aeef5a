import { describe, expect, it } from "vitest";

import { decodeFrame, WireError } from "../../src/protocol/frames";
import { frameBytes, tableBytes } from "./bytes";

describe("data frames", () => {
  it("keep NaN, negative zero and infinities of their columns", () => {
    const frame = decodeFrame(
      frameBytes(1, [
        {
          points: [
            [1, NaN],
            [2, -0],
            [3, Infinity],
          ],
        },
      ]),
    );
    expect(frame.kind === "data" ? [...frame.blocks[0]!.values] : []).toEqual([NaN, -0, Infinity]);
  });

  it("lay views over the message instead of copying it", () => {
    const bytes = frameBytes(1, [{ points: [[1, 2]] }]);
    const frame = decodeFrame(bytes);
    expect(frame.kind === "data" && frame.blocks[0]!.times.buffer).toBe(bytes);
  });

  it("carry the request of a range", () => {
    const frame = decodeFrame(frameBytes(3, [{ points: [] }], 2 ** 32 - 1));
    expect(frame.kind === "range" && frame.request).toEqual(2 ** 32 - 1);
  });

  it("of a table become columns", () => {
    const frame = decodeFrame(
      tableBytes([
        { series: 4, value: 2.5 },
        { series: 5, value: NaN },
      ]),
    );
    expect(frame.kind === "table" && [[...frame.table.series], [...frame.table.value]]).toEqual([
      [4, 5],
      [2.5, NaN],
    ]);
  });

  it.each([
    ["an empty message", new ArrayBuffer(0), "expected a 24-byte header, got 0 bytes"],
    [
      "another version",
      new Uint8Array([1, 2, ...new Array<number>(22).fill(0)]).buffer,
      "expected protocol version 1, got 2",
    ],
    ["an unknown kind", frameBytes(9, []), "expected frame kind 1, 2 or 3, got 9"],
    [
      "a count that its bytes cannot hold",
      frameBytes(1, [{ points: [[1, 2]] }]).slice(0, 64),
      "expected 72 bytes for the 1 points of block 0, got 64",
    ],
  ])("refuse %s, saying what was expected", (_, bytes, message) => {
    expect(() => decodeFrame(bytes)).toThrow(new WireError(message));
  });
});
