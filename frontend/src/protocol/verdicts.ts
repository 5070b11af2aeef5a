/**
 * Verdicts: what the server says became of a message, as in `docs/protocol.md`. Knows nothing of how they are shown.
 */

import { asText, items, type Json, type JsonObject, maybeNumber, object, texts } from "./json";

export interface Verdict {
  /** Counts up from 1, and begins again when the server restarts. */
  readonly number: number;
  /** POSIX seconds, the server's clock. */
  readonly time: number;
  readonly topic: string;
  /** Bytes of the payload. */
  readonly size: number;
  readonly outcome: string;
  readonly format: string;
  readonly samples: number;
  /** Parts of the message that could not be used. */
  readonly rejected: number;
  readonly reason: string;
  readonly notes: readonly string[];
  /** The beginning of the payload. */
  readonly payload: string;
}

export interface VerdictsFrame {
  readonly type: "verdicts";
  readonly verdicts: readonly Verdict[];
  /** Messages that have no verdict, because too many came at once. */
  readonly skipped: number;
}

export function decodeVerdicts(fields: JsonObject): VerdictsFrame {
  return {
    type: "verdicts",
    verdicts: items(fields["verdicts"]).map(decodeVerdict),
    skipped: maybeNumber(fields["skipped"]) ?? 0,
  };
}

function decodeVerdict(item: Json): Verdict {
  const fields = object(item);
  return {
    number: maybeNumber(fields["number"]) ?? 0,
    time: maybeNumber(fields["time"]) ?? NaN,
    topic: asText(fields["topic"]),
    size: maybeNumber(fields["size"]) ?? 0,
    outcome: asText(fields["outcome"]),
    format: asText(fields["format"]),
    samples: maybeNumber(fields["samples"]) ?? 0,
    rejected: maybeNumber(fields["rejected"]) ?? 0,
    reason: asText(fields["reason"]),
    notes: texts(fields["notes"]),
    payload: asText(fields["payload"]),
  };
}

/** The newest verdicts are kept, the oldest dropped. Problems have their own share, so that no flood hides them. */
export const MOST_VERDICTS = 200;

export function isProblem(verdict: Verdict): boolean {
  return verdict.outcome === "rejected" || verdict.outcome === "refused" || verdict.rejected > 0;
}

/** `held` and `news` merged, newest first, each once. */
export function mergeVerdicts(held: readonly Verdict[], news: readonly Verdict[]): readonly Verdict[] {
  const byNumber = new Map([...held, ...news].map((verdict) => [verdict.number, verdict]));
  const sorted = [...byNumber.values()].sort((a, b) => b.number - a.number);
  const [problems, fine] = [sorted.filter(isProblem), sorted.filter((verdict) => !isProblem(verdict))];
  const half = MOST_VERDICTS / 2;
  const kept = [
    ...problems.slice(0, MOST_VERDICTS - Math.min(half, fine.length)),
    ...fine.slice(0, MOST_VERDICTS - Math.min(half, problems.length)),
  ];
  return kept.sort((a, b) => b.number - a.number);
}

/**
 * What became of the message, for a person: `3 samples stored, as JSON` or `not kept: expected a number, got '12,5'`.
 */
export function sayVerdict(verdict: Verdict): string {
  const samples = `${verdict.samples} ${verdict.samples === 1 ? "sample" : "samples"}`;
  const format = verdict.format === "" ? "" : `, read as ${verdict.format}`;
  const parts = verdict.rejected > 0 && verdict.outcome !== "rejected" ? `; ${verdict.rejected} not usable` : "";
  const reason = verdict.reason === "" ? "" : `: ${verdict.reason}`;
  switch (verdict.outcome) {
    case "stored":
      return `${samples} stored${format}${parts}${reason}`;
    case "retained":
      return `kept as last known value, not as a fresh point${format}${parts}${reason}`;
    case "described":
      return `describes a tag${reason}`;
    case "rejected":
      return `not readable${reason}`;
    case "refused":
      return `no room${reason}`;
    default:
      return `${verdict.outcome}${reason}`;
  }
}
