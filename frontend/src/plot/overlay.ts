/**
 * Overlay: vertical lines over a picture, for the instant under the mouse, the cursors A and B and a trigger. Only
 * moves elements; reports a dragged cursor.
 */

import type { Range } from "../data/segment";
import type { CursorName } from "../model/cursors";
import type { Instants } from "./legend";
import type { PlotBox } from "./scene";

export interface OverlayInstants extends Instants {
  /** When the capture that is shown was triggered. */
  readonly trigger: number | null;
}

const NAMES: readonly CursorName[] = ["a", "b"];
const STEP_PIXELS = 1;

export class Overlay {
  readonly #hover: HTMLElement;
  readonly #trigger: HTMLElement;
  readonly #cursors = new Map<CursorName, HTMLElement>();
  #range: Range = { start: 0, end: 1 };
  #box: PlotBox = { left: 0, top: 0, width: 1, height: 1 };

  constructor(
    private readonly element: HTMLElement,
    private readonly moved: (name: CursorName, time: number) => void,
  ) {
    this.#hover = this.#line("hover-line");
    this.#trigger = this.#line("trigger-line");
    for (const name of NAMES) this.#cursors.set(name, this.#cursor(name));
  }

  show(range: Range, box: PlotBox, instants: OverlayInstants): void {
    this.#range = range;
    this.#box = box;
    this.#put(this.#hover, instants.hover);
    this.#put(this.#trigger, instants.trigger);
    for (const [name, line] of this.#cursors) {
      this.#put(line, instants[name]);
      if (instants[name] !== null) line.setAttribute("aria-valuenow", instants[name].toFixed(3));
    }
  }

  #line(name: string): HTMLElement {
    const line = this.element.ownerDocument.createElement("div");
    line.className = name;
    line.hidden = true;
    this.element.append(line);
    return line;
  }

  #cursor(name: CursorName): HTMLElement {
    const line = this.#line(`cursor-line ${name}`);
    line.dataset["name"] = name.toUpperCase();
    line.tabIndex = 0;
    line.setAttribute("role", "slider");
    line.setAttribute("aria-label", `Cursor ${name.toUpperCase()}`);
    line.addEventListener("pointerdown", (event) => {
      line.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    line.addEventListener("pointermove", (event) => {
      if (line.hasPointerCapture(event.pointerId)) this.moved(name, this.#timeAt(event.clientX));
    });
    line.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      event.stopPropagation();
      const pixels = (event.shiftKey ? 10 : STEP_PIXELS) * (event.key === "ArrowLeft" ? -1 : 1);
      this.moved(name, Number(line.dataset["time"]) + pixels * this.#secondsPerPixel());
    });
    return line;
  }

  #secondsPerPixel(): number {
    return (this.#range.end - this.#range.start) / this.#box.width;
  }

  #timeAt(clientX: number): number {
    const x = clientX - this.element.getBoundingClientRect().left - this.#box.left;
    return this.#range.start + Math.max(0, Math.min(this.#box.width, x)) * this.#secondsPerPixel();
  }

  #put(line: HTMLElement, time: number | null): void {
    const isSeen = time !== null && time >= this.#range.start && time <= this.#range.end;
    line.hidden = !isSeen;
    if (!isSeen) return;
    const x = this.#box.left + (time - this.#range.start) / this.#secondsPerPixel();
    line.dataset["time"] = String(time);
    line.style.transform = `translateX(${x.toFixed(1)}px)`;
    line.style.top = `${this.#box.top}px`;
    line.style.height = `${this.#box.height}px`;
  }
}
