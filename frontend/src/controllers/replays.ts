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
const NOTHING: RecordingList = { enabled: true, canPublish: false, files: [] };

export class Replays {
  readonly isOpen = signal(false);
  readonly recordings = signal<RecordingList>(NOTHING);
  /** The chosen file; `null` while there is none, or while the server reads it. */
  readonly info = signal<RecordingInfo | null>(null);
  readonly all = signal<readonly Replay[]>([]);
  readonly running = computed(() => this.all.value.filter(({ state }) => state === "running"));
  readonly messages = signal<readonly string[]>([]);
  /** Why the last request failed; "" when it did not. */
  readonly problem = signal("");
  readonly link;

  readonly #ask: Ask;

  constructor(base: string, query: string, ask?: typeof fetch) {
    this.#ask = restAt(base, ask);
    this.link = parseReplayLink(query);
    this.isOpen.value = this.link !== null;
  }

  /** Asks what is running; call it on every new connection. */
  async refresh(): Promise<void> {
    const answer = await this.#request("GET", "api/v1/replays");
    if (!Array.isArray(answer)) return;
    this.all.value = (answer as readonly Json[])
      .map((item) => decodeReplay(item))
      .filter((item): item is Replay => item !== null);
    if (this.running.value.length > 0) this.isOpen.value = true;
  }

  /** Whether the tag was replayed from a file that is at its end, and not played again since. */
  hasEnded(tag: string): boolean {
    const own = this.all.value.filter(({ tags }) => tags.includes(tag));
    return own.length > 0 && own.every(({ state }) => state !== "running");
  }

  async open(): Promise<void> {
    this.isOpen.value = true;
    const answer = await this.#request("GET", "api/v1/recordings");
    if (answer !== null) this.recordings.value = decodeList(answer);
  }

  close(): void {
    this.isOpen.value = false;
  }

  async choose(file: string): Promise<RecordingInfo | null> {
    this.info.value = null;
    if (file === "") return null;
    const answer = await this.#request("GET", `api/v1/recordings?file=${encodeURIComponent(file)}`);
    this.info.value = answer === null ? null : decodeInfo(answer);
    return this.info.value;
  }

  async start(request: ReplayRequest): Promise<Replay | null> {
    this.messages.value = [];
    const answer = await this.#request("POST", "api/v1/replays", encodeRequest(request));
    if (answer === null) return null;
    this.all.value = withReplay(this.all.value, answer);
    return decodeReplay(answer);
  }

  async stop(id: string): Promise<void> {
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
    this.problem.value = answer.isOk ? "" : answer.problem;
    return answer.isOk ? answer.value : null;
  }
}
