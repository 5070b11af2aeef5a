/** Plotly's way of writing times, read back into POSIX seconds. Pure. */

import type { RelayoutEvent } from "./plotly";
import type { Range } from "./series";

const STAMP = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?$/;

/**
 * A date of plotly's (`2026-11-21 12:04:31.25`, in the browser's local time, parts may be missing at the end) or a number of
 * milliseconds, as POSIX seconds. NaN when it is neither.
 */
export function parsePlotTime(value: unknown): number {
  if (typeof value === "number") return value / 1000;
  const parts = typeof value === "string" ? STAMP.exec(value) : null;
  if (parts === null) return NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const whole = new Date(year!, month! - 1, day, hour, minute, second).getTime() / 1000;
  return whole + Number(parts[7] ?? 0);
}

/** The time range that a `plotly_relayout` sets; `null` when it sets none. */
export function rangeOfRelayout(change: RelayoutEvent): Range | null {
  const both = change["xaxis.range"];
  const [from, to] = Array.isArray(both) ? (both as unknown[]) : [change["xaxis.range[0]"], change["xaxis.range[1]"]];
  const range = { start: parsePlotTime(from), end: parsePlotTime(to) };
  return range.start < range.end ? range : null;
}
