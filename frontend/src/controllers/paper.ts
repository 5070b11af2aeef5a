/** Paper: how the page is printed: its charts as on the screen, in light colours, on one A4 page where they fit. */

import type { State } from "../state";

/** A4 on its side at 96 pixels an inch, less the margins; the height also less the top row. */
const [PAPER_WIDTH, PAPER_HEIGHT] = [1040, 660];
/** Smaller than this nobody reads it: then only the width has to fit, and the charts take several pages. */
const LEAST_ZOOM = 0.45;

/** The factor that fits a size of the screen on the paper. */
export function paperZoom(width: number, height: number): number {
  const both = Math.min(1, PAPER_WIDTH / width, PAPER_HEIGHT / height);
  return both >= LEAST_ZOOM ? both : Math.min(1, PAPER_WIDTH / width);
}

/** `draw` draws every chart at once: the browser prints when the event is over. */
export function watchPrint(page: Window, state: State, draw: () => void): void {
  const { documentElement } = page.document;
  page.addEventListener("beforeprint", () => {
    const charts = page.document.querySelector(".charts");
    if (charts === null) return;
    const { scrollWidth: width, scrollHeight: height } = charts;
    documentElement.style.setProperty("--print-width", `${width}px`);
    documentElement.style.setProperty("--print-height", `${height}px`);
    documentElement.style.setProperty("--print-zoom", String(paperZoom(width, height)));
    state.isOnPaper.value = true;
    draw();
  });
  page.addEventListener("afterprint", () => {
    state.isOnPaper.value = false;
  });
}
