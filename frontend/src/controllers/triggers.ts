/** Triggers, as the server has them for everybody: set, armed and removed, and their levels on the charts. */

import { computed, signal } from "@preact/signals";

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
import { type Ask, tellProblem } from "../protocol/rest";
import type { State } from "../state";

export class Triggers {
  readonly all = signal<readonly Trigger[]>([]);
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
  /** By their numbers: those of which this page shows a new capture at once. */
  readonly armedHere = new Set<number>();

  constructor(
    private readonly state: State,
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
  ) {}

  /** Sets a trigger that captures the tags on charts; returns what is wrong with it, or `null`. */
  async add(wanted: TriggerForm): Promise<string | null> {
    const problem = findProblem(wanted);
    if (problem !== null) return problem;
    const answer = await this.ask("POST", "api/v1/triggers", triggerBody(wanted, this.state.drawn.peek()));
    if (!answer.isOk) return answer.problem;
    this.armedHere.add(Number((answer.value as { readonly id?: unknown } | null)?.id));
    return null;
  }

  async arm({ id, wanted }: Trigger, isArmed: boolean): Promise<void> {
    if (isArmed) this.armedHere.add(id);
    const body = JSON.stringify({ ...wanted, armed: isArmed });
    tellProblem(await this.ask("PUT", `api/v1/triggers/${id}`, body), this.notify);
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
    tellProblem(
      await this.ask("PUT", `api/v1/triggers/${id}`, JSON.stringify({ ...trigger.wanted, level })),
      this.notify,
    );
  }

  async remove(id: number): Promise<void> {
    tellProblem(await this.ask("DELETE", `api/v1/triggers/${id}`), this.notify);
  }

  accept(frame: LedgerFrame): void {
    if (frame.name === "triggers") this.all.value = applyLedger(this.all.peek(), frame, decodeTrigger);
  }
}
