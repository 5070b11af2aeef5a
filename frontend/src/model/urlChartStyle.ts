/**
 * URL chart style: how a chart is drawn, as parameters of a link, and back. Pure; the link as a whole is in `url.ts`.
 */

import { isPlain, LONGEST_EARLIER, STYLES, withFixed, type Drawing } from "./chartStyle";
import { MOST_CYCLES } from "./cycles";

type Reader = (text: string, drawing: Drawing, problems: string[]) => Drawing;

/** By the name of the parameter. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ["draw", readWords],
  ["y", readFixed],
  ["earlier", readEarlier],
  ["fold", readFold],
]);

export const DRAWING_FIELDS: readonly string[] = [...READERS.keys()];

/** With what the parameter says, where it is one of drawing. Adds to `problems` what could not be read. */
export function readDrawing(key: string, text: string, drawing: Drawing, problems: string[]): Drawing {
  return READERS.get(key)?.(text, drawing, problems) ?? drawing;
}

/** Words that this version does not know are passed over. */
function readWords(text: string, drawing: Drawing): Drawing {
  const words = text.split(",");
  return { ...drawing, scale: words.includes("log") ? "log" : "linear", style: STYLES.find((style) => words.includes(style)) ?? "auto", gaps: words.includes("joined") ? "never" : "auto" };
}

function readFixed(text: string, drawing: Drawing, problems: string[]): Drawing {
  const [, low, high, unit] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  const ends = [Number(low?.trim() || NaN), Number(high?.trim() || NaN)] as const;
  if (unit !== undefined && ends[0] < ends[1]) return withFixed(drawing, unit, ends);
  problems.push(`the value range should be LOW:HIGH:UNIT, but is "${text.slice(0, 30)}".`);
  return drawing;
}

function readEarlier(text: string, drawing: Drawing, problems: string[]): Drawing {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds >= 0 && seconds <= LONGEST_EARLIER) return { ...drawing, earlier: seconds };
  problems.push(`what is laid under should be a number of seconds, but is "${text.slice(0, 20)}".`);
  return drawing;
}

function readFold(text: string, drawing: Drawing, problems: string[]): Drawing {
  const [, count, by] = /^(\d+):(.+)$/s.exec(text) ?? [];
  if (by !== undefined && Number(count) >= 1 && Number(count) <= MOST_CYCLES) return { ...drawing, fold: { by, count: Number(count) } };
  problems.push(`folding should be CYCLES:TAG with 1 to ${MOST_CYCLES} cycles, but is "${text.slice(0, 30)}".`);
  return drawing;
}

export function appendDrawing(parameters: URLSearchParams, drawing: Drawing): void {
  if (isPlain(drawing)) return;
  const { scale, style, gaps, fixed, earlier, fold } = drawing;
  const words = [scale === "log" ? "log" : "", style === "auto" ? "" : style, gaps === "auto" ? "" : "joined"].filter((word) => word !== "");
  if (words.length > 0) parameters.append("draw", words.join(","));
  for (const { unit, low, high } of fixed) parameters.append("y", `${low}:${high}:${unit}`);
  if (earlier !== 0) parameters.append("earlier", String(earlier));
  if (fold !== null) parameters.append("fold", `${fold.count}:${fold.by}`);
}
