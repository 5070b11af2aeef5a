/**
 * Charts: which charts there are and which tags each shows. Pure values; every function answers a new list.
 *
 * Limits: `MOST_CHARTS` on a page, `MOST_TAGS` on a chart; beyond them the list stays as it is.
 */

import type { Look } from "./look";

export const MOST_CHARTS = 24;
export const MOST_TAGS = 40;

export interface Chart {
  /** Unique on the page, and the same for the life of the chart. */
  readonly id: number;
  /** Empty = named after its tags. */
  readonly title: string;
  readonly tags: readonly string[];
  /** How it is drawn where not as the page draws. */
  readonly look?: Look;
}

export type Charts = readonly Chart[];

export function oneChart(tags: readonly string[]): Charts {
  return [{ id: 1, title: "", tags: tags.slice(0, MOST_TAGS) }];
}

export function addChart(charts: Charts, title: string, tags: readonly string[]): Charts {
  if (charts.length >= MOST_CHARTS) return charts;
  const id = 1 + Math.max(0, ...charts.map((chart) => chart.id));
  return [...charts, { id, title, tags: tags.slice(0, MOST_TAGS) }];
}

/** Adds `tag` to the chart `id`; at the limit, or when it is there already, nothing changes. */
export function addTag(charts: Charts, id: number, tag: string): Charts {
  return charts.map((chart) => {
    const isUnchanged = chart.id !== id || chart.tags.includes(tag) || chart.tags.length >= MOST_TAGS;
    return isUnchanged ? chart : { ...chart, tags: [...chart.tags, tag] };
  });
}

/** Takes `tag` off every chart. */
export function dropTag(charts: Charts, tag: string): Charts {
  return charts.map((chart) => (chart.tags.includes(tag) ? { ...chart, tags: chart.tags.filter((other) => other !== tag) } : chart));
}

/** Every tag on any chart, once, in the order of the charts. */
export function drawnTags(charts: Charts): string[] {
  return [...new Set(charts.flatMap((chart) => chart.tags))];
}
