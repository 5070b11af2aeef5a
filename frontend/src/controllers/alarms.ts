/**
 * Alarms: the events that the server saw, the same on every page; and the limits of tags, which an admin may set. The
 * browser keeps only whether it calls (sound, title), and until when a person has read the list.
 */

import { computed, effect, signal } from "@preact/signals";

import type { Session } from "../data/session";
import {
  changeBody,
  decodeTagLimits,
  type Level,
  type LimitSet,
  limitsIn,
  type Setting,
  type TagLimits,
} from "../model/limits";
import { decodeEvent, lastingLevels, sayEvent, type TagEvent } from "../model/tagEvents";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import type { Answer, Ask } from "../protocol/rest";
import { Turns } from "../protocol/turns";
import { recall, store } from "../storage";
import { leaf, visible } from "../text";
import { AlarmSignal } from "./alarmSignal";

/** An event older than this makes no sound. */
const NEWS_SECONDS = 15;

export class Alarms {
  readonly #held = signal<readonly TagEvent[]>([]);
  /** Newest first. */
  readonly events = computed<readonly TagEvent[]>(() => [...this.#held.value].reverse());
  readonly #levels = computed(() => lastingLevels(this.#held.value));
  /** Of the tags whose limits a person looks at. */
  readonly limits = signal<ReadonlyMap<string, TagLimits>>(new Map());
  /** Events that began until then, and are over, have been read. */
  readonly readUntil = signal(0);
  readonly wantsSound = signal(false);
  readonly wantsBlink = signal(false);
  readonly #signal: AlarmSignal;
  /** A change of one limit is made of the others as they are then. */
  readonly #turns = new Turns();
  #told = 0;

  constructor(
    private readonly page: Window,
    private readonly session: Session,
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
    /** The server's clock. */
    private readonly now: () => number,
  ) {
    this.#signal = new AlarmSignal(page);
    this.readUntil.value = Number(recall(page, "read-until") ?? 0) || 0;
    this.wantsSound.value = recall(page, "sound") === "on";
    this.wantsBlink.value = recall(page, "blink") === "on";
  }

  start(): void {
    effect(() => void store(this.page, "read-until", String(this.readUntil.value)));
    effect(() => void store(this.page, "sound", this.wantsSound.value ? "on" : "off"));
    effect(() => void store(this.page, "blink", this.wantsBlink.value ? "on" : "off"));
    effect(() => this.#call(this.events.value));
  }

  accept(frame: LedgerFrame): void {
    this.#held.value = applyLedger(this.#held.peek(), frame, decodeEvent);
  }

  limitsOf(tag: string): LimitSet {
    return limitsIn(this.session.directory.find(tag)?.info.meta ?? {});
  }

  /** The most severe limit that is exceeded now. */
  levelOf(tag: string): Level | null {
    return this.#levels.value.get(tag) ?? null;
  }

  isRead({ begin, end }: TagEvent): boolean {
    return end !== null && begin <= this.readUntil.value;
  }

  markRead(): void {
    this.readUntil.value = this.now();
  }

  /** Asks whose the limits of a tag are. */
  async look(tag: string): Promise<void> {
    await this.#turns.take(tag, () => this.#request(tag, "GET"));
  }

  /** Changes one of a tag's limits and leaves the others; `null` gives it back to the device. */
  async set(tag: string, setting: Setting, value: number | null): Promise<void> {
    const answer = await this.#turns.take(tag, async () => {
      if (!this.limits.peek().has(tag)) {
        const asked = await this.#request(tag, "GET");
        if (!asked.isOk) return asked;
      }
      return this.#request(tag, "PUT", changeBody(this.limits.peek().get(tag)!, setting, value));
    });
    if (!answer.isOk) this.notify(`Limits not set: ${answer.problem}`);
  }

  async #request(tag: string, method: string, body?: string): Promise<Answer> {
    const answer = await this.ask(method, `api/v1/limits?tag=${encodeURIComponent(tag)}`, body);
    if (answer.isOk) this.limits.value = new Map([...this.limits.peek(), [tag, decodeTagLimits(answer.value)]]);
    return answer;
  }

  #call(events: readonly TagEvent[]): void {
    const open = events.filter(({ end }) => end === null);
    const newest = open[0];
    this.#signal.blink(
      this.wantsBlink.value && newest !== undefined ? `${visible(leaf(newest.tag))} ${sayEvent(newest)}` : null,
    );
    const isNews = open.some(({ id, begin }) => id > this.#told && this.now() - begin < NEWS_SECONDS);
    this.#told = Math.max(0, ...events.map(({ id }) => id));
    if (isNews && this.wantsSound.value) this.#signal.tone();
  }
}
