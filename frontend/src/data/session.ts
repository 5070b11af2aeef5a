/**
 * Session: one page's conversation with the server. Applies frames to the directory and the series, follows and
 * resumes. Does no I/O: it gets messages and the time, and sends through a callback.
 */

import { type Block, decodeFrame, PROTOCOL, SNAPSHOT, WireError } from "../protocol/frames";
import type { Hello } from "../protocol/hello";
import type { LedgerFrame } from "../protocol/ledgers";
import { type Control, decodeControl, encodeFollow, encodeWatch } from "../protocol/messages";
import { ServerClock } from "../protocol/serverClock";
import type { Status } from "../protocol/status";
import type { VerdictsFrame } from "../protocol/verdicts";
import { Directory } from "./directory";
import { HeldSeries } from "./heldSeries";
import { History, POINTS } from "./history";

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
  readonly held = new HeldSeries();
  readonly history: History;
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
  ) {
    this.history = new History(this.held, send);
  }

  /** Server's clock, POSIX seconds. */
  now(fallback: number): number {
    return this.clock.at(this.localNow(), fallback);
  }

  /** A new connection is open; the server speaks first. */
  opened(): void {
    this.#isGreeted = false;
    this.history.pause();
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
          this.#range(frame.request, frame.blocks[0]);
          break;
        case "table":
          this.directory.applyTable(frame.table);
          if (!frame.table.more) this.events.table();
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
        for (const tag of this.directory.apply(control)) this.held.delete(tag);
        if (!control.more) this.events.tags();
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
    if (request !== null) this.history.refused(request);
    if (code !== "unknown_tag") this.events.problem(`The server says: ${message}`);
  }

  #greet(hello: Hello): void {
    if (hello.protocol !== PROTOCOL) {
      this.events.problem(`This page speaks protocol ${PROTOCOL}, the server ${hello.protocol}. Reload the page.`);
      return;
    }
    if (this.#hello !== null && this.#hello.epoch !== hello.epoch) {
      const newest = this.held.extent(this.held.tags())?.end;
      this.#forgetAll();
      if (newest !== undefined) this.events.restarted(newest);
    }
    this.#hello = hello;
    this.#isGreeted = true;
    this.history.resume(hello.limits.maxRangePoints);
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

  /** The server has restarted: ids, seqs and points are void. */
  #forgetAll(): void {
    this.held.clear();
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
    this.held.keep(this.#wanted);
    if (this.#isGreeted) this.#follow(allowed, false);
  }

  #follow(tags: readonly string[], isResuming: boolean): void {
    const next = tags.flatMap((tag) => {
      const seq = this.held.get(tag)?.next ?? null;
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
      if (this.held.open(tag).accept(block, this.#window)) touched.add(tag);
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
    for (const tag of broken) this.held.delete(tag);
    this.#follow(
      this.#followed.filter((tag) => !broken.has(tag)),
      false,
    );
    this.#follow(this.#followed, false);
  }

  #range(request: number, block: Block | undefined): void {
    const tag = this.history.accept(request, block);
    if (tag !== null) this.events.history(tag);
  }
}
