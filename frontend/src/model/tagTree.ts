/**
 * Tag tree: the list of tags as rows of a tree, or in the order of a figure, such as which tag floods the broker. Pure.
 */

import type { Entry } from "../data/directory";

export interface GroupRow {
  readonly type: "group";
  /** Full path, unique among groups. */
  readonly path: string;
  readonly label: string;
  readonly depth: number;
  readonly isOpen: boolean;
  /** Every tag below, at any depth. */
  readonly tags: readonly string[];
}

export interface TagRow {
  readonly type: "tag";
  readonly tag: string;
  readonly label: string;
  readonly depth: number;
}

export type Row = GroupRow | TagRow;

interface Node {
  readonly groups: Map<string, Node>;
  /** Pairs of own label and full tag. */
  readonly tags: [string, string][];
}

/** Rows of the whole tree; groups whose path is in `closed` show no children. */
export function treeRows(tags: readonly string[], closed: ReadonlySet<string>): Row[] {
  const root: Node = { groups: new Map(), tags: [] };
  for (const tag of sortTags(tags)) insert(root, tag);
  const rows: Row[] = [];
  emit(root, "", 0, closed, rows);
  return rows;
}

/** Natural order: `pump2` before `pump10`. */
export function sortTags(tags: readonly string[]): string[] {
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return [...tags].sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
}

function insert(root: Node, tag: string): void {
  const parts = tag.split("/");
  const label = parts.pop() ?? tag;
  let node = root;
  for (const part of parts) {
    let next = node.groups.get(part);
    if (next === undefined) {
      next = { groups: new Map(), tags: [] };
      node.groups.set(part, next);
    }
    node = next;
  }
  node.tags.push([label === "" ? tag : label, tag]);
}

function emit(node: Node, path: string, depth: number, closed: ReadonlySet<string>, rows: Row[]): void {
  for (const [label, tag] of node.tags) rows.push({ type: "tag", tag, label, depth });
  for (const [name, child] of node.groups) emitGroup(name, child, path, depth, closed, rows);
}

function emitGroup(
  name: string,
  node: Node,
  path: string,
  depth: number,
  closed: ReadonlySet<string>,
  rows: Row[],
): void {
  let label = name === "" ? "/" : name;
  let full = `${path}${name}/`;
  let inner = node;
  while (inner.tags.length === 0 && inner.groups.size === 1) {
    const [only, next] = [...inner.groups][0]!;
    label += `/${only}`;
    full += `${only}/`;
    inner = next;
  }
  if (inner.tags.length === 1 && inner.groups.size === 0) {
    const [own, tag] = inner.tags[0]!;
    rows.push({ type: "tag", tag, label: `${label}/${own}`, depth });
    return;
  }
  const isOpen = !closed.has(full);
  rows.push({ type: "group", path: full, label, depth, isOpen, tags: tagsBelow(inner) });
  if (isOpen) emit(inner, full, depth + 1, closed, rows);
}

function tagsBelow(node: Node): string[] {
  return [...node.tags.map(([, tag]) => tag), ...[...node.groups.values()].flatMap(tagsBelow)];
}

/** Rows of found or ranked tags: no groups, full names. */
export function flatRows(tags: readonly string[]): Row[] {
  return tags.map((tag) => ({ type: "tag", tag, label: tag, depth: 0 }));
}

/**
 * Every word must occur, in upper or lower case; a word with `*` or `?` is a glob over the whole tag (`line*temp`),
 * whose `*` also matches `/`.
 */
export function matcher(search: string): (tag: string) => boolean {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const tests = words.map((word) => (/[*?]/.test(word) ? glob(word) : (tag: string) => tag.includes(word)));
  return (tag) => {
    const lowered = tag.toLowerCase();
    return tests.every((test) => test(lowered));
  };
}

/** Glob without a regular expression, so that no pattern can take exponential time. */
function glob(pattern: string): (text: string) => boolean {
  return (text) => {
    let at = 0;
    let star = -1;
    let resume = 0;
    let index = 0;
    while (at < text.length) {
      const symbol = pattern[index];
      if (symbol === "*") {
        star = index++;
        resume = at;
      } else if (symbol === "?" || (symbol !== undefined && symbol === text[at])) {
        index++;
        at++;
      } else if (star >= 0) {
        index = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (pattern[index] === "*") index++;
    return index === pattern.length;
  };
}

export type Sort = "tree" | "rate" | "bytes" | "age";

export const SORTS: readonly Sort[] = ["tree", "rate", "bytes", "age"];
export const SORT_NAMES: Readonly<Record<Sort, string>> = {
  tree: "Tree",
  rate: "Messages/s",
  bytes: "Bytes/s",
  age: "Age",
};

/**
 * Sorts `names` (in natural order) by figure, the greatest first; equal ones keep their order, tags without a figure
 * come last.
 */
export function rankTags(
  names: readonly string[],
  sort: Sort,
  find: (tag: string) => Entry | undefined,
  now: number,
): readonly string[] {
  if (sort === "tree") return names;
  const keyed = names.map((tag) => ({ tag, key: figureOf(find(tag), sort, now) }));
  return keyed.sort((a, b) => (a.key === b.key ? 0 : b.key - a.key)).map(({ tag }) => tag);
}

function figureOf(entry: Entry | undefined, sort: Exclude<Sort, "tree">, now: number): number {
  const figure =
    entry === undefined ? NaN : sort === "rate" ? entry.rate : sort === "bytes" ? entry.bytesRate : now - entry.arrival;
  return Number.isNaN(figure) ? -1 : figure;
}
