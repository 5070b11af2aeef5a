/** Fetch series: all raw points of tags from the server, by REST's `series`. Throws `FetchError` in plain words. */

import type { Column, Range } from "../data/segment";
import type { Kind } from "../protocol/messages";

export class FetchError extends Error {}

/** What the page knows of a tag without asking. */
export interface KnownTag {
  readonly tag: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly states: readonly string[];
}

interface SeriesAnswer {
  readonly time: readonly number[];
  readonly value: readonly (number | null)[];
}

/** `range` `null` = all that the server holds. Tags that it does not know have no points. */
export async function fetchSeries(base: string, tags: readonly KnownTag[], range: Range | null): Promise<Column[]> {
  const columns: Column[] = [];
  // one request at a time: each may be a million points
  for (const known of tags) columns.push(await fetchOne(base, known, range));
  return columns;
}

async function fetchOne(base: string, known: KnownTag, range: Range | null): Promise<Column> {
  const address = new URL("api/v1/series", base);
  address.searchParams.set("tag", known.tag);
  if (range !== null) {
    address.searchParams.set("start", range.start.toFixed(6));
    address.searchParams.set("end", range.end.toFixed(6));
  }
  let answer: Response;
  try {
    answer = await fetch(address);
  } catch {
    throw new FetchError("The server does not answer; nothing was saved. Try again when it is back.");
  }
  if (answer.status === 404) return { ...known, times: [], values: [] };
  const body = (await answer.json().catch(() => null)) as SeriesAnswer | { error: { message: string } } | null;
  if (body !== null && "error" in body) throw new FetchError(`The server says: ${body.error.message}.`);
  if (!answer.ok || body === null || !Array.isArray(body.time))
    throw new FetchError(`The server answered ${answer.status} instead of points; nothing was saved.`);
  return { ...known, times: body.time, values: Float64Array.from(body.value, (value) => value ?? NaN) };
}
