/**
 * Alarms: watches the tags against their limits while the page is open. Owns the limits set here and the list of
 * events.
 *
 * It judges tags on a chart point by point, also points from before the page was opened; other tags by their last
 * value, twice a second.
 */

import { effect, signal } from "@preact/signals";

import type { Entry } from "../data/directory";
import type { Session } from "../data/session";
import { EventLog, type LimitEvent, sayEvent } from "../model/limitEvents";
import {
  effectiveLimits,
  hasLimits,
  type Level,
  type LimitSet,
  type OwnLimitsByTag,
  readLimits,
  withLimit,
  writeLimits,
} from "../model/limits";
import { recall, store } from "../storage";
import { leaf, visible } from "../text";
import { AlarmSignal } from "./alarmSignal";

const TO_THE_END = Infinity;
/** An event older than this makes no sound. */
const NEWS_SECONDS = 15;

export class Alarms {
  readonly own = signal<OwnLimitsByTag>(new Map());
  /** Newest first. */
  readonly events = signal<readonly LimitEvent[]>([]);
  readonly dropped = signal(0);
  readonly wantsSound = signal(false);
  readonly wantsBlink = signal(false);
  readonly #log = new EventLog();
  readonly #signal: AlarmSignal;
  #told = 0;

  constructor(
    private readonly page: Window,
    private readonly session: Session,
    /** The server's clock. */
    private readonly now: () => number,
  ) {
    this.#signal = new AlarmSignal(page);
    this.own.value = readLimits(recall(page, "limits"));
    this.wantsSound.value = recall(page, "sound") === "on";
    this.wantsBlink.value = recall(page, "blink") === "on";
  }

  start(): void {
    effect(() => void store(this.page, "limits", writeLimits(this.own.value)));
    effect(() => void store(this.page, "sound", this.wantsSound.value ? "on" : "off"));
    effect(() => void store(this.page, "blink", this.wantsBlink.value ? "on" : "off"));
    effect(() => this.#call(this.events.value));
  }

  limitsOf(tag: string): LimitSet {
    return effectiveLimits(this.session.directory.find(tag)?.info.meta ?? {}, this.own.value.get(tag));
  }

  /** The limit that the newest value is beyond. */
  levelOf(tag: string): Level | null {
    void this.events.value;
    return this.#log.openOf(tag)?.level ?? null;
  }

  /** `null` = no limit, `undefined` = the device's limit again. All held points of the tag are judged again. */
  setLimit(tag: string, level: Level, value: number | null | undefined): void {
    this.own.value = withLimit(this.own.value, tag, level, value);
    this.#log.forget(tag);
    this.#judge(tag);
    this.#show();
  }

  /** New points of tags on charts. */
  newPoints(tags: Iterable<string>): void {
    let isChanged = false;
    for (const tag of tags) isChanged = this.#judge(tag) || isChanged;
    if (isChanged) this.#show();
  }

  /** New last values of all tags. */
  newTable(drawn: readonly string[]): void {
    let isChanged = false;
    for (const entry of this.session.directory.entries()) {
      if (!drawn.includes(entry.info.tag)) isChanged = this.#judgeLast(entry) || isChanged;
    }
    if (isChanged) this.#show();
  }

  #judge(tag: string): boolean {
    const limits = this.limitsOf(tag);
    if (this.#isIdle(tag, limits) || this.session.directory.find(tag)?.info.kind !== "number") return false;
    const segments = this.session.series(tag)?.read({ start: this.#log.judgedUntil(tag), end: TO_THE_END }) ?? [];
    let isChanged = false;
    for (const segment of segments) isChanged = this.#log.observe(tag, segment, limits) || isChanged;
    return isChanged;
  }

  #judgeLast({ info, time, value, isRetained }: Entry): boolean {
    if (info.kind !== "number" || isRetained || Number.isNaN(time)) return false;
    const limits = this.limitsOf(info.tag);
    return (
      !this.#isIdle(info.tag, limits) &&
      this.#log.observe(info.tag, { times: Float64Array.of(time), values: Float64Array.of(value) }, limits)
    );
  }

  #isIdle(tag: string, limits: LimitSet): boolean {
    return !hasLimits(limits) && this.#log.openOf(tag) === undefined;
  }

  #show(): void {
    this.events.value = this.#log.list();
    this.dropped.value = this.#log.dropped;
  }

  clear(): void {
    this.#log.forget();
    this.#show();
  }

  /** The server has restarted: forgets what was judged; the limits stay. */
  forget(): void {
    this.clear();
  }

  #call(events: readonly LimitEvent[]): void {
    const open = events.filter(({ end }) => end === null);
    const newest = open[0];
    this.#signal.blink(
      this.wantsBlink.value && newest !== undefined ? `${visible(leaf(newest.tag))} ${sayEvent(newest)}` : null,
    );
    const isNews = open.some(({ id, start }) => id > this.#told && this.now() - start < NEWS_SECONDS);
    this.#told = Math.max(this.#told, ...events.map(({ id }) => id));
    if (isNews && this.wantsSound.value) this.#signal.tone();
  }
}
