/** Format: numbers, ages, durations and sizes for people to read. Pure. The decimal sign is a point in every locale. */

const THIN = "\u202f";

/** A value with five significant digits, or with the decimals that its device asks for; NaN is a gap. */
export function formatValue(value: number, decimals?: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (decimals !== undefined && decimals >= 0 && decimals <= 12) return minus(value.toFixed(Math.trunc(decimals)));
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return minus(trimExponent(value.toExponential(4)));
  if (Number.isInteger(value)) return minus(String(value));
  return minus(String(Number(value.toPrecision(5))));
}

const MOST_DECIMALS = 6;

/** Decimals that a number is written with, at most 6; Infinity = more, as of a computed one. */
export function decimalsIn(value: number): number {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++)
    if (Number(value.toFixed(decimals)) === value) return decimals;
  return Infinity;
}

const [COMPUTED_DIGITS, TINY_DIGITS] = [5, 3] as const;

/** Decimals for computed numbers up to this size: the largest has five digits, a tiny one three; `undefined` = none suits it. */
export function decimalsForSize(largest: number): number | undefined {
  if (!(largest >= 1e-4 && largest < 1e7)) return undefined;
  const size = Math.floor(Math.log10(largest));
  return Math.max(1, Math.min(COMPUTED_DIGITS - 1 - size, Math.max(COMPUTED_DIGITS - 1, TINY_DIGITS - 1 - size)));
}

function minus(text: string): string {
  return text.replace(/-/g, "−");
}

function trimExponent(text: string): string {
  return text.replace(/\.?0+e/, "e").replace("e+", "e");
}

/** 0.4 s → `now`, 12 s, 3 min, 5 h, 2 d; NaN → `never`. */
export function formatAge(seconds: number): string {
  if (Number.isNaN(seconds)) return "never";
  if (seconds < 1) return "now";
  if (seconds < 100) return `${Math.floor(seconds)} s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** Two parts at most: `3 h 20 min`, `12 min`, `41 s`, `9 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (!(seconds >= 0)) return "–";
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(3))} ms`;
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return twoParts(minutes, 60, "h", "min");
  const hours = Math.round(seconds / 3600);
  return hours > 24 * 1000 ? `${Math.round(hours / 24)} d` : twoParts(hours, 24, "d", "h");
}

function twoParts(amount: number, base: number, big: string, small: string): string {
  const rest = amount % base;
  return rest === 0 ? `${Math.floor(amount / base)} ${big}` : `${Math.floor(amount / base)} ${big} ${rest} ${small}`;
}

/** Messages per second: `412`, `4.2`, `0.3`, `12.4 k`. */
export function formatRate(perSecond: number): string {
  if (!(perSecond > 0)) return "0";
  if (perSecond >= 1e4) return `${(perSecond / 1000).toFixed(perSecond >= 1e5 ? 0 : 1)} k`;
  if (perSecond >= 10) return String(Math.round(perSecond));
  return perSecond.toFixed(1);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB"];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size >= 100 ? Math.round(size) : Number(size.toPrecision(2))} ${units[unit]}`;
}

/** 1234567 → `1 234 567`, with narrow no-break spaces. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** `1 point`, `1 234 567 points`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}

/** `UTC+1`, `UTC−3:30`, `UTC`; `offsetMinutes` as `Date.getTimezoneOffset` gives it (west positive). */
export function formatZone(offsetMinutes: number): string {
  if (offsetMinutes === 0) return "UTC";
  const ahead = -offsetMinutes;
  const minutes = Math.abs(ahead) % 60;
  const hours = Math.floor(Math.abs(ahead) / 60);
  return `UTC${ahead > 0 ? "+" : "−"}${hours}${minutes === 0 ? "" : `:${twoDigits(minutes)}`}`;
}
