/**
 * Dashboard file: a view with a name, as JSON, and back. Pure.
 *
 * Its fields are those of the link (`url.ts`), so a dashboard can say whatever a link can: `window`, `time`, and a list
 * of charts, each with `chart` (its title), `at`, `draw`, `y` and `tag`, as a text or a list of texts. It does not keep
 * which stretch of the past is shown.
 */

import { isObject, type Json, type JsonObject } from "../protocol/json";

const MARK = "mqtt_plot_dashboard";
export const LONGEST_DASHBOARD = 64 * 1024;
export const LONGEST_NAME = 120;

/** Why a text is not a dashboard, in plain words. */
export class DashboardError extends Error {}

const PAGE_FIELDS = new Set(["window", "time"]);
const LEFT_OUT = new Set(["from", "to", "dashboard", "kiosk"]);

type Fields = Record<string, string | string[]>;

/** The JSON text of the view that `query` (as `formatView` makes it) opens. */
export function writeDashboard(query: string): string {
  const page: Fields = {};
  const charts: Fields[] = [];
  for (const [key, value] of new URLSearchParams(query)) {
    if (LEFT_OUT.has(key)) continue;
    if (!PAGE_FIELDS.has(key) && (key === "chart" || charts.length === 0)) charts.push({});
    append(PAGE_FIELDS.has(key) ? page : charts[charts.length - 1]!, key, value);
  }
  return JSON.stringify({ [MARK]: 1, ...page, charts }, null, 1);
}

function append(fields: Fields, key: string, value: string): void {
  const before = fields[key];
  fields[key] = before === undefined ? (key === "tag" ? [value] : value) : [before, value].flat();
}

/** The query of the view that the JSON text holds. Throws `DashboardError`. */
export function readDashboard(text: string): string {
  if (text.length > LONGEST_DASHBOARD)
    throw new DashboardError(`It is ${text.length} characters long; a dashboard has at most ${LONGEST_DASHBOARD}.`);
  const document = parse(text);
  if (document[MARK] !== 1) throw new DashboardError(`It is not a dashboard of this version: "${MARK}": 1 is missing.`);
  const charts = document["charts"];
  if (!Array.isArray(charts) || !(charts as Json[]).every(isObject))
    throw new DashboardError('Its "charts" should be a list of objects.');
  const parameters = new URLSearchParams();
  for (const key of PAGE_FIELDS) for (const value of valuesOf(document, key)) parameters.append(key, value);
  for (const chart of charts as readonly JsonObject[]) {
    parameters.append("chart", valuesOf(chart, "chart")[0] ?? "");
    for (const key of Object.keys(chart)) {
      if (key === "chart" || PAGE_FIELDS.has(key) || LEFT_OUT.has(key)) continue;
      for (const value of valuesOf(chart, key)) parameters.append(key, value);
    }
  }
  return `?${parameters.toString()}`;
}

function parse(text: string): JsonObject {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch (error) {
    throw new DashboardError(`It is not JSON: ${(error as Error).message}.`);
  }
  if (!isObject(document)) throw new DashboardError("It should be a JSON object.");
  return document;
}

/** The texts and numbers of a field, one or a list. Throws `DashboardError` for anything else. */
function valuesOf(fields: JsonObject, key: string): string[] {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (!list.every((item) => typeof item === "string" || typeof item === "number"))
    throw new DashboardError(`Its "${key.slice(0, 40)}" should be a text or a list of texts.`);
  return list.map(String);
}

/** What is wrong with a name, or `null`; the server has the same rule. */
export function nameProblem(name: string): string | null {
  if (name.trim() === "") return "A dashboard needs a name.";
  if (new TextEncoder().encode(name).length > LONGEST_NAME) return `A name has at most ${LONGEST_NAME} bytes.`;
  if (/[/\\\p{Cc}\p{Cf}]/u.test(name) || name.startsWith("."))
    return "A name must not contain / or \\, nor begin with a dot.";
  return null;
}
