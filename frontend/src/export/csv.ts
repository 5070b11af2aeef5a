/** CSV: points of tags as CSV or JSON text, with the notes on them. Pure. */

import type { Column, Outline } from "../data/segment";
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

/** What a column has at an instant: a point, or a bucket of the outline, of which the value is the mean. */
interface Row {
  readonly time: number;
  readonly value: number;
  /** Seconds of the bucket; 0 = it is a point. */
  readonly step: number;
  readonly min: number;
  readonly max: number;
}

/**
 * A line of names, then a line per instant with a cell per tag. A cell is empty if the tag has no point or a gap there.
 * Where points had to go the lines are buckets: a column tells their seconds, the cell of a tag has the mean, and two
 * more have the lowest and the highest value. Notes have a column of their own, where there are any.
 */
export function csvText(columns: readonly Column[], options: CsvOptions, notes: readonly Note[] = []): string {
  const cell = (text: string): string => quote(text, options.separator);
  const hasOutline = columns.some(({ outline }) => outline !== undefined);
  const head = [
    timeHead(options),
    ...(hasOutline ? ["outline (s)"] : []),
    ...columns.flatMap(namesOf),
    ...(notes.length > 0 ? ["note"] : []),
  ].map(cell);
  const lines = [head.join(options.separator)];
  const at = columns.map(() => 0);
  const heads = columns.map((column) => rowAt(column, 0));
  const waiting = [...notes].sort((a, b) => a.time - b.time);
  for (;;) {
    const [time, step] = firstOf(heads, waiting[0]?.time ?? Infinity);
    if (time === Infinity) break;
    const cells = columns.flatMap((column, index) => {
      const row = heads[index]!;
      const isDue = row.time === time && row.step === step;
      if (isDue) {
        at[index]! += 1;
        heads[index] = rowAt(column, at[index]!);
      }
      return cellsOf(column, isDue ? row : null).map((value) => cell(valueText(column, value, options)));
    });
    if (hasOutline) cells.unshift(step === 0 ? "" : cell(String(step).replace(".", options.decimal)));
    if (notes.length > 0) {
      const said: string[] = [];
      while (waiting[0]?.time === time) said.push(noteText(waiting.shift()!, options));
      cells.push(cell(said.join("\n")));
    }
    lines.push([cell(timeText(time, options)), ...cells].join(options.separator));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function namesOf({ tag, unit, outline }: Column): string[] {
  return (outline === undefined ? [""] : ["", " min", " max"]).map((what) =>
    defuse(unit === "" ? `${tag}${what}` : `${tag}${what} [${unit}]`),
  );
}

function cellsOf({ outline }: Column, row: Row | null): number[] {
  const { value, min, max } = row ?? { value: NaN, min: NaN, max: NaN };
  return outline === undefined ? [value] : [value, min, max];
}

/** Time and seconds of the line that is due: at one time the widest buckets come first, points and notes last. */
function firstOf(heads: readonly Row[], noted: number): readonly [number, number] {
  let [time, step] = [noted, 0];
  for (const row of heads)
    if (row.time < time || (row.time === time && row.step > step)) [time, step] = [row.time, row.step];
  return [time, step];
}

/** The row of a column at an index: those of its outline come first; past its end an endless one. */
function rowAt({ outline, times, values }: Column, index: number): Row {
  const buckets = outline?.times.length ?? 0;
  if (outline !== undefined && index < buckets)
    return {
      time: outline.times[index]!,
      value: outline.mean[index]!,
      step: outline.step,
      min: outline.min[index]!,
      max: outline.max[index]!,
    };
  const at = index - buckets;
  return { time: times[at] ?? Infinity, value: values[at] ?? NaN, step: 0, min: NaN, max: NaN };
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

/** The points, what is known in outline before them, and the notes as JSON; a gap is null. */
export function jsonText(columns: readonly Column[], exported: number, notes: readonly Note[] = []): string {
  const series = columns.map(({ tag, unit, kind, states, times, values, outline }) => ({
    tag,
    unit,
    kind,
    ...(states.length > 0 ? { states } : {}),
    time: Array.from(times),
    value: jsonNumbers(values),
    ...(outline === undefined ? {} : { outline: jsonOutline(outline) }),
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

function jsonOutline({ step, times, min, max, mean, count, seconds }: Outline) {
  const columns = Object.entries({ min, max, mean, count, seconds });
  return {
    step,
    time: Array.from(times),
    ...Object.fromEntries(columns.map(([name, numbers]) => [name, jsonNumbers(numbers)])),
  };
}

function jsonNumbers(numbers: ArrayLike<number>): (number | null)[] {
  return Array.from(numbers, (value) => (Number.isFinite(value) ? value : null));
}
