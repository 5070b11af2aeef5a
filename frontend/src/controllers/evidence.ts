/** Evidence: notes and recorders, as the server has them for everybody. */

import { computed, signal } from "@preact/signals";

import { decodeNote, type Note, noteBody } from "../model/notes";
import { decodeRecorder, type Recorder, type RecorderForm, recorderBody } from "../model/recorder";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import type { Answer, Ask } from "../protocol/rest";

export class Evidence {
  readonly notes = signal<readonly Note[]>([]);
  /** Newest first. */
  readonly newestNotes = computed(() => [...this.notes.value].sort((a, b) => b.time - a.time));
  readonly recorders = signal<readonly Recorder[]>([]);

  constructor(
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
  ) {}

  accept(frame: LedgerFrame): void {
    if (frame.name === "notes") this.notes.value = applyLedger(this.notes.peek(), frame, decodeNote);
    if (frame.name === "recorders") this.recorders.value = applyLedger(this.recorders.peek(), frame, decodeRecorder);
  }

  /** Each returns what is wrong, or `null`. */
  async write(
    text: string,
    when: { time: number; end: number | null },
    tags: readonly string[],
  ): Promise<string | null> {
    return problemOf(await this.ask("POST", "api/v1/notes", noteBody(text, when, tags)));
  }

  async rewrite({ id, time, end, tags }: Note, text: string): Promise<void> {
    const body = JSON.stringify({ text, time, ...(end === null ? {} : { end }), tags });
    this.#told(await this.ask("PUT", `api/v1/notes/${id}`, body));
  }

  async erase(id: number): Promise<void> {
    this.#told(await this.ask("DELETE", `api/v1/notes/${id}`));
  }

  async record(form: RecorderForm): Promise<string | null> {
    return problemOf(await this.ask("POST", "api/v1/recorders", recorderBody(form)));
  }

  async turn({ id, wanted }: Recorder, isOn: boolean): Promise<void> {
    this.#told(await this.ask("PUT", `api/v1/recorders/${id}`, JSON.stringify({ ...wanted, on: isOn })));
  }

  async forget(id: number): Promise<void> {
    this.#told(await this.ask("DELETE", `api/v1/recorders/${id}`));
  }

  #told(answer: Answer): void {
    const problem = problemOf(answer);
    if (problem !== null) this.notify(problem);
  }
}

function problemOf(answer: Answer): string | null {
  return answer.isOk ? null : answer.problem;
}
