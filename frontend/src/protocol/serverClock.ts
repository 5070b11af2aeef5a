/** Server clock: the server's time, estimated from the stamps of its frames. Reads no clock itself. */

const FORGETTING = 0.02;

/**
 * A frame is never early: the largest difference between its stamp and our clock had the shortest delay and is the best
 * estimate. The estimate sinks slowly, to follow a clock that was set back.
 */
export class ServerClock {
  #offset: number | null = null;

  /** `stamp`: the server's POSIX seconds in a frame; `local`: our seconds (any origin, steady) when it came. */
  observe(stamp: number, local: number): void {
    const offset = stamp - local;
    if (this.#offset === null || offset > this.#offset || this.#offset - offset > 5) this.#offset = offset;
    else this.#offset += (offset - this.#offset) * FORGETTING;
  }

  /** The server's POSIX seconds at our `local`; `fallback` until a frame has come. */
  at(local: number, fallback: number): number {
    return this.#offset === null ? fallback : local + this.#offset;
  }

  forget(): void {
    this.#offset = null;
  }
}
