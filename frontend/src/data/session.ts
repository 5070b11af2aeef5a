/**
 * Session: one page's conversation with the server. Applies frames to the directory and the series, follows, resumes,
 * asks for ranges. Does no I/O: it gets messages and the time, and sends through a callback.
 *
 * Memory: `TOTAL_POINTS` raw points on the whole page, shared evenly by the followed tags, `MOST_POINTS` each at most.
 */

import { type Block, decodeFrame, PROTOCOL, SNAPSHOT, WireError } from "../protocol/frames";
import type { LedgerFrame } from "../protocol/ledgers";
import {
  type Control,
  decodeControl,
  encodeFollow,
  encodeRange,
  encodeWatch,
  type Hello,
  type Status,
} from "../protocol/messages";
import { ServerClock } from "../protocol/serverClock";
import type { VerdictsFrame } from "../protocol/verdicts";
import { Directory } from "./directory";
import { Requests, type WantedRange } from "./requests";
import type { Range, Segment } from "./segment";
import { Series, type Slot } from "./series";

export const MOST_POINTS = 200_000;
export const TOTAL_POINTS = 4_000_000;
const LEAST_POINTS = 5_000;
/** Points requested per tag: about two per pixel of a wide chart. */
export const POINTS = 1500;
const DETAIL_POINTS = 3 * POINTS;
/** A picture of all that is held, as wide as the page and small. */
const OVERVIEW_POINTS = 600;
/** It is asked for again once this part of it has come anew. */
const OUTGROWN = 0.05;
const LEAST_OUTGROWN_SECONDS = 30;
/** Points of a decimated stretch that a chart needs before it asks for a finer one. */
const ENOUGH_POINTS = 700;
/** A sliding stretch is requested with this margin. */
const SLIDE_SECONDS = 30;

interface SessionEvents {
  /** New points of these tags. `isAnew`: a snapshot replaced all that was held of some of them. */
  data(tags: ReadonlySet<string>, isAnew: boolean): void;
  /** An answer to `fetch` has come for this tag. */
  history(tag: string): void;
  /** The directory has other tags, or a tag has another unit, kind or meta. */
  tags(): void;
  table(): void;
  status(status: Status): void;
  hello(hello: Hello): void;
  /** The server lives another life, and all that was held is void; the newest point of it was at `newest`. */
  restarted(newest: number): void;
  event(event: Control & { type: "event" }): void;
  /** What became of the newest messages; comes while `watchVerdicts` is on. */
  verdicts(frame: VerdictsFrame): void;
  /** A list that the server keeps, or what changed in it. */
  ledger(frame: LedgerFrame): void;
  /** Something that a person should read. */
  problem(text: string): void;
}

