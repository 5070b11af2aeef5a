/** Signals: computed tags, as the server has them for everybody; previews of new ones, and the scaling of raw values. */

import { signal } from "@preact/signals";

import { decodePreview, decodeSignal, type Preview, readScaling, type Signal, type SignalForm } from "../model/signals";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import type { Answer, Ask } from "../protocol/rest";

/** What is wrong with an expression, and at which character. */
export interface Problem {
  readonly text: string;
  readonly position: number | null;
}

export class Signals {
  readonly list = signal<readonly Signal[]>([]);

  constructor(
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
  ) {}

  accept(frame: LedgerFrame): void {
    if (frame.name === "signals") this.list.value = applyLedger(this.list.peek(), frame, decodeSignal);
  }

  async preview(expression: string): Promise<Preview | Problem> {
    const answer = await this.ask("POST", "api/v1/signals/preview", JSON.stringify({ expression }));
    return answer.isOk ? decodePreview(answer.value) : problemOf(answer)!;
  }

  /** Defines a computed tag, or replaces the one with this id; returns what is wrong, or `null`. */
  async define(form: SignalForm, id: number | null): Promise<Problem | null> {
    const path = id === null ? "api/v1/signals" : `api/v1/signals/${id}`;
    return problemOf(await this.ask(id === null ? "POST" : "PUT", path, JSON.stringify(form)));
  }

  async forget(id: number): Promise<void> {
    const problem = problemOf(await this.ask("DELETE", `api/v1/signals/${id}`));
    if (problem !== null) this.notify(problem.text);
  }

  /** How a tag is scaled now; `null` where the server does not say. */
  async scaling(tag: string): Promise<ReturnType<typeof readScaling> | null> {
    const answer = await this.ask("GET", scalingOf(tag));
    return answer.isOk ? readScaling(answer.value) : null;
  }

  /** Scales a tag from now on; with `null` as the device says. Returns what is wrong, or `null`. */
  async scale(tag: string, body: string | null): Promise<string | null> {
    const answer =
      body === null ? await this.ask("DELETE", scalingOf(tag)) : await this.ask("PUT", scalingOf(tag), body);
    return problemOf(answer)?.text ?? null;
  }
}

function scalingOf(tag: string): string {
  return `api/v1/scaling?tag=${encodeURIComponent(tag)}`;
}

function problemOf(answer: Answer): Problem | null {
  return answer.isOk ? null : { text: answer.problem, position: answer.position ?? null };
}
