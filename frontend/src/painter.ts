/**
 * Painter: decides when each picture is drawn. Knows nothing of what is drawn.
 *
 * One draw per picture per animation frame, `LEAST_REST_MS` apart (20 a second); further apart where drawing takes more than half
 * of that; in a hidden tab none. Nothing runs while no picture has news.
 */

const LEAST_REST_MS = 50;
/** A picture that costs c ms rests at least this many times c, so that at most half of the time goes into drawing. */
const REST_PER_COST = 2;

export interface Drawable {
  /** Draws, and answers after how many milliseconds it should be drawn again even without news; Infinity = never. */
  draw(): number;
}

export interface Stage {
  now(): number;
  /** Calls back with the next animation frame. */
  frame(callback: () => void): void;
  after(milliseconds: number, callback: () => void): () => void;
  isHidden(): boolean;
}

interface Seat {
  isDirty: boolean;
  /** Not to be drawn again before this. */
  restsUntil: number;
  /** To be drawn again at this time in any case. */
  dueAt: number;
}

export class Painter {
  readonly #seats = new Map<Drawable, Seat>();
  #isWaitingForFrame = false;
  #cancelTimer: () => void = () => undefined;
  /** Pictures drawn since the page was opened. */
  drawn = 0;

  constructor(private readonly stage: Stage) {}

  add(drawable: Drawable): void {
    this.#seats.set(drawable, { isDirty: true, restsUntil: 0, dueAt: Infinity });
    this.wake();
  }

  remove(drawable: Drawable): void {
    this.#seats.delete(drawable);
  }

  mark(drawable: Drawable): void {
    const seat = this.#seats.get(drawable);
    if (seat === undefined || seat.isDirty) return;
    seat.isDirty = true;
    this.wake();
  }

  markAll(): void {
    for (const seat of this.#seats.values()) seat.isDirty = true;
    this.wake();
  }

  /** Plans the next frame or timer; to be called when the tab is seen again. */
  wake(): void {
    this.#cancelTimer();
    if (this.#isWaitingForFrame || this.stage.isHidden()) return;
    const wait = this.#nextTurn() - this.stage.now();
    if (wait === Infinity) return;
    if (wait <= 1) this.#requestFrame();
    else this.#cancelTimer = this.stage.after(wait, () => this.wake());
  }

  #nextTurn(): number {
    let turn = Infinity;
    for (const seat of this.#seats.values()) turn = Math.min(turn, Math.max(seat.restsUntil, seat.isDirty ? 0 : seat.dueAt));
    return turn;
  }

  #requestFrame(): void {
    this.#isWaitingForFrame = true;
    this.stage.frame(() => {
      this.#isWaitingForFrame = false;
      if (!this.stage.isHidden()) this.#drawDue();
      this.wake();
    });
  }

  #drawDue(): void {
    const frameAt = this.stage.now();
    for (const [drawable, seat] of this.#seats) {
      const isWanted = seat.isDirty || seat.dueAt <= frameAt + 1;
      if (!isWanted || seat.restsUntil > frameAt + 1) continue;
      seat.isDirty = false;
      const before = this.stage.now();
      const again = drawable.draw();
      const after = this.stage.now();
      this.drawn += 1;
      seat.restsUntil = before + Math.max(LEAST_REST_MS, REST_PER_COST * (after - before));
      seat.dueAt = before + again;
    }
  }
}

export const browserStage: Stage = {
  now: () => performance.now(),
  frame: (callback) => void requestAnimationFrame(callback),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  isHidden: () => document.visibilityState === "hidden",
};
