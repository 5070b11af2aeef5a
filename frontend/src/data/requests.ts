/**
 * Requests: stretches of history asked of the server, a few at a time. Knows which answer belongs to which question; what is done
 * with it, it is not told.
 *
 * Per tag and slot only the newest question counts: at most three wait per followed tag, at most `MOST_REQUESTS` are under way.
 */

import type { Range } from "./segment";
import type { Slot } from "./series";

/** The server takes a client with many more for one that does not read. */
const MOST_REQUESTS = 8;

export interface Wanted {
  readonly tag: string;
  readonly asked: Range;
  readonly slot: Slot;
}

interface Pending extends Wanted {
  /** A newer request took its place: its answer is dropped. */
  readonly isVoid: boolean;
}

export class Requests {
  readonly #pending = new Map<number, Pending>();
  /** Not sent yet, by tag and slot. */
  readonly #waiting = new Map<string, Wanted>();
  #last = 0;

  constructor(
    private readonly send: (request: number, wanted: Wanted) => void,
    /** Whether the answer would still be of use. */
    private readonly isWanted: (tag: string) => boolean,
  ) {}

  /** Forgets all: of a lost connection come no answers. */
  clear(): void {
    this.#pending.clear();
    this.#waiting.clear();
  }

  ask(wanted: Wanted): void {
    for (const [request, pending] of this.#pending) {
      if (pending.tag !== wanted.tag || pending.slot !== wanted.slot) continue;
      if (pending.asked.start === wanted.asked.start && pending.asked.end === wanted.asked.end) return;
      this.#pending.set(request, { ...pending, isVoid: true });
    }
    this.#waiting.set(`${wanted.slot} ${wanted.tag}`, wanted);
    this.#sendWaiting();
  }

  /** An answer or a refusal has come: what it was asked for, `null` when that does not count any more. */
  answered(request: number): Wanted | null {
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
