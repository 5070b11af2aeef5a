/**
 * Requests: asks the server for stretches of history, a few at a time. Knows which answer belongs to which request, and
 * nothing of its use.
 *
 * Per tag and slot only the newest request counts: at most four wait per followed tag, at most `MOST_REQUESTS` are in
 * flight.
 */

import type { Range } from "./segment";
import type { Slot } from "./series";

/** With many more the server would count this client as one that does not read. */
const MOST_REQUESTS = 8;

export interface WantedRange {
  readonly tag: string;
  readonly asked: Range;
  readonly slot: Slot;
}

interface Pending extends WantedRange {
  /** A newer request replaced it: its answer is dropped. */
  readonly isVoid: boolean;
}

export class Requests {
  readonly #pending = new Map<number, Pending>();
  /** Not sent yet, by tag and slot. */
  readonly #waiting = new Map<string, WantedRange>();
  #last = 0;

  constructor(
    private readonly send: (request: number, wanted: WantedRange) => void,
    /** Whether the answer would still be useful. */
    private readonly isWanted: (tag: string) => boolean,
  ) {}

  /** Forgets all requests: a lost connection brings no answers. */
  clear(): void {
    this.#pending.clear();
    this.#waiting.clear();
  }

  ask(wanted: WantedRange): void {
    for (const [request, pending] of this.#pending) {
      if (pending.tag !== wanted.tag || pending.slot !== wanted.slot) continue;
      if (pending.asked.start === wanted.asked.start && pending.asked.end === wanted.asked.end) return;
      this.#pending.set(request, { ...pending, isVoid: true });
    }
    this.#waiting.set(`${wanted.slot} ${wanted.tag}`, wanted);
    this.#sendWaiting();
  }

  /** An answer or a refusal has come; returns what was asked, `null` if a newer request replaced it. */
  answered(request: number): WantedRange | null {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    this.#sendWaiting();
    return pending === undefined || pending.isVoid ? null : pending;
  }

  #sendWaiting(): void {
    for (const [key, wanted] of this.#waiting) {
      if (this.#pending.size >= MOST_REQUESTS) return;
      this.#waiting.delete(key);
      if (!this.isWanted(wanted.tag)) continue;
      this.#last = (this.#last + 1) % 2 ** 32;
      this.#pending.set(this.#last, { ...wanted, isVoid: false });
      this.send(this.#last, wanted);
    }
  }
}
