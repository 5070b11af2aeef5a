/** Virtual rows: which rows of a long list are in the document. */

import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Up to this many rows the whole list is there, for find-in-page and screen readers. */
const WHOLE_LIST = 300;
const SPARE_ROWS = 12;
const ROW_PIXELS = 26;
const PHONE_ROW_PIXELS = 44;

interface VisibleRows {
  readonly first: number;
  readonly last: number;
  /** Pixels that the rows left out would take. */
  readonly above: number;
  readonly below: number;
  /** The rows on the screen. */
  readonly seen: { readonly first: number; readonly last: number };
}

/** Row height must be that of the style sheet: 26 px, on a phone 44 px. */
export function useVisibleRows(
  scroller: RefObject<HTMLElement | null>,
  scrollTop: Signal<number>,
  count: number,
): VisibleRows {
  const height = useSignal(600);
  const rowHeight = useSignal(ROW_PIXELS);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const phone = matchMedia("(max-width: 700px)");
    const measure = (): void => {
      height.value = element.clientHeight;
      rowHeight.value = phone.matches ? PHONE_ROW_PIXELS : ROW_PIXELS;
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return visibleRows(count, scrollTop.value, height.value, rowHeight.value);
}

export function visibleRows(count: number, scrollTop: number, height: number, rowHeight: number): VisibleRows {
  const top = Math.floor(scrollTop / rowHeight);
  const seen = { first: Math.min(top, count), last: Math.min(top + Math.ceil(height / rowHeight) + 1, count) };
  if (count <= WHOLE_LIST) return { first: 0, last: count, above: 0, below: 0, seen };
  const reach = Math.ceil(height / rowHeight) + 2 * SPARE_ROWS;
  const first = Math.max(0, Math.min(top - SPARE_ROWS, count - reach));
  const last = Math.min(count, first + reach);
  return { first, last, above: first * rowHeight, below: (count - last) * rowHeight, seen };
}
