/**
 * Way back: what the browser's own way back undoes: it closes a sheet that lies over the page, else it undoes the last
 * zoom. Each has an entry in the browser's history; entries are alike, only their number counts.
 */

import { effect } from "@preact/signals";

interface Undone {
  /** Whether a sheet lies over the page. */
  isCovered(): boolean;
  closeSheets(): void;
  /** False = there was no zoom. */
  undoZoom(): boolean;
  /** An entry from before all that: its address says what to show. */
  showAddress(): void;
  /** The address of the view as it is now, into the present entry. */
  writeAddress(): void;
}

export class WayBack {
  #isCovered = false;
  /** An entry of a sheet that was closed by its button: the next sheet or zoom takes it. */
  #hasSpare = false;

  constructor(
    private readonly page: Window,
    private readonly undone: Undone,
  ) {}

  start(): void {
    this.page.addEventListener("popstate", () => this.#back());
    effect(() => {
      const isCovered = this.undone.isCovered();
      if (isCovered === this.#isCovered) return;
      this.#isCovered = isCovered;
      if (isCovered) this.begin();
      else this.#hasSpare = true;
    });
  }

  /** What is shown next gets an entry of its own. */
  begin(): void {
    if (!this.#hasSpare) this.page.history.pushState(null, "", this.page.location.href);
    this.#hasSpare = false;
  }

  #back(): void {
    const hadSpare = this.#hasSpare;
    if (this.#isCovered) {
      this.#isCovered = false; // its entry is gone already
      this.undone.closeSheets();
      this.undone.writeAddress();
    } else if (this.undone.undoZoom()) this.undone.writeAddress();
    else if (hadSpare) {
      this.#hasSpare = false;
      this.page.history.back(); // there was nothing to undo but the spare entry: on to where the hand wanted
    } else this.undone.showAddress();
  }
}
