/**
 * Trace group: the traces of one axis as SVG. While the picture slides, the lines that are settled are moved, not drawn
 * again: the browser then need not paint them either, which is most of its work.
 */

import type { PlotTrace } from "../plotly";
import { dashes, labelsAt, linePath, markerPath, type Scale } from "./paths";
import { type Cut, canBeStill, cutAt, dashPhase, drawnBy, seamOf, stubBefore, uncut } from "./stillLine";
import { make } from "./svg";

interface Drawn {
  readonly group: SVGGElement;
  readonly fill: SVGPathElement | null;
  readonly line: SVGPathElement | null;
  readonly points: SVGPathElement | null;
}

/** What is drawn of a line in the part that slides. */
interface Still {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The last points that the tail draws too. */
  readonly overlap: number;
  /** Where a tail without a seam begins, in place of the first of those points. */
  readonly stub: { readonly x: number; readonly y: number } | null;
  /** Where the pattern of dashes is where the tail begins. */
  readonly phase: number;
}

/** Tails may have this part of all points: to draw everything anew costs as much as many tails. */
const LONGEST_TAILS = 1 / 8;
/** The tail begins so many points before the seam, or before the still part ends: the corner there is then whole. */
const CORNER_POINTS = 2;
/** Pixels that the still part may reach beyond the picture. */
const REACH = 10_000;

export class TraceGroup {
  readonly element = make("g", { class: "scatterlayer" });
  readonly #moving = make("g", {});
  /** How far `#moving` is moved up so that it lies on the screen's pixels; what is in it is moved down again. */
  #up = 0;
  /** Cut the still parts off at the seam, and the tails, so that lines cross each other there as everywhere. */
  readonly #before = make("svg", { overflow: "hidden" });
  readonly #within = make("g", {});
  readonly #after = make("svg", { overflow: "hidden", "stroke-miterlimit": "2" });
  readonly #cut = make("g", {});
  readonly #whole = make("g", { "stroke-miterlimit": "2" });
  #seam = 0;
  #isSliding = false;
  readonly #drawn: readonly Drawn[];
  readonly #tails: readonly SVGPathElement[];
  /** The traces from here, and up to here, are lines that can be still. */
  readonly #first: number;
  readonly #end: number;
  #still: readonly Still[] = [];
  /** The scale that the still part was drawn by. */
  #scale: Scale | null = null;

