/**
 * Ledgers: lists that the server keeps and that all pages show alike (events, triggers, captures, notes, recorders, signals), as
 * in `docs/protocol.md`. A frame holds the whole list or what changed in it. Knows nothing of what the entries mean.
 */

import { asText, isObject, items, type JsonObject, maybeNumber, numbers } from "./json";

const LEDGERS = ["events", "triggers", "captures", "notes", "recorders", "signals"] as const;
type LedgerName = (typeof LEDGERS)[number];

export interface LedgerFrame {
  readonly type: "ledger";
  readonly name: LedgerName;
  /** The entries replace all that is held. */
  readonly full: boolean;
  readonly entries: readonly JsonObject[];
  readonly gone: readonly number[];
}

/** `null` for a frame of another type. */
export function decodeLedger(fields: JsonObject): LedgerFrame | null {
  const name = LEDGERS.find((one) => one === asText(fields["type"]));
  if (name === undefined) return null;
  const entries = items(fields[name]).filter(isObject);
  return { type: "ledger", name, full: fields["full"] === true, entries, gone: numbers(fields["gone"]) };
}

interface Entry {
  readonly id: number;
}

/** What is held with the changes of a frame, by id, oldest first; entries that cannot be read are left out. */
export function applyLedger<T extends Entry>(
  held: readonly T[],
  frame: LedgerFrame,
  decode: (fields: JsonObject, id: number) => T | null,
): readonly T[] {
  const byId = new Map((frame.full ? [] : held).map((entry) => [entry.id, entry]));
  for (const id of frame.gone) byId.delete(id);
  for (const fields of frame.entries) {
    const id = maybeNumber(fields["id"]);
    const entry = id === null ? null : decode(fields, id);
    if (entry !== null) byId.set(entry.id, entry);
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
