/**
 * Backfill: asks for history that the charts lack, soon after a change of what they show, and every few seconds, since
 * a live window slides and rings overwrite. In a hidden tab it waits.
 */

import type { Range } from "../data/segment";
import type { Session } from "../data/session";
import { earlierRanges } from "../model/charts";
import type { State } from "../state";

const SOON_MS = 150;
const AGAIN_MS = 5000;

export class Backfill {
  #timer = 0;

  constructor(
    private readonly page: Window,
    private readonly state: State,
    private readonly session: Session,
    /** What the charts show now. */
    private readonly shown: () => Range,
  ) {}

  soon(): void {
    this.page.clearTimeout(this.#timer);
    this.#timer = this.page.setTimeout(() => this.#ask(), SOON_MS);
  }

  #ask(): void {
    if (this.page.document.visibilityState !== "hidden") this.#fetch();
    this.#timer = this.page.setTimeout(() => this.#ask(), AGAIN_MS);
  }

  #fetch(): void {
    const { mode, window } = this.state.view.peek();
    const shown = this.shown();
    const isLive = mode === "live";
    this.session.history.fetch(isLive && window === null ? { start: -Infinity, end: shown.end } : shown, isLive);
    for (const [tag, range] of earlierRanges(this.state.charts.peek(), shown))
      this.session.history.fetchEarlier(tag, range);
  }
}
