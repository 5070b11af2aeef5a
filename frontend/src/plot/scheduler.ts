/**
 * Scheduler: decides when each picture is drawn. Knows nothing of what is drawn.
 *
 * Each picture is drawn in animation frames, `LEAST_REST_MS` apart (20 a second). Together they take at most half of
 * the time. If that is not enough they take turns, the longest waiting first. No frame draws for much longer than
 * `FRAME_MS`: the browser has to lay out and paint in it too. In a hidden tab, and during a pause, nothing is drawn.
 * Nothing runs while no picture has news.
 */

const LEAST_REST_MS = 50;
/** After c ms of drawing comes a rest of c ms, for everything else on the page. */
const TURN_PER_COST = 2;
/** A frame that has drawn for this long begins no further picture. */
const FRAME_MS = 8;

export interface Drawable {
  /** Draws; returns after how many milliseconds to draw again even without news; Infinity = never. */
  draw(): number;
}

export interface FrameEnvironment {
  now(): number;
  /** Calls back with the next animation frame. */
  frame(callback: () => void): void;
  after(milliseconds: number, callback: () => void): () => void;
  isHidden(): boolean;
}

interface Schedule {
  isDirty: boolean;
  drawnAt: number;
  /** Not to be drawn again before this. */
  restsUntil: number;
  /** To be drawn again at this time even without news. */
  dueAt: number;
}

export class FrameScheduler {
  readonly #seats = new Map<Drawable, Schedule>();
  #isWaitingForFrame = false;
  #isPaused = false;
  /** Nothing is to be drawn before this. */
  #restsUntil = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(private readonly environment: FrameEnvironment) {}

  add(drawable: Drawable): void {
    this.#seats.set(drawable, { isDirty: true, drawnAt: -Infinity, restsUntil: 0, dueAt: Infinity });
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

  /** What has news meanwhile is drawn after the pause. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.wake();
  }

  /** Plans the next frame or timer; call it when the tab becomes visible. */
  wake(): void {
    this.#cancelTimer();
    if (this.#isWaitingForFrame || this.#isStill()) return;
    const wait = this.#nextTurn() - this.environment.now();
    if (wait === Infinity) return;
    if (wait <= 1) this.#requestFrame();
    else this.#cancelTimer = this.environment.after(wait, () => this.wake());
  }

  #nextTurn(): number {
    let turn = Infinity;
    for (const seat of this.#seats.values())
      turn = Math.min(turn, Math.max(seat.restsUntil, seat.isDirty ? 0 : seat.dueAt));
    return Math.max(turn, this.#restsUntil);
  }

  #requestFrame(): void {
    this.#isWaitingForFrame = true;
    this.environment.frame(() => {
      this.#isWaitingForFrame = false;
      if (!this.#isStill()) this.#drawDue();
      this.wake();
    });
  }

  #isStill(): boolean {
    return this.#isPaused || this.environment.isHidden();
  }

  #drawDue(): void {
    const began = this.environment.now();
    if (this.#restsUntil > began + 1) return;
    const due = [...this.#seats].filter(
      ([, seat]) => (seat.isDirty || seat.dueAt <= began + 1) && seat.restsUntil <= began + 1,
    );
    due.sort(([, a], [, b]) => a.drawnAt - b.drawnAt);
    for (const [drawable, seat] of due) {
      if (this.environment.now() - began > FRAME_MS) break; // the others come first in the next frame
      this.#draw(drawable, seat);
    }
    this.#restsUntil = began + TURN_PER_COST * (this.environment.now() - began);
  }

  #draw(drawable: Drawable, seat: Schedule): void {
    seat.isDirty = false;
    seat.drawnAt = this.environment.now();
    const again = drawable.draw();
    seat.restsUntil = seat.drawnAt + LEAST_REST_MS;
    seat.dueAt = seat.drawnAt + again;
  }
}

export const browserFrames: FrameEnvironment = {
  now: () => performance.now(),
  frame: (callback) => void requestAnimationFrame(callback),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  isHidden: () => document.visibilityState === "hidden",
};
