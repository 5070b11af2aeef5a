/** Tags edge: the right edge of the tag list, which a hand or the arrow keys move; this browser keeps the width. */

import { useEffect, useRef } from "preact/hooks";

import { recall, store } from "../storage";

const KEY = "tagsWidth";
const [LEAST, MOST] = [200, 900];
const STEP_PIXELS = 16;

export function TagsEdge() {
  const edge = useRef<HTMLDivElement>(null);
  const width = (): number => edge.current?.parentElement?.offsetWidth ?? 0;
  const set = (pixels: number): void => {
    const wanted = Math.round(Math.max(LEAST, Math.min(MOST, pixels)));
    document.documentElement.style.setProperty("--tags-width", `${wanted}px`);
    edge.current?.setAttribute("aria-valuenow", String(wanted));
    store(window, KEY, String(wanted));
  };
  useEffect(() => {
    const kept = Number(recall(window, KEY) ?? NaN);
    if (kept >= LEAST && kept <= MOST) set(kept);
  }, []);
  return (
    <div
      ref={edge}
      class="tags-edge"
      role="slider"
      aria-label="Width of the tag list"
      aria-orientation="horizontal"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={372}
      tabIndex={0}
      title="Drag to make the list wider; double click puts it back"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) set(event.clientX);
      }}
      onKeyDown={(event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        set(width() + (event.key === "ArrowLeft" ? -STEP_PIXELS : STEP_PIXELS));
      }}
      onDblClick={() => {
        document.documentElement.style.removeProperty("--tags-width");
        store(window, KEY, "");
      }}
    />
  );
}
