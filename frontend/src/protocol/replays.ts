/** Replays: recordings and replays as the server describes them (docs/replay.md), and what to ask it for. Pure. */

import { formatDuration } from "../format";
import { asText, fieldsOf, items, type Json, maybeNumber } from "./json";

export interface RecordingList {
  /** False if the bridge was started without a folder. */
  readonly enabled: boolean;
  readonly canPublish: boolean;
  readonly files: readonly string[];
}

interface RecordingColumn {
  readonly name: string;
  readonly kind: string;
  readonly example: string;
  /** Why it cannot be drawn; "" = it can. */
  readonly reason: string;
}

export interface RecordingInfo {
  readonly file: string;
  readonly columns: readonly RecordingColumn[];
  /** Names of the columns that can be drawn. */
  readonly playable: readonly string[];
  readonly time: string | null;
  /** One sample per row: its tags appear only while it plays. */
  readonly long: boolean;
  /** Words on what is doubtful, or not read. */
  readonly notes: readonly string[];
}

type ReplayState = "running" | "finished" | "stopped" | "failed";

export interface Replay {
  readonly id: string;
  readonly file: string;
  readonly state: ReplayState;
  readonly text: string;
  readonly rows: number;
  readonly errors: number;
  /** From 0 to 1. */
  readonly progress: number;
  readonly secondsLeft: number | null;
  readonly prefix: string;
  readonly tags: readonly string[];
}

export type Speed = "rate" | "pace" | "fast";

export interface ReplayRequest {
  readonly file: string;
  readonly columns: readonly string[];
  readonly speed: Speed;
  readonly factor: number;
  readonly loop: boolean;
  /** Empty = the file's own name. */
  readonly prefix: string;
  readonly stamps: "now" | "original";
  readonly target: "bridge" | "broker";
}

export function encodeRequest(request: ReplayRequest): string {
  const { file, columns, speed, factor, loop, stamps, target } = request;
  const prefix = request.prefix === "" ? {} : { prefix: request.prefix };
  return JSON.stringify({ file, columns, [speed]: speed === "fast" ? true : factor, loop, stamps, target, ...prefix });
}

/** The part of a tag before the column's name. */
export function prefixOf(file: string, prefix: string): string {
  return prefix === "" ? `${file.slice(0, file.lastIndexOf("."))}/` : prefix;
}

export function decodeList(value: Json): RecordingList {
  const fields = fieldsOf(value);
  return {
    enabled: fields["enabled"] === true,
    canPublish: fields["can_publish"] === true,
    files: items(fields["recordings"]).map((item) => asText(fieldsOf(item)["file"])),
  };
}

export function decodeInfo(value: Json): RecordingInfo {
  const fields = fieldsOf(value);
  return {
    file: asText(fields["file"]),
    columns: items(fields["columns"]).map((item) => {
      const column = fieldsOf(item);
      return {
        name: asText(column["name"]),
        kind: asText(column["kind"]),
        example: asText(column["example"]),
        reason: asText(column["reason"]),
      };
    }),
    playable: items(fields["playable"]).map(asText),
    time: typeof fields["time"] === "string" ? fields["time"] : null,
    long: fields["long"] === true,
    notes: items(fields["notes"]).map(asText),
  };
}

/** A replay, in full or as progress; `before` supplies what progress leaves out. `null` if it is not a replay. */
export function decodeReplay(value: Json | undefined, before?: Replay): Replay | null {
  const fields = fieldsOf(value);
  const state = STATES.find((known) => known === fields["state"]);
  if (typeof fields["id"] !== "string" || state === undefined) return null;
  return {
    id: fields["id"],
    file: asText(fields["file"]),
    state,
    text: asText(fields["text"]),
    rows: maybeNumber(fields["rows"]) ?? 0,
    errors: maybeNumber(fields["errors"]) ?? 0,
    progress: maybeNumber(fields["progress"]) ?? 0,
    secondsLeft: maybeNumber(fields["seconds_left"]),
    prefix: typeof fields["prefix"] === "string" ? fields["prefix"] : (before?.prefix ?? ""),
    tags: Array.isArray(fields["tags"]) ? items(fields["tags"]).map(asText) : (before?.tags ?? []),
  };
}

const STATES: readonly ReplayState[] = ["running", "finished", "stopped", "failed"];

/** Puts news of one replay into the list, the newest replay first. */
export function withReplay(replays: readonly Replay[], news: Json | undefined): readonly Replay[] {
  const id = fieldsOf(news)["id"];
  const before = replays.find((replay) => replay.id === id);
  const replay = decodeReplay(news, before);
  if (replay === null) return replays;
  return before === undefined ? [replay, ...replays] : replays.map((other) => (other === before ? replay : other));
}

/** The state of a replay in words: `43 % · 12 s left`, `finished · 1000 rows`. */
export function describeReplay(replay: Replay): string {
  const rows = `${replay.rows} ${replay.rows === 1 ? "row" : "rows"}`;
  const errors = replay.errors === 0 ? "" : ` · ${replay.errors} with errors`;
  switch (replay.state) {
    case "running": {
      const left = replay.secondsLeft === null ? "" : ` · ${formatDuration(Math.ceil(replay.secondsLeft))} left`;
      return `${Math.floor(replay.progress * 100)} %${left} · ${rows}${errors}`;
    }
    case "failed":
      return `failed after ${rows}: ${replay.text}`;
    default:
      return `${replay.state} · ${rows}${errors}${replay.text === "" ? "" : `: ${replay.text}`}`;
  }
}

/**
 * What a replay link says: `?replay=run.csv&column=a&column=b&rate=10&prefix=old/&title=Press`; `null` if it names no
 * file.
 */
interface ReplayLink {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rate: number;
  readonly prefix: string;
  readonly title: string;
}

export function parseReplayLink(query: string): ReplayLink | null {
  const parameters = new URLSearchParams(query);
  const file = parameters.get("replay");
  if (file === null || file === "") return null;
  const rate = Number(parameters.get("rate") ?? "10");
  return {
    file,
    columns: parameters.getAll("column"),
    rate: rate > 0 && rate <= 1e6 ? rate : 10,
    prefix: parameters.get("prefix") ?? "",
    title: (parameters.get("title") ?? file.replace(/\.[^.]*$/, "")).slice(0, 120),
  };
}
