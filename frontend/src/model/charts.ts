/**
 * Charts: which charts there are, what each shows, where and how. Pure values; every function returns a new list.
 *
 * Limits: `MOST_CHARTS` on a page, `MOST_TAGS` on a chart; above them the list stays unchanged.
 */

import type { Range } from "../data/segment";
import { leaf } from "../text";
import { type ChartStyle, PLAIN_STYLE } from "./chartStyle";
import { arrange, type Place, put } from "./layout";
import type { LegacyStyle } from "./legacyStyle";

export const MOST_CHARTS = 24;
export const MOST_TAGS = 40;
const LONGEST_TITLE = 120;
const MOST_TOLD = 3;

export interface Chart {
  /** Unique on the page, and the same for the life of the chart. */
  readonly id: number;
  /** Empty = named after its tags. */
  readonly title: string;
  readonly tags: readonly string[];
  /** `null` = where the page puts it. */
  readonly place: Place | null;
  readonly style: ChartStyle;
  /** How to draw it as the older replay program did. */
  readonly legacyStyle?: LegacyStyle;
}

export type ChartList = readonly Chart[];

export function oneChart(tags: readonly string[]): ChartList {
  return addChart([], "", tags);
}

export function addChart(
  charts: ChartList,
  title: string,
  tags: readonly string[],
  place: Place | null = null,
  style: ChartStyle = PLAIN_STYLE,
): ChartList {
  if (charts.length >= MOST_CHARTS) return charts;
  const id = 1 + Math.max(0, ...charts.map((chart) => chart.id));
  return [...charts, { id, title: title.slice(0, LONGEST_TITLE), tags: tags.slice(0, MOST_TAGS), place, style }];
}

/** Removes the chart `id`; empties it instead if it is the last. */
export function removeChart(charts: ChartList, id: number): ChartList {
  if (charts.length > 1) return charts.filter((chart) => chart.id !== id);
  return changeChart(charts, id, { title: "", tags: [], style: PLAIN_STYLE, place: null });
}

export function changeChart(charts: ChartList, id: number, change: Partial<Omit<Chart, "id">>): ChartList {
  return charts.map((chart) => (chart.id === id ? { ...chart, ...change } : chart));
}

/** Puts the chart `id` in `place`; from now on every chart has its own place. */
export function placeChart(charts: ChartList, id: number, place: Place): ChartList {
  const before = [...arrange(charts)].map(([other, where]) => ({ id: other, place: where }));
  const after = new Map(put(before, id, place).map((item) => [item.id, item.place]));
  return charts.map((chart) => ({ ...chart, place: after.get(chart.id) ?? null }));
}

/** Adds `tag` to the chart `id`; changes nothing at the limit, or if the chart has it already. */
export function addTag(charts: ChartList, id: number, tag: string): ChartList {
  return charts.map((chart) => {
    const isUnchanged = chart.id !== id || chart.tags.includes(tag) || chart.tags.length >= MOST_TAGS;
    return isUnchanged ? chart : { ...chart, tags: [...chart.tags, tag] };
  });
}

/** Takes `tag` off the chart `id`, or off every chart. */
export function dropTag(charts: ChartList, tag: string, id: number | null = null): ChartList {
  return charts.map((chart) => {
    const isUnchanged = (id !== null && chart.id !== id) || !chart.tags.includes(tag);
    return isUnchanged ? chart : { ...chart, tags: chart.tags.filter((other) => other !== tag) };
  });
}

/** Every tag on any chart, once, in the order of the charts. */
export function drawnTags(charts: ChartList): string[] {
  return [...new Set(charts.flatMap((chart) => chart.tags))];
}

/** The tags that charts are folded by. */
export function foldingTags(charts: ChartList): string[] {
  return charts.flatMap(({ style }) => style.fold?.by ?? []);
}

/**
 * The earlier stretches that charts compare with, by tag; if two charts want different ones, from the first to the
 * last.
 */
export function earlierRanges(charts: ChartList, { start, end }: Range): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const { tags, style } of charts) {
    for (const tag of style.earlier === 0 ? [] : tags) {
      const other = ranges.get(tag) ?? { start: Infinity, end: -Infinity };
      ranges.set(tag, {
        start: Math.min(other.start, start - style.earlier),
        end: Math.max(other.end, end - style.earlier),
      });
    }
  }
  return ranges;
}

/**
 * The names of all charts by their ids. Two of one name are told apart by the tags that the other has not, or else by
 * all of their tags; two of the same tags by numbers.
 */
export function chartNames(charts: ChartList): ReadonlyMap<number, string> {
  const plain = charts.map((chart) => chartName(chart));
  return new Map(
    charts.map((chart, index) => {
      const others = charts.filter((other, at) => other !== chart && plain[at] === plain[index]);
      const own = chart.tags.filter((tag) => !others.some(({ tags }) => tags.includes(tag))).map(leaf);
      const isTold = plain[index] === "" || others.length === 0;
      const [tags, number] = [sayTags(chart), others.filter(({ id }) => id < chart.id).length + 1];
      const isAlike = others.some((other) => sayTags(other) === tags);
      const more = own.length > 0 ? own.slice(0, MOST_TOLD).join(", ") : isAlike ? String(number) : tags;
      return [chart.id, isTold ? plain[index]! : `${plain[index]}: ${more}`];
    }),
  );
}

function sayTags({ tags }: Chart): string {
  return tags.slice(0, MOST_TOLD).map(leaf).sort().join(", ");
}

/** The name of a chart: its title, else its only tag, else what its tags have in common, else their last parts. */
export function chartName({ title, tags }: Pick<Chart, "title" | "tags">): string {
  if (title !== "") return title;
  if (tags.length <= 1) return tags[0] ?? "";
  const common = commonPath(tags);
  if (common !== "") return common.slice(0, -1);
  const leaves = tags.map(leaf);
  return (new Set(leaves).size === leaves.length ? leaves : tags).join(", ");
}

/** What all tags end with, in whole parts, beside what they begin with: `/temp`; may be empty. */
export function commonEnd(tags: readonly string[]): string {
  if (tags.length < 2) return "";
  const turned = (tag: string): string => tag.split("/").reverse().join("/");
  const path = commonPath(tags);
  const rests = tags.map((tag) => tag.slice(path.length));
  return turned(commonPath(rests.map(turned)));
}

/** What all tags begin with, in whole parts: `line1/pump/`; may be empty. Never a whole tag. */
export function commonPath(tags: readonly string[]): string {
  const parts = tags.map((tag) => tag.split("/"));
  let depth = 0;
  while (parts.length > 0 && parts.every((path) => path.length > depth + 1 && path[depth] === parts[0]![depth]))
    depth += 1;
  return depth === 0 ? "" : `${parts[0]!.slice(0, depth).join("/")}/`;
}
