/** Sheets: what lies over the charts of a narrow page (the list of tags, the actions, the tools), opened and closed. */

import type { State } from "../state";

export class Sheets {
  constructor(
    private readonly page: Window,
    private readonly state: State,
  ) {}

  close(): void {
    this.state.isSheetOpen.value = false;
    this.state.areActionsOpen.value = false;
    this.state.tool.value = null;
  }

  /** Whether one covers the charts: on a phone only, elsewhere they stand beside them. */
  get areCovering(): boolean {
    const { isSheetOpen, areActionsOpen, tool, isPhone } = this.state;
    return isPhone.value && (isSheetOpen.value || areActionsOpen.value || tool.value !== null);
  }

  openSearch(): void {
    this.state.isSheetOpen.value = true;
    const focus = () => this.page.document.getElementById("search")?.focus();
    // At once, so that the next key goes into the field; again after a frame, when the list had to be drawn first.
    focus();
    this.page.requestAnimationFrame(focus);
  }

  /** Presses the button of that id, for a key. A narrow window may have to show the button first. */
  press(id: string): void {
    const button = this.page.document.getElementById(id);
    if (button === null) return;
    if (button.checkVisibility()) button.click();
    else {
      this.state.areActionsOpen.value = true;
      this.page.requestAnimationFrame(() => button.click());
    }
  }
}
