/**
 * Plotly time: plotly writes every instant by the browser's clock, and gives back as text what it wrote. For another
 * clock, instants are shifted on their way in, and text is read by that clock on its way out. Pure, but for the
 * browser's zone.
 */

import type { Range } from "../data/segment";
import { localMinutes, type WallClock } from "../model/wallClock";
import type { Figure } from "./figure";
import type { PlotTrace, RelayoutEvent } from "./plotly";

const STAMP = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?$/;

/** `figure`, whose times are milliseconds since 1970, so that plotly writes them as `clock` shows them. */
export function byClock(figure: Figure, clock: WallClock): Figure {
  const { xaxis } = figure.layout;
  if (clock.zone === "local" && !(xaxis.range?.some((end) => end < YEARS) ?? false)) return figure;
  const shift = (time: number): number => unlikeYear(shifted(time, clock));
  return {
    traces: figure.traces.map(
      (trace): PlotTrace => ({ ...trace, x: Float64Array.from(trace.x as ArrayLike<number>, shift) }),
    ),
    layout: { ...figure.layout, xaxis: { ...xaxis, range: (xaxis.range ?? []).map(shift) } },
  };
}

/** Plotly takes whole numbers below this for years: cycles that are folded begin at 0. */
const YEARS = 10_000;

function unlikeYear(time: number): number {
  return time >= 0 && time < YEARS ? time + 1e-4 : time;
}

/** Clocks jump twice a year: between equal offsets no farther apart than this lies no jump. */
const NO_JUMP_SECONDS = 60 * 86_400;

/**
 * `figure` with every instant as far along as `clock` shows it, as plotly lays them out. An hour that the clock leaves
 * out has no room, one that it shows twice lies over itself. The figure itself where the clock does not jump.
 */
export function onWall(figure: Figure, clock: WallClock): Figure {
  const { xaxis } = figure.layout;
  const [start, end] = (xaxis.range ?? [0, 0]) as [number, number];
  const ahead = (time: number): number => clock.minutesAhead(time / 1000) * 60_000;
  if (end - start < NO_JUMP_SECONDS * 1000 && ahead(start) === ahead(end)) return figure;
  const onClock = (time: number): number => time + ahead(time);
  return {
    traces: figure.traces.map((trace): PlotTrace => ({ ...trace, x: trace.x.map(onClock) })),
    layout: { ...figure.layout, xaxis: { ...xaxis, range: [onClock(start), onClock(end)] } },
  };
}

/**
 * The instant at which the browser's clock shows what `clock` shows at `time`. When the browser's clock jumps it may be
 * off by the jump.
 */
function shifted(time: number, clock: WallClock): number {
  const shown = time + clock.minutesAhead(time / 1000) * 60_000;
  const guess = shown - localMinutes(shown) * 60_000;
  return shown - localMinutes(guess) * 60_000;
}

/**
 * A date of plotly's (`2026-11-21 12:04:31.25`, as `clock` shows it, parts may be missing at the end) or the
 * milliseconds that it was given, as POSIX seconds. NaN when it is neither.
 */
export function parsePlotTime(value: unknown, clock: WallClock): number {
  if (typeof value === "number") return unshifted(value + localMinutes(value) * 60_000, clock);
  const parts = typeof value === "string" ? STAMP.exec(value) : null;
  if (parts === null) return NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const shown = new Date(0);
  shown.setUTCFullYear(year!, month! - 1, day);
  shown.setUTCHours(hour!, minute, second);
  return unshifted(shown.getTime() + Number(parts[7] ?? 0) * 1000, clock);
}

/** The POSIX seconds at which `clock` shows `shown`, milliseconds counted as if the clock stood at UTC. */
function unshifted(shown: number, clock: WallClock): number {
  const guess = shown / 1000 - clock.minutesAhead(shown / 1000) * 60;
  return shown / 1000 - clock.minutesAhead(guess) * 60;
}

/** The time range that a hand has set, by a `plotly_relayout`; `null` for another change, or one of ours. */
export function rangeOfRelayout(change: RelayoutEvent, clock: WallClock): Range | null {
  const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]]; // ours sets both at once
  const range = { start: parsePlotTime(from, clock), end: parsePlotTime(to, clock) };
  return range.start < range.end ? range : null;
}
