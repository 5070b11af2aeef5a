/** Ranking: tags in the order of what a person looks for: which floods the broker, which is silent. Pure. */

import type { Entry } from "./data/directory";

export type Sort = "tree" | "rate" | "bytes" | "age";

export const SORTS: readonly Sort[] = ["tree", "rate", "bytes", "age"];
export const SORT_NAMES: Readonly<Record<Sort, string>> = { tree: "Tree", rate: "Messages/s", bytes: "Bytes/s", age: "Age" };

/** Of `names` (in natural order) the most, or the oldest, first; equal ones stay in order, tags without a figure come last. */
export function rankTags(names: readonly string[], sort: Sort, find: (tag: string) => Entry | undefined, now: number): readonly string[] {
  if (sort === "tree") return names;
  const keyed = names.map((tag) => ({ tag, key: figureOf(find(tag), sort, now) }));
  return keyed.sort((a, b) => (a.key === b.key ? 0 : b.key - a.key)).map(({ tag }) => tag);
}

function figureOf(entry: Entry | undefined, sort: Exclude<Sort, "tree">, now: number): number {
  const figure = entry === undefined ? NaN : sort === "rate" ? entry.rate : sort === "bytes" ? entry.bytesRate : now - entry.arrival;
  return Number.isNaN(figure) ? -1 : figure;
}
