import { describe, expect, it } from "vitest";

import { WireError } from "../../src/protocol/frames";
import { decodeControl } from "../../src/protocol/messages";

describe("control frames", () => {
  it("of an unknown type are ignored: version 1 grows by them", () => {
    expect(decodeControl('{"type": "news", "text": "x"}')).toBeNull();
  });

  it("of an unknown kind of tag are numbers, and unknown fields are dropped", () => {
    const frame = decodeControl(
      '{"type":"tags","full":true,"gone":[],"tags":[{"id":1,"tag":"a","kind":"colour","meta":{"lo":1,"x":2}}]}',
    );
    expect(frame).toEqual({
      type: "tags",
      full: true,
      more: false,
      gone: [],
      tags: [{ id: 1, tag: "a", unit: "", kind: "number", states: [], meta: { lo: 1 } }],
    });
  });

  it.each(["", "[]", "null", "{", '{"type":"hello"}', '{"type":"tags","tags":[{"tag":"no id"}]}'])(
    "refuse %j",
    (text) => {
      expect(() => decodeControl(text)).toThrow(WireError);
    },
  );
});
