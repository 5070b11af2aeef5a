/**
 * Gestures: wheel and touch on a picture, as ranges of time. Knows nothing of plotly or of modes.
 *
 * Wheel zooms at the cursor, with shift (or sideways) it pans; two fingers pinch, one finger pans, a finger that rests
 * sets a cursor; up and down still scrolls a phone. Over a value axis wheel and drag do the same to the values; a double click lets it follow its data.
 */

import type { Range } from "../data/segment";
import type { Ends } from "../model/chartStyle";
import { shift, zoomAt } from "../model/timeView";

/** A value axis under the hand. */
export interface AxisGrip {
  readonly key: string;
  /** In the axis' own coordinates. */
  readonly ends: Ends;
  /** Where the hand is, from 0 at the foot to 1. */
  readonly at: number;
  readonly pixels: number;
}

export interface GestureTarget {
  range(): Range;
  /** Pixels between the element's edges and the plot. */
  plotArea(): { readonly left: number; readonly right: number };
  lookAt(range: Range): void;
  /** The value axis at a place of the element; `null` = none. */
  axisAt(x: number, y: number): AxisGrip | null;
  scaled(key: string, ends: Ends | null): void;
  /** A finger has rested on this instant. */
  pressed(time: number): void;
}

const ZOOM_PER_PIXEL = 0.0015;
const PIXELS_PER_LINE = 30;
const SLOP = 8;
const LONG_PRESS_MS = 550;

export function listenForGestures(element: HTMLElement, signal: AbortSignal, target: GestureTarget): void {
  element.addEventListener("wheel", (event) => wheel(event, element, target), { signal, passive: false });
  listenForTouch(element, signal, target);
  listenToAxes(element, signal, target);
}

function axisUnder(event: MouseEvent, element: HTMLElement, target: GestureTarget): AxisGrip | null {
  const box = element.getBoundingClientRect();
  return target.axisAt(event.clientX - box.left, event.clientY - box.top);
}

function listenToAxes(element: HTMLElement, signal: AbortSignal, target: GestureTarget): void {
  let held: { readonly grip: AxisGrip; readonly y: number } | null = null;
  const down = (event: PointerEvent): void => {
    const grip = event.button === 0 ? axisUnder(event, element, target) : null;
    if (grip === null) return;
    held = { grip, y: event.clientY };
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    if (held === null) {
      element.classList.toggle("over-axis", axisUnder(event, element, target) !== null);
      return;
    }
    const { key, ends, pixels } = held.grip;
    const by = ((event.clientY - held.y) / pixels) * (ends[1] - ends[0]);
    if (Math.abs(event.clientY - held.y) > SLOP) target.scaled(key, [ends[0] + by, ends[1] + by]);
  };
  const up = (): void => {
    held = null;
  };
  const follow = (event: MouseEvent): void => {
    const grip = axisUnder(event, element, target);
    if (grip !== null) target.scaled(grip.key, null);
  };
  element.addEventListener("pointerdown", down, { signal });
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointerup", up, { signal });
  element.addEventListener("pointercancel", up, { signal });
  element.addEventListener("dblclick", follow, { signal });
}

/** The ends that leave the value under the hand where it is. */
function zoomedEnds({ ends, at }: AxisGrip, factor: number): Ends {
  const anchor = ends[0] + at * (ends[1] - ends[0]);
  return [anchor - (anchor - ends[0]) * factor, anchor + (ends[1] - anchor) * factor];
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
  const grip = axisUnder(event, element, target);
  if (grip !== null) {
    target.scaled(grip.key, zoomedEnds(grip, factor));
    return;
  }
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
  let press = 0;
  const begin = (event: TouchEvent): void => {
    // taps on the legend are not ours
    if (!(event.target instanceof Element) || event.target.closest(".draglayer") === null) return;
    event.stopPropagation(); // else plotly begins a selection of its own
    const range = target.range();
    const fingers = Array.from(event.touches, (touch) => touch.clientX);
    const scale = scaleOf(element, target, range);
    touching = { range, scale, fingers, isOurs: fingers.length > 1 };
    clearTimeout(press);
    if (fingers.length === 1) press = window.setTimeout(() => target.pressed(scale.timeAt(fingers[0]!)), LONG_PRESS_MS);
  };
  const move = (event: TouchEvent): void => {
    if (touching === null || event.touches.length !== touching.fingers.length) return;
    const x = Array.from(event.touches, (touch) => touch.clientX);
    touching.isOurs ||= Math.abs(x[0]! - touching.fingers[0]!) > SLOP;
    if (touching.isOurs) clearTimeout(press);
    if (!touching.isOurs) return;
    event.preventDefault();
    target.lookAt(
      x.length > 1
        ? pinched(touching, x[0]!, x[1]!)
        : shift(touching.range, (touching.fingers[0]! - x[0]!) * touching.scale.secondsPerPixel),
    );
  };
  const end = (event: TouchEvent): void => {
    clearTimeout(press);
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
