/**
 * Sparkline: the last minutes of one tag in a line as small as a word. Pure; time is given.
 *
 * Memory: lowest and highest of each of `BUCKETS` stretches of time, however much comes; what is older is overwritten.
 */

export const SPARKLINE_SECONDS = 300;
const BUCKETS = 60;
const BUCKET_SECONDS = SPARKLINE_SECONDS / BUCKETS;

export class Sparkline {
  readonly #low = new Float64Array(BUCKETS).fill(NaN);
  readonly #high = new Float64Array(BUCKETS).fill(NaN);
  /** The stretch since 1970 that each place holds. */
  readonly #stretch = new Float64Array(BUCKETS).fill(-Infinity);

  /** Adds a point; ignores a gap (NaN). */
  add(time: number, value: number): void {
    if (!Number.isFinite(value) || !Number.isFinite(time)) return;
    const stretch = Math.floor(time / BUCKET_SECONDS);
    const at = placeOf(stretch);
    if (this.#stretch[at]! > stretch) return; // too old for this window
    const isNew = this.#stretch[at]! < stretch;
    this.#low[at] = isNew ? value : Math.min(this.#low[at]!, value);
    this.#high[at] = isNew ? value : Math.max(this.#high[at]!, value);
    this.#stretch[at] = stretch;
  }

  /** The lowest and the highest of what it holds. */
  get ends(): readonly number[] {
    let [low, high] = [Infinity, -Infinity];
    for (let at = 0; at < BUCKETS; at++) {
      if (this.#low[at]! < low) low = this.#low[at]!;
      if (this.#high[at]! > high) high = this.#high[at]!;
    }
    return low <= high ? [low, high] : [];
  }

  /**
   * An SVG path over the window that ends `now`, in a box of `width` × `height`; empty with fewer than two stretches. A
   * silence longer than `gapSeconds` is a gap.
   */
  path(now: number, width: number, height: number, gapSeconds: number): string {
    const last = Math.floor(now / BUCKET_SECONDS);
    const held: number[] = [];
    for (let stretch = last - BUCKETS + 1; stretch <= last; stretch++)
      if (this.#stretch[placeOf(stretch)] === stretch) held.push(stretch);
    if (held.length < 2) return "";
    const low = Math.min(...held.map((stretch) => this.#low[placeOf(stretch)]!));
    const high = Math.max(...held.map((stretch) => this.#high[placeOf(stretch)]!));
    const x = (stretch: number): string => (((stretch - last + BUCKETS - 1) / (BUCKETS - 1)) * width).toFixed(1);
    const y = (value: number): string =>
      (high > low ? (1 - (value - low) / (high - low)) * height : height / 2).toFixed(1);
    return held.map((stretch, index) => this.#stroke(stretch, held[index - 1], gapSeconds, x, y)).join("");
  }

  /** Goes to the nearer end of a stretch first, then to the other, so that a spike is visible. */
  #stroke(
    stretch: number,
    before: number | undefined,
    gapSeconds: number,
    x: (stretch: number) => string,
    y: (value: number) => string,
  ): string {
    const [low, high] = [this.#low[placeOf(stretch)]!, this.#high[placeOf(stretch)]!];
    const isGap =
      before === undefined || (stretch - before - 1) * BUCKET_SECONDS > Math.max(gapSeconds, BUCKET_SECONDS);
    const at = x(stretch);
    const pair = low === high ? `${at},${y(low)}` : `${at},${y(low)}L${at},${y(high)}`;
    return `${isGap ? "M" : "L"}${pair}`;
  }
}

/** Also for times before 1970. */
function placeOf(stretch: number): number {
  return ((stretch % BUCKETS) + BUCKETS) % BUCKETS;
}