  constructor(traces: readonly PlotTrace[]) {
    this.#first = Math.max(0, traces.findIndex(canBeStill));
    this.#end = this.#first + firstIndex(traces.slice(this.#first), (trace) => !canBeStill(trace));
    this.#drawn = traces.map(build);
    this.#tails = traces.slice(this.#first, this.#end).map(({ line }) => make("path", lineStyle(line)));
    const groups = this.#drawn.map(({ group }) => group);
    this.#within.append(...groups.slice(this.#first, this.#end));
    this.#before.append(this.#within);
    this.#moving.append(this.#before);
    this.#after.append(this.#cut);
    const still = [this.#moving, this.#after, this.#whole];
    this.element.append(...groups.slice(0, this.#first), ...still, ...groups.slice(this.#end));
  }

  /** Puts it where a group with these attributes lies. */
  place(transform: string, clip: string | null): void {
    this.element.setAttribute("transform", transform);
    if (clip !== null) this.element.setAttribute("clip-path", clip);
    const top = Number(/translate\([^,]+,([-\d.]+)\)/.exec(transform)?.[1] ?? 0);
    const ratio = window.devicePixelRatio;
    this.#up = top - Math.floor(top * ratio) / ratio;
    this.#within.setAttribute("transform", `translate(${REACH},${this.#up})`);
    this.#cut.setAttribute("transform", `translate(0,${this.#up})`);
  }

  draw(traces: readonly PlotTrace[], scale: Scale): void {
    const lines = traces.slice(this.#first, this.#end);
    const slid = this.#scale === null ? NaN : pixelsBetween(this.#scale, scale);
    const counts = Number.isNaN(slid) ? null : this.#countDrawn(lines, scale);
    if (counts === null) this.#drawStill(lines, scale, !Number.isNaN(slid) && slid !== 0);
    else this.#moveStill(lines, counts, scale, slid);
    traces.forEach((trace, index) => {
      if (index < this.#first || index >= this.#end) update(this.#drawn[index]!, trace, scale);
    });
  }

  /** How many points of each line need not be drawn again; `null` = draw all anew. */
  #countDrawn(lines: readonly PlotTrace[], scale: Scale): readonly number[] | null {
    let [tails, all] = [0, 0];
    const counts: number[] = [];
    for (const [index, line] of lines.entries()) {
      const count = drawnBy(this.#still[index]!, line, scale);
      if (count < 0) return null;
      counts.push(count);
      tails += line.x.length - count;
      all += line.x.length;
    }
    return tails > Math.max(LONGEST_TAILS * all, 4 * lines.length) ? null : counts;
  }

  #drawStill(lines: readonly PlotTrace[], scale: Scale, isSliding: boolean): void {
    const seam = isSliding ? seamOf(lines, scale) : scale.start + scale.width / scale.perMillisecond;
    const cuts = lines.map((line): Cut => (isSliding ? cutAt(seam, line, scale) : uncut(seam, line)));
    this.#still = lines.map((line, index) => {
      const { count, before } = cuts[index]!;
      const [x, y] = [line.x.slice(0, count), line.y.slice(0, count)];
      update(this.#drawn[this.#first + index]!, { ...line, x, y }, scale);
      (count > before ? this.#cut : this.#whole).append(this.#tails[index]!);
      const overlap = Math.min(count, count - before + CORNER_POINTS);
      const stub = count > before || overlap < CORNER_POINTS ? null : stubBefore(line, count - 1, scale);
      return { x, y, overlap, stub, phase: dashPhase(line, count - overlap, scale) + (stub?.along ?? 0) };
    });
    this.#scale = scale;
    this.#isSliding = isSliding;
    this.#seam = Math.max(0, isSliding ? Math.floor((seam - scale.start) * scale.perMillisecond) : scale.width);
    setBox(this.#before, { x: -REACH, y: 0, width: REACH + this.#seam, height: Math.ceil(scale.height + 1) });
    this.#moveStill(
      lines,
      cuts.map(({ count }) => count),
      scale,
      0,
    );
  }

  #moveStill(lines: readonly PlotTrace[], counts: readonly number[], scale: Scale, slid: number): void {
    // a layer of the browser's own, as long as it moves: texts and edges beside it look a little otherwise
    this.#moving.style.willChange = slid !== 0 || this.#isSliding ? "transform" : "auto";
    this.#moving.style.transform = `translate(${slid}px,${-this.#up}px)`;
    const left = this.#seam + slid;
    const [width, height] = [Math.max(0, scale.width - left), Math.ceil(scale.height + 1)];
    setBox(this.#after, { x: left, y: -this.#up, width, height });
    const cutScale = { ...scale, start: scale.start + left / scale.perMillisecond };
    lines.forEach((line, index) => {
      const [tail, still, count] = [this.#tails[index]!, this.#still[index]!, counts[index]!];
      const isCut = tail.parentNode === this.#cut;
      const isNone = isCut ? left >= scale.width : count === line.x.length;
      const from = isNone ? line.x.length : Math.max(0, count - still.overlap);
      const [x, y] = [line.x.slice(from), line.y.slice(from)];
      if (still.stub !== null && !isNone) [x[0], y[0]] = [still.stub.x, still.stub.y];
      tail.setAttribute("d", linePath({ ...line, x, y }, isCut ? cutScale : scale));
      tail.setAttribute("stroke-dashoffset", String(still.phase));
    });
  }
}

function setBox(element: SVGSVGElement, box: Readonly<Record<"x" | "y" | "width" | "height", number>>): void {
  for (const [name, pixels] of Object.entries(box)) element.setAttribute(name, String(pixels));
}

/** By how many pixels a picture has slid; NaN if it is another one, or would fall between the screen's pixels. */
function pixelsBetween(from: Scale, to: Scale): number {
  const pixels = (from.start - to.start) * to.perMillisecond;
  const ratio = window.devicePixelRatio;
  const whole = Math.round(pixels * ratio) / ratio;
  const isSame =
    from.width === to.width &&
    from.height === to.height &&
    Math.abs(from.perMillisecond / to.perMillisecond - 1) < 1e-6 &&
    from.low === to.low &&
    from.perUnit === to.perUnit &&
    from.isLog === to.isLog;
  return isSame && Math.abs(pixels - whole) < 0.02 ? whole : NaN;
}

function firstIndex<Item>(items: readonly Item[], is: (item: Item) => boolean): number {
  const found = items.findIndex(is);
  return found < 0 ? items.length : found;
}

function lineStyle(line: PlotTrace["line"]): Record<string, string> {
  return {
    fill: "none",
    stroke: line.color,
    "stroke-width": String(line.width),
    "stroke-dasharray": dashes(line.dash, line.width),
  };
}

function build(trace: PlotTrace): Drawn {
  const { mode, line, marker, fill, fillcolor, opacity = 1, textfont } = trace;
  const group = make("g", { class: "trace", "stroke-miterlimit": "2", opacity: String(opacity) });
  const path = (name: string, attributes: Record<string, string>): SVGPathElement => {
    const made = make("path", { class: name, ...attributes });
    group.append(made);
    return made;
  };
  const edge = marker.line ?? { color: "none", width: 0 };
  const isOpen = marker.symbol?.endsWith("-open") === true;
  if (textfont !== undefined) {
    const { family = "", size = 12, color = "" } = textfont;
    for (const [name, value] of Object.entries({ "font-family": family, "font-size": `${size}px`, fill: color }))
      group.setAttribute(name, value);
  }
  return {
    group,
    fill: fill === undefined ? null : path("js-fill", { fill: fillcolor ?? "none", stroke: "none" }),
    line: mode.includes("lines") ? path("js-line", lineStyle(line)) : null,
    points: mode.includes("markers")
      ? path("points", {
          fill: isOpen ? "none" : marker.color,
          stroke: isOpen ? marker.color : edge.color,
          "stroke-width": String(edge.width),
        })
      : null,
  };
}

function update({ group, fill, line, points }: Drawn, trace: PlotTrace, scale: Scale): void {
  const path = line === null ? "" : linePath(trace, scale);
  line?.setAttribute("d", path);
  fill?.setAttribute("d", path);
  points?.setAttribute("d", markerPath(trace, scale));
  if (trace.mode !== "text") return;
  const labels = labelsAt(trace, scale).map(({ x, y, text }) => {
    const label = make("text", { x: String(x), y: String(y), "text-anchor": "middle" });
    label.textContent = text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    return label;
  });
  group.replaceChildren(...labels);
}
