/** Window hand: pointer and keys on the window of the overview. Knows nothing of what it moves. */

import type { Range } from "../../data/segment";

const STEP = 0.1;

/** Calls back with the pixels that the pointer has moved since it went down, until it is released. */
export function followPointer(event: PointerEvent, moved: (pixels: number) => void): void {
  const handle = event.currentTarget;
  if (!(handle instanceof HTMLElement) || event.button !== 0) return;
  const stop = new AbortController();
  const from = event.clientX;
  event.preventDefault();
  handle.focus();
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", (now) => moved(now.clientX - from), { signal: stop.signal });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    handle.addEventListener(name, () => stop.abort(), { signal: stop.signal });
}

/**
 * The seconds that a key moves by: an arrow a tenth of what is shown, with shift all of it, Home and End to the ends of
 * what is held; `null` for other keys.
 */
export function stepOf({ key, shiftKey }: KeyboardEvent, shown: Range, whole: Range): number | null {
  const step = (shown.end - shown.start) * (shiftKey ? 1 : STEP);
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return -step;
    case "ArrowRight":
    case "ArrowUp":
      return step;
    case "PageUp":
      return shown.end - shown.start;
    case "PageDown":
      return shown.start - shown.end;
    case "Home":
      return whole.start - whole.end;
    case "End":
      return whole.end - whole.start;
    default:
      return null;
  }
}
