/** Age: when a tag counts as late or stale, by the rule in `docs/protocol.md`. Pure. */

export type Freshness = "fresh" | "late" | "stale" | "none";

/** `ageSeconds`: server's clock now − arrival; NaN = nothing came yet. `intervalSeconds`: NaN = not learned yet. */
export function judgeAge(ageSeconds: number, intervalSeconds: number): Freshness {
  if (Number.isNaN(ageSeconds)) return "none";
  if (Number.isNaN(intervalSeconds)) return ageSeconds > 60 ? "stale" : "fresh";
  if (ageSeconds > Math.max(10 * intervalSeconds, 10)) return "stale";
  if (ageSeconds > Math.max(3 * intervalSeconds, 2)) return "late";
  return "fresh";
}
