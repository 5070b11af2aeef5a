/**
 * Wall clock: by whose clock times are written: the browser's, UTC or the server's. Pure, but asks `Date` for the
 * browser's zone.
 */

import { formatZone } from "../format";
import type { Offset } from "../protocol/hello";

export type Zone = "local" | "utc" | "server";

export const ZONES: readonly Zone[] = ["local", "utc", "server"];
const ZONE_NAMES: Readonly<Record<Zone, string>> = { local: "local time", utc: "UTC", server: "server time" };

/** Writes instants (POSIX seconds) as a clock on the wall shows them. */
export class WallClock {
  constructor(
    readonly zone: Zone,
    /** The server's own zone; none is UTC. */
    private readonly serverZone: readonly Offset[] = [],
  ) {}

  get name(): string {
    return ZONE_NAMES[this.zone];
  }

  /** `local time, UTC+1`. */
  nameAt(seconds: number): string {
    return this.zone === "utc" ? this.name : `${this.name}, ${formatZone(-this.minutesAhead(seconds))}`;
  }

  minutesAhead(seconds: number): number {
    if (this.zone === "utc") return 0;
    return this.zone === "server" ? minutesAt(this.serverZone, seconds) : localMinutes(seconds * 1000);
  }

  /** `2026-11-21 12:04:31.250`; empty for times beyond the calendar. */
  stamp(seconds: number): string {
    const at = new Date(Math.round(seconds * 1000) + this.minutesAhead(seconds) * 60_000);
    return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace("T", " ").slice(0, -1);
  }

  /** The POSIX seconds at which this clock shows `2026-11-21T12:04:31`; NaN for other texts. */
  parse(text: string): number {
    const shown = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text}Z`) / 1000 : NaN;
    if (Number.isNaN(shown)) return NaN;
    const guess = shown - this.minutesAhead(shown) * 60;
    return shown - this.minutesAhead(guess) * 60;
  }

  /** `2026-11-21`. */
  date(seconds: number): string {
    return this.stamp(seconds).slice(0, -13);
  }

  /** `12:04:31.250`. */
  exactTime(seconds: number): string {
    return this.stamp(seconds).slice(-12);
  }

  /** `12:04:31`, with the date if it differs from that of `now`. */
  time(seconds: number, now: number): string {
    const clock = this.stamp(Math.floor(seconds)).slice(-12, -4);
    return this.date(seconds) === this.date(now) ? clock : `${this.date(seconds)} ${clock}`;
  }

  /** `2026-11-21T12:04:31.250+01:00`. */
  iso(seconds: number): string {
    return this.stamp(seconds).replace(" ", "T") + isoOffset(this.minutesAhead(seconds));
  }
}

/** Minutes that the browser's clock is ahead of UTC. */
export function localMinutes(milliseconds: number): number {
  const west = new Date(milliseconds).getTimezoneOffset();
  return Number.isNaN(west) || west === 0 ? 0 : -west;
}

/** Minutes of the entry valid at an instant; before the first, those of the first. */
function minutesAt(zone: readonly Offset[], seconds: number): number {
  return (zone.findLast(({ since }) => since <= seconds) ?? zone[0])?.minutes ?? 0;
}

/** `+01:00`, `-03:30`, `Z`. */
function isoOffset(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  return `${minutes > 0 ? "+" : "-"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(Math.round(size % 60)).padStart(2, "0")}`;
}
