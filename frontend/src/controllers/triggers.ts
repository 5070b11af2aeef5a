/**
 * Triggers: the armed ones, and what they captured. Feeds the detectors with new points; once the seconds after the
 * instant have passed, captures the tags of all charts around it.
 *
 * Captures last as long as the page, triggers as long as the browser's storage. Limits: `model/captures.ts`,
 * `model/trigger.ts`.
 */

import { batch, effect, signal, untracked } from "@preact/signals";

import { joined, type Range } from "../data/segment";
import type { Session } from "../data/session";
import { FetchError, fetchSeries, type KnownTag } from "../export/fetchSeries";
import {
  addCapture,
  type Capture,
  type CapturedLine,
  type CaptureList,
  discardCapture,
  NO_CAPTURES,
  renameCapture,
} from "../model/captures";
import { addChart } from "../model/charts";
import { lookAt, pause } from "../model/timeView";
import {
  checkTrigger,
  Detector,
  MOST_TRIGGERS,
  readTriggers,
  sayCondition,
  type Trigger,
  writeTriggers,
} from "../model/trigger";
import type { State } from "../state";
import { recall, store } from "../storage";

/** Data of the seconds after the instant may be late; wait at most this much longer. */
const GRACE_SECONDS = 2;

/** A trigger that has fired and waits for the seconds after the instant. */
interface Firing {
  readonly trigger: Trigger;
  readonly at: number;
  /** The server's clock when it fired. */
  readonly noticed: number;
}

export class Triggers {
  readonly kept = signal<CaptureList>(NO_CAPTURES);
  /** Triggers whose capture is still being made. */
  readonly firing = signal<ReadonlySet<number>>(new Set());
  /** Whether a new capture is shown at once, in a picture that stands still. */
  readonly showsAtOnce = signal(true);
  readonly #detectors = new Map<number, Detector>();
  readonly #firings = new Map<number, Firing>();
  #captureCount = 0;

  constructor(
    private readonly page: Window,
    private readonly state: State,
    private readonly session: Session,
    /** The server's clock. */
    private readonly now: () => number,
  ) {
    state.triggers.value = readTriggers(recall(page, "triggers"));
  }

  start(): void {
    effect(() => void store(this.page, "triggers", writeTriggers(this.state.triggers.value)));
    effect(() => {
      if (this.state.view.value.mode === "live") this.state.shown.value = null;
    });
    effect(() => {
      // heartbeat: the seconds after an instant pass without data too; names of states may come after their points
      void this.state.status.value;
      untracked(() => this.#judge(this.state.triggers.value));
    });
  }

  // What a person does

  /** Adds a trigger and arms it; returns what is wrong with it, or `null`. */
  add(wanted: Omit<Trigger, "id" | "isArmed">): string | null {
    const { triggers } = this.state;
    if (triggers.value.length >= MOST_TRIGGERS)
      return `At most ${MOST_TRIGGERS} triggers can be set; remove one first.`;
    const id = 1 + Math.max(0, ...triggers.value.map((trigger) => trigger.id));
    const checked = checkTrigger({ ...wanted, id, isArmed: true });
    if (typeof checked === "string") return checked;
    triggers.value = [...triggers.value, checked];
    this.#prepare(checked);
    return null;
  }

  arm(id: number, isArmed: boolean): void {
    this.#forget(id);
    this.state.triggers.value = this.state.triggers.value.map((trigger) =>
      trigger.id === id ? { ...trigger, isArmed } : trigger,
    );
    for (const trigger of this.state.triggers.value) if (trigger.id === id && isArmed) this.#prepare(trigger);
  }

  remove(id: number): void {
    this.#forget(id);
    this.state.triggers.value = this.state.triggers.value.filter((trigger) => trigger.id !== id);
  }

  /**
   * Shows the capture on the charts in place of live data, until they are live again. If no chart has one of its tags,
   * it gets a chart of its own.
   */
  show(capture: Capture): void {
    const { charts, drawn, isChosen, shown, view } = this.state;
    const tags = capture.lines.map(({ tag }) => tag);
    batch(() => {
      if (!tags.some((tag) => drawn.value.includes(tag))) charts.value = addChart(charts.value, capture.name, tags);
      isChosen.value = true;
      shown.value = capture;
      view.value = lookAt(pause(view.value, capture.range), capture.range);
    });
  }

  rename(id: number, name: string): void {
    this.kept.value = renameCapture(this.kept.value, id, name);
  }

  discard(id: number): void {
    this.kept.value = discardCapture(this.kept.value, id);
    if (this.state.shown.value?.id === id) this.state.shown.value = null;
  }

  // What the data does

  newPoints(tags: ReadonlySet<string>): void {
    this.#judge(this.state.triggers.peek().filter(({ tag }) => tags.has(tag)));
  }

  /** Judges what is new for these triggers, and makes the captures that are due. */
  #judge(triggers: readonly Trigger[]): void {
    for (const trigger of triggers) if (trigger.isArmed && !this.#firings.has(trigger.id)) this.#watch(trigger);
    for (const firing of [...this.#firings.values()]) if (this.#isDue(firing)) this.#finish(firing);
  }

  /** Points held when it is armed do not fire. If none are held yet, the first snapshot counts as held. */
  #prepare(trigger: Trigger): Detector | null {
    const series = this.session.series(trigger.tag);
    if (series === undefined) return null;
    const detector = new Detector(trigger, series.last());
    this.#detectors.set(trigger.id, detector);
    return detector;
  }

  #watch(trigger: Trigger): void {
    const detector = this.#detectors.get(trigger.id) ?? this.#prepare(trigger);
    if (detector === null) return;
    const info = this.session.directory.find(trigger.tag)?.info;
    const names = info === undefined || (info.kind !== "state" && info.states.length === 0) ? null : info.states;
    for (const segment of this.session.series(trigger.tag)?.read({ start: detector.judgedUntil, end: Infinity }) ??
      []) {
      const at = detector.observe(segment, names);
      if (at !== null) {
        this.#fire({ trigger, at, noticed: this.now() });
        return;
      }
    }
  }

  #fire(firing: Firing): void {
    this.#firings.set(firing.trigger.id, firing);
    this.firing.value = new Set(this.#firings.keys());
  }

  #isDue({ trigger, at, noticed }: Firing): boolean {
    const newest = this.session.series(trigger.tag)?.last()?.time ?? -Infinity;
    return newest >= at + trigger.after || this.now() >= noticed + trigger.after + GRACE_SECONDS;
  }

