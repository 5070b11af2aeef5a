/** State durations: what the server says of the states of a tag on a stretch that this page does not hold whole. */

import type { Duration } from "../data/durations";
import type { Range } from "../data/segment";
import { fieldsOf, maybeNumber } from "../protocol/json";
import type { Ask } from "../protocol/rest";
import { askStatistics, isSameRange } from "./statistics";

export class StateDurations {
  readonly #known = new Map<string, { readonly range: Range; readonly durations: readonly Duration[] }>();
  readonly #underway = new Set<string>();

  constructor(
    private readonly ask: Ask,
    /** An answer has come. */
    private readonly changed: (tag: string) => void,
  ) {}

  /** `null` while it is asked for. */
  find(tag: string, range: Range): readonly Duration[] | null {
    const known = this.#known.get(tag);
    if (known !== undefined && isSameRange(known.range, range)) return known.durations;
    if (!this.#underway.has(tag)) void this.#fetch(tag, range);
    return known?.durations ?? null;
  }

  async #fetch(tag: string, range: Range): Promise<void> {
    this.#underway.add(tag);
    const answer = await askStatistics(this.ask, tag, range);
    this.#underway.delete(tag);
    const states = fieldsOf(fieldsOf(answer.isOk ? answer.value : null)["states"]);
    const durations = Object.entries(states).map(([state, value]) => {
      const number = (name: string): number => maybeNumber(fieldsOf(value)[name]) ?? 0;
      return { state, seconds: number("seconds"), starts: number("count"), share: number("share") };
    });
    this.#known.set(tag, { range, durations: durations.sort((a, b) => b.seconds - a.seconds) });
    if (answer.isOk) this.changed(tag);
  }
}
