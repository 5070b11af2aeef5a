/**
 * Plotly chart: one plotly picture in one element. The only importer of plotly. Draws what it is given and reports what
 * was done to it: a range was dragged, wheeled or pinched, or the picture was double-clicked.
 */

import type PlotlyLibrary from "plotly.js-basic-dist-min";

import type { Range } from "../data/segment";
import { WallClock } from "../model/wallClock";
import type { Figure } from "./figure";
import { type GestureTarget, listenForGestures } from "./gestures";
import { TickSlide } from "./layer/tickSlide";
import { TraceLayer } from "./layer/traceLayer";
import type { PlotAxis, PlotConfig, PlotElement, PlotLayout, PlotTrace, RelayoutEvent } from "./plotly";
import { byClock, onWall, rangeOfRelayout } from "./plotlyTime";
import type { PlotBox, Size } from "./scene";

/** Large: the browser reads it while the page already asks the server for its points. */
let Plotly: typeof PlotlyLibrary;
const isLoaded = import("plotly.js-basic-dist-min").then((library) => {
  Plotly = library.default;
});

export const CONFIG: PlotConfig = {
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  displayModeBar: false,
  doubleClick: false, // ours: back to live
  scrollZoom: false, // ours: time only, at the cursor
  responsive: false, // ours: it would miss every resize but the window's
  showTips: false,
  doubleClickDelay: 350,
};

const HOLDER: PlotTrace = {
  type: "scatter",
  uid: "",
  name: "",
  mode: "lines",
  x: new Float64Array(0),
  y: new Float64Array(0),
  yaxis: "y",
  line: { color: "black", dash: "solid", width: 1, shape: "linear", simplify: false },
  marker: { color: "black", size: 1 },
  connectgaps: false,
  cliponaxis: true,
  showlegend: false,
};

interface PlotlyChartEvents {
  zoomed(range: Range): void;
  reset(): void;
  /** The mouse is over this instant; `null` = it has left the plot. `isMoved`: else the picture has moved below it. */
  hovered(time: number | null, isMoved: boolean): void;
  axisAt: GestureTarget["axisAt"];
  scaled: GestureTarget["scaled"];
  pressed: GestureTarget["pressed"];
  resized(): void;
  /** Whether the mouse button is down on the picture: nothing may be drawn below the hand. */
  held(isHeld: boolean): void;
}

export class PlotlyChart {
  #size: Size;
  #range: Range = { start: 0, end: 1 };
  #plotArea = { left: 0, right: 0, top: 0, bottom: 0 };
  #arrangement = "";
  /** Everything of plotly's own part of the picture but the ends of its axes. */
  #frame = "";
  /** The ends that plotly was given last, by axis. */
  #ends: Readonly<Record<string, readonly number[]>> = {};
  #isPlotted = false;
  readonly #layer: TraceLayer;
  readonly #ticks: TickSlide;
  /** The ends of the time axis, while its ticks have slid there and plotly does not know. */
  #slidTo: readonly number[] | null = null;
  #isHeld = false;
  /** Where the mouse is, in pixels from the window's left; `null` = not over the picture. */
  #mouse: number | null = null;
  #clock = new WallClock("local");
  readonly #stop = new AbortController();
  readonly #observer: ResizeObserver;

