/** Grid drag: a pointer or key that moves or resizes a chart, in cells of the grid. Knows nothing of charts. */

import type { Place } from "../model/layout";

export type CardGrip = "move" | "resize";

/** `place` moved or resized by a number of cells. */
export function dragged(place: Place, grip: CardGrip, columns: number, rows: number): Place {
  if (grip === "move") return { ...place, x: place.x + columns, y: place.y + rows };
  return { ...place, w: place.w + columns, h: place.h + rows };
}

const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The place after an arrow key: moved, or resized with shift; `null` for other keys. */
export function nudged(place: Place, key: string, isShifted: boolean): Place | null {
  const step = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (step === undefined) return null;
  if (isShifted) return dragged(place, "resize", step[0], step[1]);
  const rows = step[1] > 0 ? place.h + 1 : step[1]; // down: past the chart below, or it would fall back up
  return dragged(place, "move", step[0], rows);
}

export interface Cell {
  /** Pixels, gap included. */
  readonly width: number;
  readonly height: number;
}

/**
 * Follows the pointer that went down in `event` until it is released. `moved` gets whole cells, `done` always comes
 * last.
 */
export function followHand(
  event: PointerEvent,
  cell: Cell,
  moved: (columns: number, rows: number) => void,
  done: () => void,
): void {
  const handle = event.currentTarget;
  if (!(handle instanceof HTMLElement)) return;
  const { clientX, clientY, pointerId } = event;
  const stop = new AbortController();
  let last = "0 0";
  const move = (now: PointerEvent): void => {
    const columns = Math.round((now.clientX - clientX) / cell.width);
    const rows = Math.round((now.clientY - clientY) / cell.height);
    if (`${columns} ${rows}` === last) return;
    last = `${columns} ${rows}`;
    moved(columns, rows);
  };
  const end = (): void => {
    stop.abort();
    done();
  };
  event.preventDefault();
  handle.setPointerCapture(pointerId);
  handle.addEventListener("pointermove", move, { signal: stop.signal });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    handle.addEventListener(name, end, { signal: stop.signal });
}
