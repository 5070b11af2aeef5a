import { describe, expect, it } from "vitest";

import { type Drawable, type FrameEnvironment, FrameScheduler } from "../../src/plot/scheduler";

/** An environment with a clock that tests turn: 60 frames a second, none while hidden. */
class FakeEnvironment implements FrameEnvironment {
  isAway = false;
  #now = 0;
  #frames: (() => void)[] = [];
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  frame(callback: () => void): void {
    this.#frames.push(callback);
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  isHidden(): boolean {
    return this.isAway;
  }

  spend(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Runs frames and timers for so long; `each` before every frame. */
  turn(milliseconds: number, each: () => void = () => undefined): void {
    for (const end = this.#now + milliseconds; this.#now < end; ) {
      this.#now += 1000 / 60;
      const due = this.#timers.filter(({ at }) => at <= this.#now);
      this.#timers = this.#timers.filter(({ at }) => at > this.#now);
      for (const { callback } of due) callback();
      each();
      const frames = this.#frames;
      this.#frames = [];
      for (const frame of frames) frame();
    }
  }

  get isIdle(): boolean {
    return this.#frames.length === 0 && this.#timers.length === 0;
  }
}

class Picture implements Drawable {
  draws = 0;

  constructor(
    private readonly fake: FakeEnvironment,
    private readonly cost = 0,
    private readonly again = Infinity,
  ) {}

  draw(): number {
    this.draws += 1;
    this.fake.spend(this.cost);
    return this.again;
  }
}

describe("a scheduler", () => {
  it("draws a picture once for any number of marks within a frame", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const picture = new Picture(fake);
    scheduler.add(picture);
    for (let mark = 0; mark < 100; mark++) scheduler.mark(picture);
    fake.turn(1000);
    expect([picture.draws, fake.isIdle]).toEqual([1, true]);
  });

  it("draws at most 20 times a second under steady news", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const picture = new Picture(fake);
    scheduler.add(picture);
    fake.turn(1000, () => scheduler.mark(picture));
    expect(picture.draws >= 14 && picture.draws <= 20).toEqual(true);
  });

  it("spends at most half of the time on a picture that is slow to draw", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const picture = new Picture(fake, 100);
    scheduler.add(picture);
    fake.turn(4000, () => scheduler.mark(picture));
    expect(picture.draws * 100 <= 2200 && picture.draws > 10).toEqual(true);
  });

  it("lets many pictures take turns, spends at most half of the time on all of them, and makes no frame long", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const pictures = Array.from({ length: 8 }, () => new Picture(fake, 15));
    for (const picture of pictures) scheduler.add(picture);
    let longest = 0;
    let begun = 0;
    fake.turn(6000, () => {
      longest = Math.max(longest, fake.now() - begun);
      begun = fake.now();
      for (const picture of pictures) scheduler.mark(picture);
    });
    const draws = pictures.map((picture) => picture.draws);
    expect([
      draws.reduce((sum, count) => sum + count, 0) * 15 <= 3300,
      Math.min(...draws) > 15,
      Math.max(...draws) - Math.min(...draws) <= 1,
      longest < 50,
    ]).toEqual([true, true, true, true]);
  });

  it("draws nothing while hidden, and at once when seen again", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const picture = new Picture(fake);
    fake.isAway = true;
    scheduler.add(picture);
    fake.turn(1000, () => scheduler.mark(picture));
    const whileHidden = picture.draws;
    fake.isAway = false;
    scheduler.wake();
    fake.turn(100);
    expect([whileHidden, picture.draws]).toEqual([0, 1]);
  });

  it("draws nothing during a pause, and all that has news after it", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const pictures = [new Picture(fake, 0, 100), new Picture(fake)];
    for (const picture of pictures) scheduler.add(picture);
    fake.turn(90);
    scheduler.pause(true);
    fake.turn(1000, () => scheduler.mark(pictures[1]!));
    const during = [pictures.map(({ draws }) => draws), fake.isIdle];
    scheduler.pause(false);
    fake.turn(100);
    expect([during, pictures.map(({ draws }) => draws)]).toEqual([
      [[1, 1], true],
      [2, 2],
    ]);
  });

  it("draws again by itself when a picture asks for it, and not sooner", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const picture = new Picture(fake, 0, 500);
    scheduler.add(picture);
    fake.turn(2100);
    expect(picture.draws).toEqual(5);
  });

  it("forgets a picture that is taken away", () => {
    const fake = new FakeEnvironment();
    const scheduler = new FrameScheduler(fake);
    const picture = new Picture(fake, 0, 100);
    scheduler.add(picture);
    scheduler.remove(picture);
    fake.turn(1000);
    expect([picture.draws, fake.isIdle]).toEqual([0, true]);
  });
});
