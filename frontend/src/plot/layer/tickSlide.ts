/**
 * Tick slide: moves the ticks, labels and grid lines of plotly's time axis sideways for as long as they stay the same
 * ones. Plotly would place each of them anew, and the browser lay out each text. Hides a label that the edge would cut:
 * plotly would measure each of them in each frame.
 */

const MOVED = ".cartesianlayer > .subplot > .gridlayer > .x, .cartesianlayer > .subplot > .xaxislayer-above";
/** Over longer than this the next tick may come after this part of the step before it: months differ. */
const ALIKE_SECONDS = 86_400;
const LEAST_STEP = 0.9;
/** Plotly draws no grid line closer than this to the edge. */
const EDGE_PIXELS = 1;
/** Of a digit, by the size of its font. */
const DIGIT_WIDTH = 0.58;

interface Label {
  readonly element: SVGElement;
  /** Half of its width at either side of this, in pixels from the left of the picture. */
  readonly middle: number;
  readonly half: number;
}

export class TickSlide {
  #groups: readonly Element[] = [];
  /** Where plotly has put the ticks, in pixels from the left of the plot, ascending. */
  #places: readonly number[] = [];
  #labels: readonly Label[] = [];
  #width = 0;
  #wholeWidth = 0;
  /** Of the shortest step: none is shorter. */
  #part = LEAST_STEP;

  constructor(private readonly element: HTMLElement) {}

  /** Call it when plotly has drawn its axes; the plot lies `left` inside the element, `right` free, and shows so many seconds. */
  adopt({ left, right, width }: { left: number; right: number; width: number }, seconds: number): void {
    this.#part = seconds < ALIKE_SECONDS ? 1 : LEAST_STEP;
    this.#groups = [...this.element.querySelectorAll(MOVED)];
    // every pane has the grid, the lowest the ticks
    const places = (ticks: string): number[] =>
      [...(this.element.querySelector(ticks)?.closest(".subplot")?.querySelectorAll(ticks) ?? [])]
        .map((tick) => placeOf(tick) - left)
        .sort((a, b) => a - b);
    this.#width = width;
    this.#wholeWidth = left + width + right;
    this.#places = places("path.xtick");
    if (places("path.xgrid").length !== this.#places.length) this.#places = [];
    this.#labels = Array.from(this.element.querySelectorAll<SVGElement>("g.xtick > text"), labelOf);
    this.#hideCut(0);
  }

  /** Moves them by so many pixels from where plotly has put them; false = it would draw others. */
  slide(pixels: number): boolean {
    const first = this.#places[0];
    const last = this.#places[this.#places.length - 1];
    if (first === undefined || last === undefined || this.#places.length < 2) return false;
    const steps = this.#places.slice(1).map((place, index) => place - this.#places[index]!);
    const step = this.#part * Math.min(...steps);
    const [left, right] = [EDGE_PIXELS, this.#width - EDGE_PIXELS];
    const isSame = first + pixels > left && last + pixels < right;
    if (!isSame || first + pixels - step > 0 || last + pixels + step < this.#width) return false;
    for (const group of this.#groups) group.setAttribute("transform", `translate(${pixels},0)`);
    this.#hideCut(pixels);
    return true;
  }

  /** Puts them back to where plotly believes them. */
  back(): void {
    for (const group of this.#groups) group.removeAttribute("transform");
    this.#hideCut(0);
  }

  #hideCut(pixels: number): void {
    for (const { element, middle, half } of this.#labels) {
      const isCut = middle + pixels < half || middle + pixels > this.#wholeWidth - half;
      element.style.visibility = isCut ? "hidden" : "";
    }
  }
}

/** How far to the right plotly has put it. */
function placeOf(element: Element): number {
  return Number(/translate\(([-\d.]+)/.exec(element.getAttribute("transform") ?? "")?.[1]);
}

function labelOf(element: SVGElement): Label {
  const lines = [...element.querySelectorAll("tspan")].map(({ textContent }) => textContent.length);
  const characters = Math.max(0, ...(lines.length > 0 ? lines : [element.textContent.length]));
  const half = (characters * DIGIT_WIDTH * parseFloat(element.style.fontSize)) / 2;
  return { element, middle: placeOf(element), half };
}