  #finish({ trigger, at }: Firing): void {
    const range = { start: at - trigger.before, end: at + trigger.after };
    this.#firings.delete(trigger.id);
    this.firing.value = new Set(this.#firings.keys());
    if (trigger.isRepeating) this.#detectors.get(trigger.id)?.skipTo(range.end);
    else this.arm(trigger.id, false);
    const tags = [...new Set([trigger.tag, ...this.state.drawn.peek()])];
    void this.#freeze(
      trigger,
      at,
      range,
      tags.map((tag) => this.#known(tag)),
    );
  }

  /** The points that the server holds; if it does not answer, those that this page holds. */
  async #freeze(trigger: Trigger, at: number, range: Range, tags: readonly KnownTag[]): Promise<void> {
    const held = tags.map(
      (known): CapturedLine => ({ ...known, ...joined(this.session.series(known.tag)?.read(range) ?? [], range) }),
    );
    const isHeldExact = tags.every(({ tag }) => this.session.series(tag)?.isRaw(range) ?? true);
    const [lines, isExact] = await this.#collect(tags, range, held, isHeldExact);
    this.#captureCount += 1;
    const reason = `${trigger.tag} ${sayCondition(trigger)}`;
    const capture = {
      id: this.#captureCount,
      name: trigger.name || `Capture ${this.#captureCount}`,
      reason,
      at,
      range,
      lines,
      isExact,
    };
    this.kept.value = addCapture(this.kept.peek(), capture);
    if (this.showsAtOnce.peek() && this.state.shown.peek() === null) this.show(capture);
  }

  async #collect(
    tags: readonly KnownTag[],
    range: Range,
    held: readonly CapturedLine[],
    isHeldExact: boolean,
  ): Promise<[readonly CapturedLine[], boolean]> {
    try {
      const columns = await fetchSeries(this.page.document.baseURI, tags, range);
      return [
        columns.map((column) => ({
          ...column,
          times: Float64Array.from(column.times),
          values: Float64Array.from(column.values),
        })),
        true,
      ];
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      return [held, isHeldExact];
    }
  }

  #known(tag: string): KnownTag {
    const info = this.session.directory.find(tag)?.info;
    return { tag, unit: info?.unit ?? "", kind: info?.kind ?? "number", states: info?.states ?? [] };
  }

  /** The server has restarted: judges points from its new beginning. Captures stay. */
  forget(): void {
    for (const { id } of this.state.triggers.peek()) this.#forget(id);
  }

  #forget(id: number): void {
    this.#detectors.delete(id);
    if (this.#firings.delete(id)) this.firing.value = new Set(this.#firings.keys());
  }
}
