/**
 * Gestures: wheel and touch on a picture, as ranges of time. Knows nothing of plotly or of modes.
 *
 * Wheel zooms at the cursor, with shift (or sideways) it pans; two fingers pinch, one finger pans; up and down still
 * scrolls a phone.
 */

import type { Range } from "../data/segment";
import { shift, zoomAt } from "../model/timeView";

interface GestureTarget {
  range(): Range;
  /** Pixels between the element's edges and the plot. */
  plotArea(): { readonly left: number; readonly right: number };
  lookAt(range: Range): void;
}

const ZOOM_PER_PIXEL = 0.0015;
const PIXELS_PER_LINE = 30;
const SLOP = 8;

export function listenForGestures(element: HTMLElement, signal: AbortSignal, target: GestureTarget): void {
  element.addEventListener("wheel", (event) => wheel(event, element, target), { signal, passive: false });
  listenForTouch(element, signal, target);
}

function wheel(event: WheelEvent, element: HTMLElement, target: GestureTarget): void {
  if (event.ctrlKey && event.deltaMode !== 0) return;
  event.preventDefault();
  const unit = event.deltaMode === 0 ? 1 : PIXELS_PER_LINE;
  const range = target.range();
  const scale = scaleOf(element, target, range);
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
    target.lookAt(shift(range, sideways * unit * scale.secondsPerPixel));
    return;
  }
  const factor = Math.exp(Math.max(-400, Math.min(400, event.deltaY * unit)) * ZOOM_PER_PIXEL);
  target.lookAt(zoomAt(range, factor, scale.timeAt(event.clientX)));
}

interface TimeScale {
  readonly secondsPerPixel: number;
  timeAt(clientX: number): number;
}

function scaleOf(element: HTMLElement, target: GestureTarget, range: Range): TimeScale {
  const box = element.getBoundingClientRect();
  const { left, right } = target.plotArea();
  const width = Math.max(1, box.width - left - right);
  const secondsPerPixel = (range.end - range.start) / width;
  return {
    secondsPerPixel,
    timeAt: (clientX) => range.start + Math.min(width, Math.max(0, clientX - box.left - left)) * secondsPerPixel,
  };
}

/** One touch from first finger down to last finger up. */
interface Touching {
  readonly range: Range;
  readonly scale: TimeScale;
  /** Where each finger went down. */
  readonly fingers: readonly number[];
  isOurs: boolean;
}

function listenForTouch(element: HTMLElement, signal: AbortSignal, target: GestureTarget): void {
  let touching: Touching | null = null;
  const begin = (event: TouchEvent): void => {
    // taps on the legend are not ours
    if (!(event.target instanceof Element) || event.target.closest(".draglayer") === null) return;
    event.stopPropagation(); // else plotly begins a selection of its own
    const range = target.range();
    const fingers = Array.from(event.touches, (touch) => touch.clientX);
    touching = { range, scale: scaleOf(element, target, range), fingers, isOurs: fingers.length > 1 };
  };
  const move = (event: TouchEvent): void => {
    if (touching === null || event.touches.length !== touching.fingers.length) return;
    const x = Array.from(event.touches, (touch) => touch.clientX);
    touching.isOurs ||= Math.abs(x[0]! - touching.fingers[0]!) > SLOP;
    if (!touching.isOurs) return;
    event.preventDefault();
    target.lookAt(
      x.length > 1
        ? pinched(touching, x[0]!, x[1]!)
        : shift(touching.range, (touching.fingers[0]! - x[0]!) * touching.scale.secondsPerPixel),
    );
  };
  const end = (event: TouchEvent): void => {
    if (event.touches.length === 0) touching = null;
    else begin(event);
  };
  element.addEventListener("touchstart", begin, { signal, capture: true, passive: true });
  element.addEventListener("touchmove", move, { signal, capture: true, passive: false });
  element.addEventListener("touchend", end, { signal, capture: true });
  element.addEventListener("touchcancel", end, { signal, capture: true });
}

/** The range that puts the two instants under the fingers back under them. */
function pinched(touching: Touching, x0: number, x1: number): Range {
  const { scale, fingers, range } = touching;
  const before = Math.abs(fingers[1]! - fingers[0]!);
  const factor = Math.max(20, before) / Math.max(20, Math.abs(x1 - x0));
  const middleBefore = (fingers[0]! + fingers[1]!) / 2;
  const zoomed = zoomAt(range, factor, scale.timeAt(middleBefore));
  return shift(zoomed, (middleBefore - (x0 + x1) / 2) * scale.secondsPerPixel * factor);
}