export class Session {
  readonly directory = new Directory();
  readonly clock = new ServerClock();
  readonly #series = new Map<string, Series>();
  readonly #requests = new Requests(
    (request, wanted) => this.#sendRange(request, wanted),
    (tag) => this.#series.has(tag),
  );
  #followed: readonly string[] = [];
  #wanted: ReadonlySet<string> = new Set();
  #window: number | null = null;
  #hello: Hello | null = null;
  #isGreeted = false;
  #isWatching = false;
  /** Frames that broke the protocol, and deltas that did not continue what is held, since the page was opened. */
  faults = 0;

  constructor(
    private readonly send: (text: string) => void,
    /** Steady local seconds. */
    private readonly localNow: () => number,
    private readonly events: SessionEvents,
  ) {}

  series(tag: string): Series | undefined {
    return this.#series.get(tag);
  }

  /** Server's clock, POSIX seconds. */
  now(fallback: number): number {
    return this.clock.at(this.localNow(), fallback);
  }

  /** A new connection is open; the server speaks first. */
  opened(): void {
    this.#isGreeted = false;
    this.#requests.clear();
  }

  text(message: string): void {
    this.#guard(() => {
      const control = decodeControl(message);
      if (control !== null) this.#control(control);
    });
  }

  binary(message: ArrayBuffer): void {
    this.#guard(() => {
      const frame = decodeFrame(message);
      this.clock.observe(frame.time, this.localNow());
      switch (frame.kind) {
        case "data":
          this.#data(frame.blocks);
          break;
        case "range":
          this.#range(frame.request, frame.blocks);
          break;
        case "table":
          this.directory.applyTable(frame.table);
          this.events.table();
          break;
      }
    });
  }

  #guard(apply: () => void): void {
    try {
      apply();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.faults += 1;
      this.events.problem(`The server sent something this page does not understand: ${error.message}.`);
    }
  }

  #control(control: Control): void {
    switch (control.type) {
      case "hello":
        this.#greet(control);
        break;
      case "tags":
        for (const tag of this.directory.apply(control)) this.#series.delete(tag);
        this.events.tags();
        break;
      case "status":
        this.clock.observe(control.time, this.localNow());
        this.events.status(control);
        break;
      case "following":
        break;
      case "error":
        this.#refused(control.code, control.message, control.request);
        break;
      case "event":
        this.events.event(control);
        break;
      case "verdicts":
        this.events.verdicts(control);
        break;
      case "ledger":
        this.events.ledger(control);
        break;
    }
  }

  #refused(code: string, message: string, request: number | null): void {
    if (request !== null) this.#requests.answered(request);
    if (code !== "unknown_tag") this.events.problem(`The server says: ${message}`);
  }

  #greet(hello: Hello): void {
    if (hello.protocol !== PROTOCOL) {
      this.events.problem(`This page speaks protocol ${PROTOCOL}, the server ${hello.protocol}. Reload the page.`);
      return;
    }
    if (this.#hello !== null && this.#hello.epoch !== hello.epoch) {
      const newest = this.held(this.#series.keys())?.end;
      this.#forgetAll();
      if (newest !== undefined) this.events.restarted(newest);
    }
    this.#hello = hello;
    this.#isGreeted = true;
    this.clock.observe(hello.time, this.localNow());
    this.events.hello(hello);
    this.#follow(this.#followed, true);
    if (this.#isWatching) this.send(encodeWatch(true));
  }

  /** Turns the stream of verdicts on or off, also for later connections. */
  watchVerdicts(isOn: boolean): void {
    if (isOn === this.#isWatching) return;
    this.#isWatching = isOn;
    if (this.#isGreeted) this.send(encodeWatch(isOn));
  }

  /** Points held, of all followed tags. */
  get points(): number {
    let sum = 0;
    for (const series of this.#series.values()) sum += series.points;
    return sum;
  }

  /** The server has restarted: ids, seqs and points are void. */
  #forgetAll(): void {
    this.#series.clear();
    this.directory.clear();
    this.clock.forget();
    this.events.tags();
  }

  /** Sets the tags to hold points of, and the live window that a first snapshot should fill. */
  follow(tags: readonly string[], window: number | null): void {
    const allowed = tags.slice(0, this.#hello?.limits.maxFollow ?? tags.length);
    if (allowed.length < tags.length)
      this.events.problem(`The server sends at most ${allowed.length} tags to one page; ${tags.length} are chosen.`);
    const isSame =
      allowed.length === this.#followed.length && allowed.every((tag, index) => tag === this.#followed[index]);
    this.#window = window;
    if (isSame) return;
    this.#followed = allowed;
    this.#wanted = new Set(allowed);
    for (const tag of [...this.#series.keys()]) if (!this.#wanted.has(tag)) this.#series.delete(tag);
    const cap = this.#cap();
    for (const series of this.#series.values()) series.cap = cap;
    if (this.#isGreeted) this.#follow(allowed, false);
  }

  #cap(): number {
    return Math.max(LEAST_POINTS, Math.min(MOST_POINTS, Math.floor(TOTAL_POINTS / Math.max(1, this.#followed.length))));
  }

  #follow(tags: readonly string[], isResuming: boolean): void {
    const next = tags.flatMap((tag) => {
      const seq = this.#series.get(tag)?.next ?? null;
      return seq === null ? [] : [[tag, seq] as const];
    });
    const resume =
      isResuming && this.#hello !== null && next.length > 0
        ? { epoch: this.#hello.epoch, next: Object.fromEntries(next) }
        : {};
    const message = { window: this.#window, points: POINTS };
    const texts = [encodeFollow({ tags, ...message, ...resume }), encodeFollow({ tags, ...message })];
    const fitting = texts.find((text) => this.#fits(text));
    if (fitting !== undefined) this.send(fitting);
    else this.#followFewer(tags, message);
  }

  #fits(text: string): boolean {
    return new TextEncoder().encode(text).length <= (this.#hello?.limits.maxFrame ?? Infinity);
  }

  /** The names do not fit into one message: sends as many as fit, and tells the person. */
  #followFewer(tags: readonly string[], message: { window: number | null; points: number }): void {
    let count = tags.length;
    while (count > 0 && !this.#fits(encodeFollow({ tags: tags.slice(0, count), ...message })))
      count = Math.floor(count * 0.9);
    this.send(encodeFollow({ tags: tags.slice(0, count), ...message }));
    this.events.problem(`${tags.length} tags are chosen, but the server takes only the first ${count} at a time.`);
  }

  #data(blocks: readonly Block[]): void {
    const touched = new Set<string>();
    const broken = new Set<string>();
    for (const block of blocks) {
      const tag = this.directory.byId(block.series)?.info.tag;
      if (tag === undefined || !this.#wanted.has(tag)) continue; // unfollowed or gone while it was in flight
      const series = this.#series.get(tag) ?? new Series(tag, this.#cap());
      this.#series.set(tag, series);
      if (series.accept(block, this.#window)) touched.add(tag);
      else broken.add(tag);
    }
    if (broken.size > 0) this.#followAfresh(broken);
    if (touched.size > 0)
      this.events.data(
        touched,
        blocks.some(({ flags }) => (flags & SNAPSHOT) !== 0),
      );
  }

  /** A tag that stays followed keeps its cursor on the server, so the broken ones are unfollowed and followed again. */
  #followAfresh(broken: ReadonlySet<string>): void {
    this.faults += broken.size;
    for (const tag of broken) this.#series.delete(tag);
    this.#follow(
      this.#followed.filter((tag) => !broken.has(tag)),
      false,
    );
    this.#follow(this.#followed, false);
  }

  #range(request: number, blocks: readonly Block[]): void {
    const wanted = this.#requests.answered(request);
    const block = blocks[0];
    const series = wanted === null ? undefined : this.#series.get(wanted.tag);
    if (wanted === null || block === undefined || series === undefined) return;
    series.acceptRange(block, wanted.asked, wanted.slot);
    this.events.history(wanted.tag);
  }

  /**
   * Asks, tag by tag, for what is not held finely enough of `range`. `isLive`: the range reaches to the newest point.
   */
  fetch(range: Range, isLive: boolean): void {
    if (!this.#isGreeted) return;
    for (const [tag, series] of this.#series) {
      if (series.covers(range, ENOUGH_POINTS)) continue;
      const asked = isLive ? { start: range.start, end: Infinity } : widened(range, (range.end - range.start) / 2);
      this.#requests.ask({ tag, asked, slot: isLive ? "wide" : "detail" });
    }
  }

  /** The same for a stretch of one tag that lies before the shown one and slides along with it. */
  fetchEarlier(tag: string, range: Range): void {
    const series = this.#series.get(tag);
    if (!this.#isGreeted || series === undefined || series.covers(range, ENOUGH_POINTS)) return;
    const { start, end } = widened(range, Math.max(SLIDE_SECONDS, (range.end - range.start) / 2));
    const newest = series.extent()?.end ?? end; // what comes after it is unknown
    this.#requests.ask({ tag, asked: { start, end: Math.max(range.end, Math.min(end, newest)) }, slot: "earlier" });
  }

  /** Asks for all that the server holds of these tags, coarsely, where that is not known or has been outgrown. */
  fetchOverview(tags: Iterable<string>): void {
    if (!this.#isGreeted) return;
    for (const tag of tags) {
      const series = this.#series.get(tag);
      if (series === undefined) continue;
      const known = series.overview();
      if (known !== null && !isOutgrown(known)) continue;
      this.#requests.ask({ tag, asked: { start: -Infinity, end: Infinity }, slot: "overview" });
    }
  }

  #sendRange(request: number, { tag, asked, slot }: WantedRange): void {
    const points = Math.min(POINTS_OF[slot], this.#hello?.limits.maxRangePoints ?? POINTS);
    this.send(encodeRange({ request, tag, start: finite(asked.start), end: finite(asked.end), points }));
  }

  /** Time of the oldest and newest point held of these tags; `null` when there is none. */
  held(tags: Iterable<string>): Range | null {
    return this.#hull(tags, (series) => series.extent());
  }

  /** The same with what was fetched for a zoom. */
  reach(tags: Iterable<string>): Range | null {
    return this.#hull(tags, (series) => series.reach());
  }

  #hull(tags: Iterable<string>, of: (series: Series) => Range | null): Range | null {
    let start = Infinity;
    let end = -Infinity;
    for (const tag of tags) {
      const series = this.#series.get(tag);
      const extent = series === undefined ? null : of(series);
      if (extent === null) continue;
      start = Math.min(start, extent.start);
      end = Math.max(end, extent.end);
    }
    return start <= end ? { start, end } : null;
  }

  /** The time of the newest point of each of these tags that has one. */
  newest(tags: Iterable<string>): readonly number[] {
    return Array.from(tags, (tag) => this.#series.get(tag)?.extent()?.end ?? null).filter((time) => time !== null);
  }
}

const POINTS_OF: Readonly<Record<Slot, number>> = {
  wide: POINTS,
  detail: DETAIL_POINTS,
  earlier: DETAIL_POINTS,
  overview: OVERVIEW_POINTS,
};

/** Whether so much has come since that the picture should be made anew. */
function isOutgrown([overview, ...since]: readonly Segment[]): boolean {
  const [first = NaN, last = NaN] = [overview?.times[0], overview?.times.at(-1)];
  const newest = since.at(-1)?.times.at(-1) ?? NaN;
  return newest - last > Math.max(LEAST_OUTGROWN_SECONDS, OUTGROWN * (last - first));
}

function widened({ start, end }: Range, margin: number): Range {
  return { start: start - margin, end: end + margin };
}

function finite(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null;
}
