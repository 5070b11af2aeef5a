/** Losses: which of the server's counters count something that arrived and was not kept, in words. Pure. */

import { formatCount } from "./format";

const KINDS: Readonly<Record<string, string>> = {
  messages_rejected: "messages unreadable",
  messages_refused: "messages refused",
  messages_dropped: "messages dropped",
  samples_rejected: "samples unreadable",
  samples_refused: "samples refused",
};

export interface Losses {
  readonly total: number;
  /** One line per counter, the largest first: `12 messages unreadable: bad tag`. */
  readonly lines: readonly string[];
}

export function readLosses(counters: Readonly<Record<string, number>>): Losses {
  const found = Object.entries(counters).flatMap(([name, count]) => {
    const [kind = "", reason = ""] = name.split(".");
    const words = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    return words === undefined || count <= 0 ? [] : [{ count, text: `${words}${reason === "" ? "" : `: ${reason.replace(/_/g, " ")}`}` }];
  });
  found.sort((a, b) => b.count - a.count);
  return {
    total: found.reduce((sum, { count }) => sum + count, 0),
    lines: found.map(({ count, text }) => `${formatCount(count)} ${text}`),
  };
}
