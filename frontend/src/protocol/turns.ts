/** Turns: work on one thing goes in the order in which it was asked for, so that an older answer never overtakes a newer one. */

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does `work` when all earlier work on `thing` is done, whether it failed or not. */
  take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing);
    const own = before === undefined ? work() : before.then(work, work);
    this.#last.set(thing, own);
    const leave = (): void => {
      if (this.#last.get(thing) === own) this.#last.delete(thing);
    };
    own.then(leave, leave);
    return own;
  }
}
