/**
 * Level lines: what triggers wait for, as horizontal lines over a picture that can be dragged. Only moves elements;
 * where a value lies is asked of the picture.
 */

import { formatValue } from "../format";
import type { TriggerLevel } from "../model/trigger";
import { leaf, visible } from "../text";
import type { ValuePlace } from "./axisPlaces";
import type { PlotBox } from "./scene";

interface LevelPlaces {
  /** `null` = it has no axis here. */
  placeOf(level: TriggerLevel): ValuePlace | null;
  valueAt(level: TriggerLevel, y: number): number | null;
}

const STEP_PIXELS = 1;
/** Height of a name, which stands above its line where there is room. */
const LABEL_PIXELS = 18;
const ARROWS = { "-1": "▼ ", "0": "", "1": "▲ " } as const;

export class LevelLines {
  readonly #lines = new Map<number, HTMLElement>();
  #levels: readonly TriggerLevel[] = [];
  /** The line that is in somebody's hand, and the value that it has there. */
  #held: { readonly id: number; readonly value: number } | null = null;

  constructor(
    private readonly element: HTMLElement,
    private readonly places: LevelPlaces,
    /** Called once, when the line is let go. */
    private readonly moved: (id: number, value: number) => void,
  ) {}

  show(levels: readonly TriggerLevel[], box: PlotBox): void {
    this.#levels = levels;
    const ids = new Set(levels.map(({ id }) => id));
    for (const [id, line] of this.#lines) {
      if (ids.has(id)) continue;
      line.remove();
      this.#lines.delete(id);
    }
    for (const level of levels) this.#put(this.#lines.get(level.id) ?? this.#line(level.id), level, box);
  }

  #put(line: HTMLElement, level: TriggerLevel, box: PlotBox): void {
    const value = this.#held?.id === level.id ? this.#held.value : level.value;
    const place = this.places.placeOf({ ...level, value });
    line.hidden = place === null;
    if (place === null) return;
    const { y, beyond } = place;
    line.classList.toggle("low", y < box.top + LABEL_PIXELS);
    line.classList.toggle("armed", level.isArmed);
    line.classList.toggle("fixed", !level.isMovable);
    line.tabIndex = level.isMovable ? 0 : -1;
    line.style.left = `${box.left}px`;
    line.style.width = `${box.width}px`;
    line.style.transform = `translateY(${y.toFixed(1)}px)`;
    line.dataset["name"] =
      `${ARROWS[beyond]}${level.isArmed ? "T" : "(T)"} ${visible(leaf(level.tag))} ${level.says} ${formatValue(value)}`;
    line.setAttribute("aria-label", `Trigger level of ${visible(level.tag)}`);
    line.setAttribute("aria-valuenow", String(value));
    line.dataset["y"] = String(y);
  }

  #line(id: number): HTMLElement {
    const line = this.element.ownerDocument.createElement("div");
    line.className = "level-line";
    line.setAttribute("role", "slider");
    line.setAttribute("aria-orientation", "vertical");
    this.element.append(line);
    this.#lines.set(id, line);
    line.addEventListener("pointerdown", (event) => {
      if (this.#find(id)?.isMovable !== true) return;
      line.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    line.addEventListener("pointermove", (event) => {
      if (line.hasPointerCapture(event.pointerId))
        this.#hold(line, id, event.clientY - this.element.getBoundingClientRect().top);
    });
    line.addEventListener("pointerup", () => this.#letGo());
    line.addEventListener("pointercancel", () => (this.#held = null));
    line.addEventListener("keydown", (event) => {
      if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || this.#find(id)?.isMovable !== true) return;
      event.preventDefault();
      event.stopPropagation();
      const pixels = (event.shiftKey ? 10 : STEP_PIXELS) * (event.key === "ArrowUp" ? -1 : 1);
      this.#hold(line, id, Number(line.dataset["y"]) + pixels);
      this.#letGo();
    });
    return line;
  }

  #find(id: number): TriggerLevel | undefined {
    return this.#levels.find((level) => level.id === id);
  }

  #hold(line: HTMLElement, id: number, y: number): void {
    const level = this.#find(id);
    const value = level === undefined ? null : this.places.valueAt(level, y);
    if (level === undefined || value === null) return;
    this.#held = { id, value };
    const place = this.places.placeOf({ ...level, value })?.y ?? y;
    line.style.transform = `translateY(${place.toFixed(1)}px)`;
    line.dataset["name"] = `T ${formatValue(value)}`;
    line.dataset["y"] = String(y);
  }

  #letGo(): void {
    if (this.#held === null) return;
    const { id, value } = this.#held;
    this.#held = null;
    this.moved(id, value);
  }
}