  constructor(
    readonly element: HTMLElement,
    private readonly events: PlotlyChartEvents,
  ) {
    this.#size = measure(element);
    this.#layer = new TraceLayer(element);
    this.#ticks = new TickSlide(element);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(element);
    if (Plotly === undefined) void isLoaded.then(() => this.events.resized());
    this.#listenToHand();
    listenForGestures(element, this.#stop.signal, {
      range: () => this.#range,
      plotArea: () => this.#plotArea,
      lookAt: (range) => this.events.zoomed(range),
      axisAt: (x, y) => this.events.axisAt(x, y),
      scaled: (key, ends) => this.events.scaled(key, ends),
      pressed: (time) => this.events.pressed(time),
    });
  }

  get size(): Size {
    return this.#size;
  }

  /** Width of the plot itself in pixels, without axes; a guess before the first picture. */
  get plotWidth(): number {
    return Math.max(50, this.#size.width - this.#plotArea.left - this.#plotArea.right);
  }

  /** Where the plot lies inside the element. */
  get box(): PlotBox {
    const { left, top, bottom } = this.#plotArea;
    return { left, top, width: this.plotWidth, height: Math.max(1, this.#size.height - top - bottom) };
  }

  /**
   * False while the mouse button is down on the picture (a redraw would disturb the selection), while it is too small
   * to see, and before plotly is there.
   */
  get isDrawable(): boolean {
    return Plotly !== undefined && !this.#isHeld && this.#size.width > 40 && this.#size.height > 40;
  }

  draw(figure: Figure, range: Range, clock: WallClock): void {
    const { l, r, t, b } = figure.layout.margin;
    this.#range = range;
    this.#clock = clock;
    this.#plotArea = { left: l, right: r, top: t, bottom: b };
    const { width, height } = this.#size;
    const sized = { traces: figure.traces, layout: { ...figure.layout, width, height } };
    const isAnew = this.#drawFrame(byClock({ ...sized, traces: axisHolders(sized.layout) }, clock));
    this.#layer.draw(onWall(sized, clock), isAnew);
    (this.element as PlotElement).data = figure.traces; // as if plotly had drawn them
    if (this.#mouse !== null) this.#hover(this.#mouse, false);
  }

  /** Has plotly draw all but the traces; if only ends of axes moved, it takes much the shorter way. */
  #drawFrame({ traces, layout }: Figure): boolean {
    const frame = JSON.stringify([traces, layout], (key, value: unknown) => (key === "range" ? undefined : value));
    if (this.#isPlotted && frame === this.#frame) {
      this.#moveAxes(layout);
      return false;
    }
    this.#slidTo = null;
    this.#ticks.back();
    this.#frame = frame;
    this.#ends = endsOf(layout);
    this.#startAfresh(layout);
    void Plotly.react(this.element, traces, layout, CONFIG);
    this.#adoptTicks();
    if (!this.#isPlotted) this.#listenToPlotly();
    return true;
  }

  #moveAxes(layout: PlotLayout): void {
    const ends = endsOf(layout);
    const moved = Object.keys(ends).filter((axis) => String(ends[axis]) !== String(this.#ends[axis]));
    if (moved.every((axis) => axis === "xaxis") && this.#slideTo(ends["xaxis"]!)) return;
    this.#slidTo = null;
    this.#ticks.back();
    this.#ends = ends;
    const changes = moved.map((axis) => [`${axis}.range`, ends[axis]] as const);
    if (changes.length > 0) void Plotly.relayout(this.element, Object.fromEntries(changes));
    this.#adoptTicks();
  }

  /** Moves the ticks of the time axis there; false = there are others there. */
  #slideTo([start, end]: readonly number[]): boolean {
    const [from, to] = this.#ends["xaxis"] ?? [];
    const span = end! - start!;
    if (from === undefined || to === undefined || Math.abs(to - from - span) > 1e-6 * span) return false;
    const pixels = Math.round(((from - start!) / span) * this.plotWidth * 100) / 100;
    if (!this.#ticks.slide(pixels)) return false;
    this.#slidTo = [start!, end!];
    (this.element as PlotElement).layout.xaxis.range = [start!, end!];
    return true;
  }

  /** Tells plotly where its time axis is: a hand is about to drag over it. */
  #settle(): void {
    if (this.#slidTo === null) return;
    this.#ticks.back();
    this.#ends = { ...this.#ends, xaxis: this.#slidTo };
    void Plotly.relayout(this.element, { "xaxis.range": this.#slidTo });
    this.#slidTo = null;
    this.#adoptTicks();
  }

  #adoptTicks(): void {
    const { left, right } = this.#plotArea;
    this.#ticks.adopt({ left, right, width: this.plotWidth }, this.#range.end - this.#range.start);
  }

  /** The figure as a picture file, as large as on the page; resolves to a `data:` address. */
  picture(figure: Figure, format: "png" | "svg", scale: number): Promise<string> {
    const { width, height } = this.#size;
    const { traces, layout } = byClock(figure, this.#clock);
    return Plotly.toImage({ data: traces, layout: { ...layout, width, height } }, { format, width, height, scale });
  }

  /** Plotly misplaces axes when `react` changes their arrangement: another arrangement needs a new plot. */
  #startAfresh(layout: PlotLayout): void {
    const axes = Object.keys(layout)
      .filter((key) => key.startsWith("yaxis"))
      .sort();
    const arrangement = axes.map((key) => `${key} ${layout[key as `yaxis${string}`]!.overlaying ?? ""}`).join();
    if (this.#isPlotted && arrangement !== this.#arrangement) {
      Plotly.purge(this.element);
      this.#isPlotted = false;
    }
    this.#arrangement = arrangement;
  }

  destroy(): void {
    this.#hold(false);
    this.#stop.abort();
    this.#observer.disconnect();
    if (this.#isPlotted) Plotly.purge(this.element);
  }

  #listenToPlotly(): void {
    this.#isPlotted = true;
    const plot = this.element as PlotElement;
    plot.on("plotly_relayout", (change: RelayoutEvent) => {
      const range = rangeOfRelayout(change, this.#clock);
      if (range === null) return;
      this.#ends = {}; // plotly has ends of its own now
      this.events.zoomed(range);
    });
    plot.on("plotly_doubleclick", () => this.events.reset());
  }

  #listenToHand(): void {
    const { signal } = this.#stop;
    const release = (): void => this.#hold(false);
    this.element.addEventListener(
      "pointerdown",
      (event) => {
        this.#settle();
        this.#hold(event.pointerType === "mouse" && event.button === 0 && this.#isInPlot(event.clientX));
      },
      { signal },
    );
    this.element.addEventListener(
      "pointermove",
      (event) => event.pointerType === "mouse" && this.#hover(event.clientX, true),
      { signal },
    );
    this.element.addEventListener(
      "pointerleave",
      () => {
        this.#mouse = null;
        this.events.hovered(null, true);
      },
      { signal },
    );
    window.addEventListener("pointerup", release, { signal });
    window.addEventListener("pointercancel", release, { signal });
    window.addEventListener("blur", release, { signal });
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.events.held(isHeld);
  }

  #isInPlot(clientX: number): boolean {
    const { left, width } = this.box;
    const x = clientX - this.element.getBoundingClientRect().left - left;
    return x >= 0 && x <= width;
  }

  #hover(clientX: number, isMoved: boolean): void {
    this.#mouse = clientX;
    const { left, width } = this.box;
    const x = clientX - this.element.getBoundingClientRect().left - left;
    const isInside = x >= 0 && x <= width;
    const { start, end } = this.#range;
    this.events.hovered(isInside ? start + (x / width) * (end - start) : null, isMoved);
  }

  #resize(): void {
    const size = measure(this.element);
    if (size.width === this.#size.width && size.height === this.#size.height) return;
    this.#size = size;
    this.events.resized();
  }
}

/** Plotly draws an axis only if a trace has it. These have no points. */
function axisHolders(layout: PlotLayout): PlotTrace[] {
  const names = Object.keys(layout).filter((key) => key.startsWith("yaxis"));
  return names.map((name) => ({ ...HOLDER, uid: name, yaxis: `y${name.slice(5)}` }));
}

function endsOf(layout: PlotLayout): Record<string, readonly number[]> {
  const axes = Object.entries(layout).filter(([key]) => /^[xy]axis/.test(key)) as [string, PlotAxis][];
  return Object.fromEntries(axes.map(([name, { range }]) => [name, range ?? []]));
}

function measure(element: HTMLElement): Size {
  return { width: element.clientWidth, height: element.clientHeight };
}
