/** Notes, as the server has them for everybody: written, changed and erased. */

import { computed, signal } from "@preact/signals";

import { decodeNote, type Note, noteBody } from "../model/notes";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import { type Ask, problemOf, tellProblem } from "../protocol/rest";

export class Notes {
  readonly all = signal<readonly Note[]>([]);
  readonly newestFirst = computed(() => [...this.all.value].sort((a, b) => b.time - a.time));

  constructor(
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
  ) {}

  accept(frame: LedgerFrame): void {
    if (frame.name === "notes") this.all.value = applyLedger(this.all.peek(), frame, decodeNote);
  }

  /** Returns what is wrong, or `null`. */
  async write(
    text: string,
    when: { time: number; end: number | null },
    tags: readonly string[],
  ): Promise<string | null> {
    return problemOf(await this.ask("POST", "api/v1/notes", noteBody(text, when, tags)));
  }

  async rewrite({ id, time, end, tags }: Note, text: string): Promise<void> {
    const body = JSON.stringify({ text, time, ...(end === null ? {} : { end }), tags });
    tellProblem(await this.ask("PUT", `api/v1/notes/${id}`, body), this.notify);
  }

  async erase(id: number): Promise<void> {
    tellProblem(await this.ask("DELETE", `api/v1/notes/${id}`), this.notify);
  }
}
