/**
 * URL chart style: how a chart is drawn, as parameters of a link, and back. Pure; the link as a whole is in `url.ts`.
 */

import { type ChartStyle, isPlainStyle, LONGEST_EARLIER, STYLES, withFixed } from "./chartStyle";
import { MOST_CYCLES } from "./cycles";
import { VIEWS } from "./views";

type Reader = (text: string, style: ChartStyle, problems: string[]) => ChartStyle;

/** Readers by name of the parameter. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ["draw", readWords],
  ["y", readFixed],
  ["earlier", readEarlier],
  ["fold", readFold],
]);

export const CHART_STYLE_FIELDS: readonly string[] = [...READERS.keys()];

/** `style` with what the parameter says. Adds to `problems` what could not be read. */
export function readChartStyle(key: string, text: string, style: ChartStyle, problems: string[]): ChartStyle {
  return READERS.get(key)?.(text, style, problems) ?? style;
}

/** Skips words that this version does not know. */
function readWords(text: string, style: ChartStyle): ChartStyle {
  const words = text.split(",");
  return {
    ...style,
    scale: words.includes("log") ? "log" : "linear",
    line: STYLES.find((style) => words.includes(style)) ?? "auto",
    gaps: words.includes("joined") ? "never" : "auto",
    view: VIEWS.find((view) => words.includes(view)) ?? "time",
    pairing: words.includes("held") ? "held" : "interpolated",
    isLogX: words.includes("logx"),
    axes: words.includes("own") ? "own" : words.includes("norm") ? "norm" : "unit",
  };
}

function readFixed(text: string, style: ChartStyle, problems: string[]): ChartStyle {
  const [, low, high, unit] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  const ends = [Number(low?.trim() || NaN), Number(high?.trim() || NaN)] as const;
  if (unit !== undefined && ends[0] < ends[1]) return withFixed(style, unit, ends);
  problems.push(`the value range should be LOW:HIGH:UNIT, but is "${text.slice(0, 30)}".`);
  return style;
}

function readEarlier(text: string, style: ChartStyle, problems: string[]): ChartStyle {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds >= 0 && seconds <= LONGEST_EARLIER) return { ...style, earlier: seconds };
  problems.push(`what is laid under should be a number of seconds, but is "${text.slice(0, 20)}".`);
  return style;
}

function readFold(text: string, style: ChartStyle, problems: string[]): ChartStyle {
  const [, count, by] = /^(\d+):(.+)$/s.exec(text) ?? [];
  if (by !== undefined && Number(count) >= 1 && Number(count) <= MOST_CYCLES)
    return { ...style, fold: { by, count: Number(count) } };
  problems.push(`folding should be CYCLES:TAG with 1 to ${MOST_CYCLES} cycles, but is "${text.slice(0, 30)}".`);
  return style;
}

export function appendChartStyle(parameters: URLSearchParams, style: ChartStyle): void {
  if (isPlainStyle(style)) return;
  const { view, pairing, isLogX, scale, line, gaps, axes, fixed, earlier, fold } = style;
  const words = [
    view === "time" ? "" : view,
    pairing === "interpolated" ? "" : pairing,
    isLogX ? "logx" : "",
    scale === "log" ? "log" : "",
    line === "auto" ? "" : line,
    gaps === "auto" ? "" : "joined",
    axes === "unit" ? "" : axes,
  ].filter((word) => word !== "");
  if (words.length > 0) parameters.append("draw", words.join(","));
  for (const { unit, low, high } of fixed) parameters.append("y", `${low}:${high}:${unit}`);
  if (earlier !== 0) parameters.append("earlier", String(earlier));
  if (fold !== null) parameters.append("fold", `${fold.count}:${fold.by}`);
}
