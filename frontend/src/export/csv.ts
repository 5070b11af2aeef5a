/** CSV: points of tags as CSV or JSON text, with the notes on them. Pure. */

import type { Column } from "../data/segment";
import type { Note } from "../model/notes";
import type { WallClock } from "../model/wallClock";

export type Separator = "," | ";" | "\t";
export type TimeFormat = "clock" | "iso" | "seconds";

export interface CsvOptions {
  readonly separator: Separator;
  readonly decimal: "." | ",";
  readonly time: TimeFormat;
  /** The clock that times follow. */
  readonly clock: WallClock;
}

/**
 * A line of names, then a line per instant with a cell per tag. A cell is empty if the tag has no point or a gap there.
 * Notes have a column of their own, where there are any.
 */
export function csvText(columns: readonly Column[], options: CsvOptions, notes: readonly Note[] = []): string {
  const cell = (text: string): string => quote(text, options.separator);
  const head = [
    timeHead(options),
    ...columns.map(({ tag, unit }) => defuse(unit === "" ? tag : `${tag} [${unit}]`)),
    ...(notes.length > 0 ? ["note"] : []),
  ].map(cell);
  const lines = [head.join(options.separator)];
  const at = columns.map(() => 0);
  const waiting = [...notes].sort((a, b) => a.time - b.time);
  for (;;) {
    const time = columns.reduce(
      (least, { times }, index) => Math.min(least, times[at[index]!] ?? Infinity),
      waiting[0]?.time ?? Infinity,
    );
    if (time === Infinity) break;
    const cells = columns.map((column, index) => {
      if (column.times[at[index]!] !== time) return "";
      const value = column.values[at[index]!]!;
      at[index]! += 1;
      return cell(valueText(column, value, options));
    });
    if (notes.length > 0) {
      const said: string[] = [];
      while (waiting[0]?.time === time) said.push(noteText(waiting.shift()!, options));
      cells.push(cell(said.join("\n")));
    }
    lines.push([cell(timeText(time, options)), ...cells].join(options.separator));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function timeHead({ time, clock }: CsvOptions): string {
  return time === "seconds" ? "time (s since 1970)" : `time (${clock.name})`;
}

function timeText(seconds: number, { time, clock, decimal }: CsvOptions): string {
  if (time === "seconds") return String(seconds).replace(".", decimal);
  return time === "iso" ? clock.iso(seconds) : clock.stamp(seconds).replace(".", decimal);
}

function valueText({ kind, states }: Column, value: number, { decimal }: CsvOptions): string {
  if (Number.isNaN(value)) return "";
  const state = kind === "state" ? states[value] : undefined;
  return state === undefined ? String(value).replace(".", decimal) : defuse(state);
}

function noteText({ text, end, author }: Note, options: CsvOptions): string {
  const until = end === null ? "" : ` (until ${timeText(end, options)})`;
  return defuse(`${author === "" ? "" : `${author}: `}${text}${until}`);
}

/** Names are untrusted: what a spreadsheet would run as a formula gets an apostrophe. */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** RFC 4180. */
function quote(text: string, separator: Separator): string {
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** The points as JSON; a gap is null. */
export function jsonText(columns: readonly Column[], exported: number, notes: readonly Note[] = []): string {
  const series = columns.map(({ tag, unit, kind, states, times, values }) => ({
    tag,
    unit,
    kind,
    ...(states.length > 0 ? { states } : {}),
    time: Array.from(times),
    value: Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
  }));
  return JSON.stringify({
    mqtt_plot: 1,
    exported,
    series,
    ...(notes.length > 0
      ? { notes: notes.map(({ time, end, text, tags, author }) => ({ time, end, text, tags, author })) }
      : {}),
  });
}
