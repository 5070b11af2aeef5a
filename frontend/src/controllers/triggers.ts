/**
 * Triggers and captures, as the server has them for everybody: sets and removes triggers, and shows captures on the
 * charts. The points of a capture are fetched when they are needed.
 */

import { batch, computed, effect, signal } from "@preact/signals";

import { type Capture, type CaptureHead, decodeCapture, decodeLines } from "../model/captures";
import { addChart } from "../model/charts";
import { lookAt, pause } from "../model/timeView";
import {
  type Condition,
  DRAFT,
  decodeTrigger,
  findProblem,
  levelOf,
  parseLevel,
  type Trigger,
  type TriggerForm,
  type TriggerLevel,
  triggerBody,
} from "../model/trigger";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import type { Answer, Ask } from "../protocol/rest";
import type { State } from "../state";

export class Triggers {
  readonly all = signal<readonly Trigger[]>([]);
  readonly #captures = signal<readonly CaptureHead[]>([]);
  /** Newest first. */
  readonly captures = computed<readonly CaptureHead[]>(() => [...this.#captures.value].reverse());
  /** Whether a new capture of a trigger that was armed here is shown at once, in a picture that stands still. */
  readonly showsAtOnce = signal(true);
  /** What the form says so far, the level as it is typed; `null` = it is not open. */
  readonly draft = signal<{ readonly tag: string; readonly condition: Condition; readonly level: string } | null>(null);
  /** Where the charts show what is waited for. */
  readonly levels = computed<readonly TriggerLevel[]>(() => {
    const isMovable = this.state.mayAdmin.value;
    const found = this.all.value
      .map(({ id, wanted, isArmed }) => levelOf(id, wanted, isArmed, isMovable))
      .filter((level) => level !== null);
    const { draft } = this;
    const level = draft.value && levelOf(DRAFT, { ...draft.value, level: parseLevel(draft.value.level) }, false, true);
    const isThere = found.some(({ tag, value }) => tag === level?.tag && value === level.value);
    return level === null || isThere ? found : [...found, level];
  });
  readonly #armedHere = new Set<number>();

  constructor(
    private readonly state: State,
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
  ) {}

  start(): void {
    effect(() => {
      if (this.state.view.value.mode === "live") this.state.shown.value = null;
    });
  }

  // What a person does

  /** Sets a trigger that captures the tags on charts; returns what is wrong with it, or `null`. */
  async add(wanted: TriggerForm): Promise<string | null> {
    const problem = findProblem(wanted);
    if (problem !== null) return problem;
    const answer = await this.ask("POST", "api/v1/triggers", triggerBody(wanted, this.state.drawn.peek()));
    if (!answer.isOk) return answer.problem;
    this.#armedHere.add(Number((answer.value as { readonly id?: unknown } | null)?.id));
    return null;
  }

  async arm({ id, wanted }: Trigger, isArmed: boolean): Promise<void> {
    if (isArmed) this.#armedHere.add(id);
    const body = JSON.stringify({ ...wanted, armed: isArmed });
    this.#told(await this.ask("PUT", `api/v1/triggers/${id}`, body));
  }

  forgetDraft(): void {
    this.draft.value = null;
  }

  /** The line of a level was dragged: the trigger waits for that from now on, armed or not as before. */
  async moveLevel(id: number, level: number): Promise<void> {
    if (id === DRAFT) {
      if (this.draft.peek() !== null) this.draft.value = { ...this.draft.peek()!, level: String(level) };
      return;
    }
    const trigger = this.all.peek().find((one) => one.id === id);
    if (trigger === undefined) return;
    this.all.value = this.all
      .peek()
      .map((one) => (one === trigger ? { ...one, wanted: { ...one.wanted, level } } : one));
    this.#told(await this.ask("PUT", `api/v1/triggers/${id}`, JSON.stringify({ ...trigger.wanted, level })));
  }

  async remove(id: number): Promise<void> {
    this.#told(await this.ask("DELETE", `api/v1/triggers/${id}`));
  }

  async change(id: number, label: { readonly name?: string; readonly pinned?: boolean }): Promise<void> {
    this.#told(await this.ask("PUT", `api/v1/captures/${id}`, JSON.stringify(label)));
  }

  async discard(id: number): Promise<void> {
    this.#told(await this.ask("DELETE", `api/v1/captures/${id}`));
  }

  /** The capture with its points; `null`, and a notice, if they cannot be had. */
  async fetch(head: CaptureHead): Promise<Capture | null> {
    const { shown } = this.state;
    if (shown.peek()?.id === head.id) return { ...shown.peek()!, ...head };
    const answer = await this.ask("GET", `api/v1/captures/${head.id}`);
    this.#told(answer);
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

  #told(answer: Answer): void {
    if (!answer.isOk) this.notify(answer.problem);
  }

  // What the server says

  accept(frame: LedgerFrame): void {
    if (frame.name === "triggers") this.all.value = applyLedger(this.all.peek(), frame, decodeTrigger);
    if (frame.name !== "captures") return;
    const before = new Set(this.#captures.peek().map(({ id }) => id));
    this.#captures.value = applyLedger(this.#captures.peek(), frame, decodeCapture);
    const { shown } = this.state;
    if (shown.peek() !== null && !this.#captures.peek().some(({ id }) => id === shown.peek()!.id)) shown.value = null;
    const news = this.#captures.peek().filter(({ id, trigger }) => !before.has(id) && this.#armedHere.has(trigger));
    const newest = news.at(-1);
    if (!frame.full && newest !== undefined && this.showsAtOnce.peek() && shown.peek() === null) void this.show(newest);
  }
}
