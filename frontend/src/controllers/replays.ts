/**
 * Replays: asks the server about recordings and replays, and keeps the answers as signals. The server owns the state of
 * a replay, so every browser, and this one after a reload, sees the same.
 */

import { computed, signal } from "@preact/signals";

import type { Json, JsonObject } from "../protocol/json";
import {
  decodeInfo,
  decodeList,
  decodeReplay,
  encodeRequest,
  parseReplayLink,
  type RecordingInfo,
  type RecordingList,
  type Replay,
  type ReplayRequest,
  withReplay,
} from "../protocol/replays";
import { type Ask, restAt } from "../protocol/rest";

/** Faults in rows shown at a time; the oldest is dropped. */
const MOST_MESSAGES = 5;

export class Replays {
  readonly isOpen = signal(false);
  /** `null` until the server has said. */
  readonly recordings = signal<RecordingList | null>(null);
  /** The chosen file; `null` while there is none, or while the server reads it. */
  readonly info = signal<RecordingInfo | null>(null);
  readonly all = signal<readonly Replay[]>([]);
  readonly running = computed(() => this.all.value.filter(({ state }) => state === "running"));
  readonly messages = signal<readonly string[]>([]);
  /** Why what a person last asked for failed; "" when it did not. */
  readonly problem = signal("");
  readonly link;

  readonly #ask: Ask;
  #chosen = "";

  constructor(base: string, query: string, ask?: typeof fetch) {
    this.#ask = restAt(base, ask);
    this.link = parseReplayLink(query);
    this.isOpen.value = this.link !== null;
  }

  /** Asks what is running; call it on every new connection. */
  async refresh(): Promise<void> {
    const before = this.all.peek();
    const answer = await this.#request("GET", "api/v1/replays");
    if (!Array.isArray(answer)) return;
    const listed = (answer as readonly Json[])
      .map((item) => decodeReplay(item))
      .filter((item): item is Replay => item !== null);
    // What came meanwhile is newer, but news of progress do not tell prefix and tags.
    const newer = this.all
      .peek()
      .filter((replay) => !before.includes(replay))
      .map((replay) => {
        const { prefix, tags } = listed.find(({ id }) => id === replay.id) ?? replay;
        return { ...replay, prefix, tags };
      });
    this.all.value = [...newer, ...listed.filter(({ id }) => newer.every((replay) => replay.id !== id))];
    if (this.running.value.length > 0) this.isOpen.value = true;
  }

  /** Whether the tag was replayed from a file that is at its end, and not played again since. */
  hasEnded(tag: string): boolean {
    const own = this.all.value.filter(({ tags }) => tags.includes(tag));
    return own.length > 0 && own.every(({ state }) => state !== "running");
  }

  open(): void {
    this.problem.value = "";
    this.isOpen.value = true;
  }

  /** Asks which recordings there are. */
  async list(): Promise<void> {
    const answer = await this.#request("GET", "api/v1/recordings");
    if (answer !== null) this.recordings.value = decodeList(answer);
  }

  close(): void {
    this.isOpen.value = false;
  }

  async choose(file: string): Promise<RecordingInfo | null> {
    this.problem.value = "";
    this.info.value = null;
    this.#chosen = file;
    if (file === "") return null;
    const answer = await this.#request("GET", `api/v1/recordings?file=${encodeURIComponent(file)}`);
    if (this.#chosen !== file) return null; // another one was chosen meanwhile
    this.info.value = answer === null ? null : decodeInfo(answer);
    return this.info.value;
  }

  async start(request: ReplayRequest): Promise<Replay | null> {
    this.problem.value = "";
    this.messages.value = [];
    const answer = await this.#request("POST", "api/v1/replays", encodeRequest(request));
    if (answer === null) return null;
    this.all.value = withReplay(this.all.value, answer);
    return decodeReplay(answer);
  }

  async stop(id: string): Promise<void> {
    this.problem.value = "";
    const answer = await this.#request("POST", `api/v1/replays/${encodeURIComponent(id)}/stop`, "");
    if (answer !== null) this.all.value = withReplay(this.all.value, answer);
  }

  /** Handles an `event` frame of docs/protocol.md, if it is about replays. */
  event(kind: string, fields: JsonObject): void {
    if (!kind.startsWith("replay_")) return;
    this.all.value = withReplay(this.all.value, fields["replay"]);
    const message = fields["message"];
    if (kind === "replay_error" && typeof message === "string")
      this.messages.value = [...this.messages.value, message].slice(-MOST_MESSAGES);
  }

  async #request(method: string, path: string, body?: string): Promise<Json> {
    const answer = await this.#ask(method, path, body);
    if (!answer.isOk) this.problem.value = answer.problem;
    return answer.isOk ? answer.value : null;
  }
}
