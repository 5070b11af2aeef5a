/**
 * Captures, as the server has them for everybody: shown on the charts, named, pinned and discarded. The points of a
 * capture are fetched when they are needed.
 */

import { batch, computed, effect, signal } from "@preact/signals";

import { type Capture, type CaptureHead, decodeCapture, decodeLines } from "../model/captures";
import { addChart } from "../model/charts";
import { lookAt, pause } from "../model/timeView";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import { type Ask, tellProblem } from "../protocol/rest";
import type { State } from "../state";

export class Captures {
  readonly #all = signal<readonly CaptureHead[]>([]);
  readonly newestFirst = computed<readonly CaptureHead[]>(() => [...this.#all.value].reverse());
  /** Whether a new capture of a trigger that was armed here is shown at once, in a picture that stands still. */
  readonly showsAtOnce = signal(true);

  constructor(
    private readonly state: State,
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
    private readonly isArmedHere: (trigger: number) => boolean,
  ) {}

  start(): void {
    effect(() => {
      if (this.state.view.value.mode === "live") this.state.shown.value = null;
    });
  }

  async change(id: number, label: { readonly name?: string; readonly pinned?: boolean }): Promise<void> {
    tellProblem(await this.ask("PUT", `api/v1/captures/${id}`, JSON.stringify(label)), this.notify);
  }

  async discard(id: number): Promise<void> {
    tellProblem(await this.ask("DELETE", `api/v1/captures/${id}`), this.notify);
  }

  /** The capture with its points; `null`, and a notice, if they cannot be had. */
  async fetch(head: CaptureHead): Promise<Capture | null> {
    const { shown } = this.state;
    if (shown.peek()?.id === head.id) return { ...shown.peek()!, ...head };
    const answer = await this.ask("GET", `api/v1/captures/${head.id}`);
    tellProblem(answer, this.notify);
    return answer.isOk ? { ...head, lines: decodeLines(answer.value) } : null;
  }

  /**
   * Shows the capture on the charts in place of live data, until they are live again. If no chart has one of its tags,
   * it gets a chart of its own.
   */
  async show(head: CaptureHead): Promise<void> {
    const capture = await this.fetch(head);
    if (capture === null) return;
    const { charts, drawn, isChosen, shown, view } = this.state;
    batch(() => {
      if (!capture.tags.some((tag) => drawn.value.includes(tag)))
        charts.value = addChart(charts.value, capture.name, capture.tags);
      isChosen.value = true;
      shown.value = capture;
      view.value = lookAt(pause(view.value, capture.range), capture.range);
    });
  }

  accept(frame: LedgerFrame): void {
    if (frame.name !== "captures") return;
    const before = new Set(this.#all.peek().map(({ id }) => id));
    this.#all.value = applyLedger(this.#all.peek(), frame, decodeCapture);
    const { shown } = this.state;
    if (shown.peek() !== null && !this.#all.peek().some(({ id }) => id === shown.peek()!.id)) shown.value = null;
    const news = this.#all.peek().filter(({ id, trigger }) => !before.has(id) && this.isArmedHere(trigger));
    const newest = news.at(-1);
    if (!frame.full && newest !== undefined && this.showsAtOnce.peek() && shown.peek() === null) void this.show(newest);
  }
}
