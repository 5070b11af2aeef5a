/**
 * Fetch series: all raw points of tags from the server, by REST's `series`, and where they had to go their outline.
 * Throws `FetchError` in plain words.
 */

import type { Column, Outline, Range } from "../data/segment";
import type { Kind } from "../protocol/tags";

export class FetchError extends Error {}

/** What the page knows of a tag without asking. */
export interface KnownTag {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
}

type Numbers = readonly (number | null)[];

interface SeriesAnswer {
  readonly time: readonly number[];
  readonly value: Numbers;
  /** From here on every point is held. */
  readonly points_since: number | null;
}

interface OutlineAnswer extends Readonly<Record<"min" | "max" | "mean" | "count" | "seconds", Numbers>> {
  readonly step: number;
  readonly time: readonly number[];
}

/** The finest that there is is asked for. */
const STEP = "1";
/** A bucket that ends with the first point begins before it. */
const BEFORE = 1e-6;

/** `range` `null` = all that the server holds. Tags that it does not know have no points. `points`: without outline. */
export async function fetchSeries(
  base: string,
  tags: readonly KnownTag[],
  range: Range | null,
  what: "all" | "points" = "all",
): Promise<Column[]> {
  const columns: Column[] = [];
  // one request at a time: each may be a million points
  for (const known of tags) columns.push(await fetchOne(base, known, range, what));
  return columns;
}

async function fetchOne(base: string, known: KnownTag, range: Range | null, what: string): Promise<Column> {
  const points = await ask<SeriesAnswer>(base, known.tag, range, {});
  if (points === null) return { ...known, times: [], values: [] };
  const column = { ...known, times: points.time, values: numbers(points.value) };
  const since = points.points_since;
  if (what === "points" || known.kind !== "number" || since === null || (range !== null && range.start >= since))
    return column;
  const before = { start: range?.start ?? -Infinity, end: Math.min(range?.end ?? Infinity, since - BEFORE) };
  const outline = await ask<OutlineAnswer>(base, known.tag, before, { step: STEP });
  return outline === null || outline.time.length === 0 ? column : { ...column, outline: outlineOf(outline) };
}

function outlineOf({ step, time, min, max, mean, count, seconds }: OutlineAnswer): Outline {
  return {
    ...{ step, times: time, min: numbers(min), max: numbers(max), mean: numbers(mean) },
    ...{ count: numbers(count), seconds: numbers(seconds) },
  };
}

function numbers(column: Numbers): Float64Array {
  return Float64Array.from(column, (value) => value ?? NaN);
}

/** `null` = the server does not know the tag. */
async function ask<Answer extends { readonly time: readonly number[] }>(
  base: string,
  tag: string,
  range: Range | null,
  more: Readonly<Record<string, string>>,
): Promise<Answer | null> {
  const address = new URL("api/v1/series", base);
  for (const [name, value] of Object.entries({ tag, ...more })) address.searchParams.set(name, value);
  for (const [name, time] of Object.entries(range ?? {}))
    if (Number.isFinite(time)) address.searchParams.set(name, time.toFixed(6));
  let answer: Response;
  try {
    answer = await fetch(address);
  } catch {
    throw new FetchError("The server does not answer. Try again when it is back.");
  }
  if (answer.status === 404) return null;
  const body = (await answer.json().catch(() => null)) as Answer | { error: { message: string } } | null;
  if (body !== null && "error" in body) throw new FetchError(`The server says: ${body.error.message}.`);
  if (!answer.ok || body === null || !Array.isArray(body.time))
    throw new FetchError(`The server answered ${answer.status} instead of points.`);
  return body;
}
