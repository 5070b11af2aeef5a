/**
 * URL: the view as a URL query, and back. Pure.
 *
 * `?window=60&tag=line1/temp&tag=line1/flow` is one chart; `chart=TITLE` begins another. A chart may say where it lies
 * on the grid (`at=X,Y,WIDTH,HEIGHT`) and how it is drawn (`draw=log,step,joined,own`, `draw=xy` and the other views, `y=LOW:HIGH:UNIT`,
 * `earlier=SECONDS`, `fold=CYCLES:TAG`). `window` is seconds or `all`; `from` and `to` (POSIX seconds) open the page
 * looking back at that range. `time=utc` or `time=server` writes times by another clock than the browser's.
 * `dashboard=NAME` opens what was saved by that name, `kiosk` shows nothing but the charts. What this version does not
 * know stays out of the view but in the address.
 */

import type { Range } from "../data/segment";
import { type ChartStyle, PLAIN_STYLE } from "./chartStyle";
import { addChart, type ChartList, MOST_TAGS } from "./charts";
import { type Place, within } from "./layout";
import { appendChartStyle, CHART_STYLE_FIELDS, readChartStyle } from "./urlChartStyle";
import { ZONES, type Zone } from "./wallClock";

export interface PageView {
  /** `null`: the address names no tags. */
  readonly charts: ChartList | null;
  /** Seconds, `null` = all; `undefined`: the address does not say. */
  readonly window: number | null | undefined;
  readonly range: Range | null;
  readonly zone: Zone;
  /** The dashboard that was opened; `null` = none. */
  readonly dashboard: string | null;
  readonly isKiosk: boolean;
}

interface ParsedView {
  readonly view: PageView;
  /** What could not be read, in plain words, to follow “Link:”. */
  readonly problems: readonly string[];
}

const OURS = new Set([
  "window",
  "from",
  "to",
  "time",
  "dashboard",
  "kiosk",
  "chart",
  "tag",
  "at",
  ...CHART_STYLE_FIELDS,
]);
const LONGEST_TAG = 1024;
const LONGEST_WINDOW = 10 * 366 * 86400;

export function parseView(query: string): ParsedView {
  const problems: string[] = [];
  const parameters = new URLSearchParams(query);
  return {
    view: {
      charts: parseCharts(parameters, problems),
      window: parseWindow(parameters, problems),
      range: parseRange(parameters, problems),
      zone: parseZone(parameters, problems),
      dashboard: parameters.get("dashboard") || null,
      isKiosk: parameters.has("kiosk"),
    },
    problems,
  };
}

function parseCharts(parameters: URLSearchParams, problems: string[]): ChartList | null {
  const groups: Group[] = [];
  const current = (): Group => {
    if (groups.length === 0) groups.push(newGroup(null));
    return groups[groups.length - 1]!;
  };
  for (const [key, value] of parameters) {
    if (key === "chart") groups.push(newGroup(value));
    if (key === "at") current().place = parsePlace(value, problems);
    if (CHART_STYLE_FIELDS.includes(key)) current().style = readChartStyle(key, value, current().style, problems);
    if (key !== "tag" || value === "") continue;
    if (value.length > LONGEST_TAG) {
      problems.push(`it names a tag of ${value.length} characters; at most ${LONGEST_TAG} are possible.`);
      continue;
    }
    const { tags } = current();
    if (tags.length >= MOST_TAGS) problems.push(`a chart shows at most ${MOST_TAGS} tags; it names more.`);
    else if (!tags.includes(value)) tags.push(value);
  }
  if (!groups.some(({ title, tags }) => title !== null || tags.length > 0)) return null;
  return groups.reduce<ChartList>(
    (charts, { title, tags, place, style }) => addChart(charts, title ?? "", tags, place, style),
    [],
  );
}

interface Group {
  /** `null`: the address has tags without `chart=` before them. */
  readonly title: string | null;
  readonly tags: string[];
  place: Place | null;
  style: ChartStyle;
}

function newGroup(title: string | null): Group {
  return { title, tags: [], place: null, style: PLAIN_STYLE };
}

function parsePlace(text: string, problems: string[]): Place | null {
  const [x, y, w, h, ...rest] = text.split(",").map(Number);
  if (rest.length === 0 && [x, y, w, h].every((number) => number !== undefined && Number.isInteger(number)))
    return within({ x: x!, y: y!, w: w!, h: h! });
  problems.push(`the place of a chart should be four whole numbers such as 0,0,6,4, but is "${text.slice(0, 20)}".`);
  return null;
}

function parseWindow(parameters: URLSearchParams, problems: string[]): number | null | undefined {
  const text = parameters.get("window");
  if (text === null) return undefined;
  if (text === "all") return null;
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= LONGEST_WINDOW) return seconds;
  problems.push(`the time window should be a number of seconds or "all", but is "${text.slice(0, 20)}".`);
  return undefined;
}

function parseZone(parameters: URLSearchParams, problems: string[]): Zone {
  const text = parameters.get("time") ?? "local";
  const zone = ZONES.find((known) => known === text);
  if (zone === undefined)
    problems.push(`the time should be one of ${ZONES.join(", ")}, but is "${text.slice(0, 20)}".`);
  return zone ?? "local";
}

function parseRange(parameters: URLSearchParams, problems: string[]): Range | null {
  const [from, to] = [parameters.get("from"), parameters.get("to")];
  if (from === null && to === null) return null;
  const range = { start: Number(from ?? NaN), end: Number(to ?? NaN) };
  if (range.start < range.end && Number.isFinite(range.end - range.start)) return range;
  problems.push(
    `the range should be two times in seconds, from before to, but is "${String(from).slice(0, 20)}" to "${String(to).slice(0, 20)}".`,
  );
  return null;
}

/** The query for a view, with the parameters of `current` that are not ours; begins with `?`, or is empty. */
export function formatView(view: PageView, current: string): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of new URLSearchParams(current)) if (!OURS.has(key)) parameters.append(key, value);
  if (view.window !== undefined) parameters.set("window", view.window === null ? "all" : String(view.window));
  if (view.range !== null) {
    parameters.set("from", written(view.range.start));
    parameters.set("to", written(view.range.end));
  }
  if (view.zone !== "local") parameters.set("time", view.zone);
  if (view.dashboard !== null) parameters.set("dashboard", view.dashboard);
  if (view.isKiosk) parameters.set("kiosk", "");
  if (view.charts !== null) appendCharts(parameters, view.charts);
  const text = readable(parameters.toString());
  return text === "" ? "" : `?${text}`;
}

/** To the microsecond where it is needed. */
function written(seconds: number): string {
  return seconds.toFixed(6).replace(/0{1,3}$/, "");
}

function appendCharts(parameters: URLSearchParams, charts: ChartList): void {
  const isOnly = charts.length === 1 && charts[0]!.title === "" && charts[0]!.tags.length > 0;
  for (const { title, tags, place, style } of charts) {
    if (!isOnly) parameters.append("chart", title);
    if (place !== null && charts.length > 1) parameters.append("at", [place.x, place.y, place.w, place.h].join(","));
    appendChartStyle(parameters, style);
    for (const tag of tags) parameters.append("tag", tag);
  }
}

/** `/`, `:` and `,` need no escape in a query, and tags are full of them. */
function readable(query: string): string {
  return query
    .replace(/(^|&)kiosk=(?=&|$)/, "$1kiosk")
    .replace(/%2F/g, "/")
    .replace(/%3A/g, ":")
    .replace(/%2C/g, ",");
}
