/** Zone: whose time is written, local, UTC or the server's. Pure, but for the browser's own zone, which it asks `Date` for. */

export type Zone = "local" | "utc" | "server";

export const ZONES: readonly Zone[] = ["local", "utc", "server"];
export const ZONE_NAMES: Readonly<Record<Zone, string>> = { local: "local time", utc: "UTC", server: "server time" };

/** Minutes that the zone's clock is ahead of UTC at `seconds`; `serverMinutes`: what the server said of its own. */
export function minutesAhead(zone: Zone, seconds: number, serverMinutes: number): number {
  if (zone === "utc") return 0;
  if (zone === "server") return serverMinutes;
  const west = new Date(seconds * 1000).getTimezoneOffset();
  return Number.isNaN(west) ? 0 : -west;
}

/** `2026-11-21 12:04:31.250` as the zone's clock shows it. */
export function writeTime(seconds: number, minutes: number): string {
  const at = new Date(Math.round(seconds * 1000) + minutes * 60_000);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace("T", " ").slice(0, -1);
}

/** `+01:00`, `-03:30`, `Z`. */
export function isoOffset(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  return `${minutes > 0 ? "+" : "-"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(Math.round(size % 60)).padStart(2, "0")}`;
}
