import { describe, expect, it } from "vitest";

import { restAt } from "../../src/protocol/rest";

describe("requests", () => {
  it("for one path go one after the other, and those for others do not wait for them", async () => {
    const sent: string[] = [];
    const waiting: ((answer: Response) => void)[] = [];
    const ask = restAt("http://host/", (input, init) => {
      sent.push(`${init?.method} ${String(input)}`);
      return new Promise((resolve) => waiting.push(resolve));
    });
    const read = ask("GET", "limits?tag=a");
    const changed = ask("PUT", "limits?tag=a", "5");
    const other = ask("GET", "limits?tag=b");
    expect(sent).toEqual(["GET http://host/limits?tag=a", "GET http://host/limits?tag=b"]);
    waiting[0]!(new Response("", { status: 500 }));
    waiting[1]!(new Response("2"));
    expect([(await read).isOk, await other]).toEqual([false, { isOk: true, value: 2 }]);
    expect(sent[2]).toBe("PUT http://host/limits?tag=a");
    waiting[2]!(new Response("3"));
    expect(await changed).toEqual({ isOk: true, value: 3 });
  });
});
