/** A session and a server to talk to, which says what the test makes it say. */

import { Session } from "../../src/data/session";
import type { Json, JsonObject } from "../../src/protocol/json";

const ALL = { start: -Infinity, end: Infinity };

export class Talk {
  readonly sent: JsonObject[] = [];
  readonly problems: string[] = [];
  readonly touched: string[] = [];
  readonly vanished: number[] = [];
  readonly verdicts: string[] = [];
  readonly ledgers: string[] = [];
  /** Calls that told of new tags, and of new rows. */
  readonly news: string[] = [];
  local = 0;
  readonly session = new Session(
    (text) => this.sent.push(JSON.parse(text) as JsonObject),
    () => this.local,
    {
      data: (tags) => this.touched.push(...tags),
      history: () => undefined,
      tags: () => this.news.push("tags"),
      table: () => this.news.push("table"),
      status: () => undefined,
      hello: () => undefined,
      restarted: (newest) => this.vanished.push(newest),
      event: () => undefined,
      ledger: (frame) => this.ledgers.push(frame.name),
      verdicts: (frame) => this.verdicts.push(...frame.verdicts.map(({ topic }) => topic)),
      problem: (text) => this.problems.push(text),
    },
  );

  open(epoch = "one", limits: JsonObject = {}): this {
    this.session.opened();
    return this.control({ type: "hello", protocol: 1, version: "0", epoch, time: 1000, limits, topics: ["plot/#"] });
  }

  control(frame: Json): this {
    this.session.text(JSON.stringify(frame));
    return this;
  }

  tags(...tags: string[]): this {
    const infos = tags.map((tag, index) => ({ id: 7 + index, tag, unit: "", kind: "number", states: [], meta: {} }));
    return this.control({ type: "tags", full: true, gone: [], tags: infos });
  }

  times(tag: string): number[] {
    return (this.session.held.get(tag)?.read(ALL) ?? []).flatMap(({ times }) => [...times]);
  }
}
