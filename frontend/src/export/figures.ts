/** Figures: the legend's numbers as a table of texts, for a report or a spreadsheet. Pure. */

import { formatValue } from "../format";
import { deviationText, meanText, readingText } from "../model/reading";
import type { LegendRow } from "../plot/legend";
import { visible } from "../text";

const HEAD = ["Tag", "Unit", "last", "min", "max", "mean", "σ"];
const MEASURED = ["A", "B", "Δy", "slope/s"];

interface Figures {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function figuresOf(rows: readonly LegendRow[], hasCursors: boolean): Figures {
  return { head: hasCursors ? [...HEAD, ...MEASURED] : HEAD, rows: rows.map((row) => cells(row, hasCursors)) };
}

function cells(row: LegendRow, hasCursors: boolean): string[] {
  const { stats } = row;
  const one = (value: number): string => readingText(row, value);
  const isNumber = row.kind === "number";
  const number = (value: number): string => (isNumber ? formatValue(value, row.decimals) : "");
  const measured = hasCursors
    ? [one(row.a), one(row.b), number(row.difference.dy), isNumber ? formatValue(row.difference.slope) : ""]
    : [];
  return [
    row.tag,
    row.unit,
    one(row.last),
    number(stats.min),
    number(stats.max),
    meanText(row),
    deviationText(row),
    ...measured,
  ];
}

/** Cells between tabs, numbers with a minus that a spreadsheet reads; `facts` are lines below. */
export function figuresText(rows: readonly LegendRow[], hasCursors: boolean, facts: readonly string[]): string {
  const { head, rows: lines } = figuresOf(rows, hasCursors);
  const plain = (text: string): string => visible(text).replace(/^−/, "-").replace(/^–$/, "");
  const table = lines.map(([tag = "", ...more]) => [defuse(visible(tag)), ...more.map(plain)].join("\t"));
  return `${[head.join("\t"), ...table, ...facts].join("\n")}\n`;
}

/** Names are untrusted: what a spreadsheet would run as a formula gets an apostrophe. */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
