/** Overview: below the charts, all that is held in outline, and the shown stretch as a window to move over it. */

import { useEffect, useRef } from "preact/hooks";

import type { WindowGrip } from "../../controllers/overview";
import type { Range } from "../../data/segment";
import { formatDuration } from "../../format";
import { heldWords } from "../../model/history";
import { useApp } from "../context";
import { drawStrip } from "./outlineStrip";
import { followPointer, stepOf } from "./windowHand";

/** A picture of a long time is made anew when it has slid by a pixel, and by a second. */
function pictureKey(whole: Range, width: number, parts: readonly unknown[]): string {
  const pixel = (whole.end - whole.start) / Math.max(1, width);
  const magnitude = Math.max(1, 2 ** Math.ceil(Math.log2(pixel)));
  return [Math.round(whole.start / magnitude), Math.round(whole.end / magnitude), width, ...parts].join(" ");
}

export function OverviewStrip() {
  const app = useApp();
  const strip = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { refresh, view, charts, clock, status, isKiosk } = app.state;
  void [refresh.value, view.value, charts.value, app.theme.value];
  const whole = app.overview.whole();
  useEffect(() => {
    const held = app.overview.whole();
    if (canvas.current === null || held === null) return;
    const tags = app.overview.tags();
    const lines = tags.map((tag) => ({ ink: app.tagLines.inkOf(tag), segments: app.overview.segments(tag) }));
    const outlines = lines.map(({ ink, segments }) => `${ink.colour}${segments[0]?.times.length ?? 0}`);
    const exactFrom = status.peek()?.pointsSince ?? -Infinity;
    const key = pictureKey(held, canvas.current.clientWidth, [clock.value.zone, app.theme.value, ...outlines]);
    if (key === canvas.current.dataset["key"]) return;
    canvas.current.dataset["key"] = key;
    drawStrip(canvas.current, { range: held, lines, exactFrom, clock: clock.value, colours: app.panels.colours() });
  });
  if (whole === null || isKiosk.value || app.state.shown.value !== null) return null;
  const shown = app.time.range();
  const words = status.value === null ? [] : heldWords(status.value);
  return (
    <section class="overview" aria-label="All that is held">
      <p class="held" title="Of every tag. Where older points had to go an outline is held: hatched">
        {words.map((part) => (
          <span key={part}>{part} </span>
        ))}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for a hand; keys use the window on it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: for a hand; keys use the window on it */}
      <div ref={strip} class="strip" onClick={(event) => centre(event, whole)}>
        <canvas ref={canvas} />
        {app.overview.isKnown && <Window strip={strip} whole={whole} shown={shown} />}
      </div>
    </section>
  );

  function centre(event: MouseEvent, held: Range): void {
    if (strip.current === null || event.target !== canvas.current) return;
    const { left, width } = strip.current.getBoundingClientRect();
    const time = held.start + ((event.clientX - left) / width) * (held.end - held.start);
    const { start, end } = app.time.range();
    app.overview.drag({ start, end }, "both", time - (start + end) / 2, width);
  }
}

interface WindowProps {
  readonly strip: { readonly current: HTMLElement | null };
  readonly whole: Range;
  readonly shown: Range;
}

/** Of the strip; nearer than that there is no room outside of the window to hold its edge. */
const EDGE = 0.03;

function isAtEdge(grip: WindowGrip, left: number, right: number): boolean {
  return (grip === "start" && left < EDGE) || (grip === "end" && right > 1 - EDGE);
}

const GRIPS: readonly { readonly grip: WindowGrip; readonly name: string }[] = [
  { grip: "both", name: "Shown stretch" },
  { grip: "start", name: "Start of the shown stretch" },
  { grip: "end", name: "End of the shown stretch" },
];

function Window({ strip, whole, shown }: WindowProps) {
  const app = useApp();
  const clock = app.state.clock.value;
  const part = (time: number): number => Math.max(0, Math.min(1, (time - whole.start) / (whole.end - whole.start)));
  const [left, right] = [part(shown.start), part(shown.end)];
  const hold = (event: PointerEvent, grip: WindowGrip): void => {
    const width = strip.current?.clientWidth ?? 1;
    const [from, all] = [app.time.range(), app.overview.whole() ?? whole];
    followPointer(event, (pixels) => app.overview.drag(from, grip, (pixels / width) * (all.end - all.start), width));
  };
  const press = (event: KeyboardEvent, grip: WindowGrip): void => {
    const seconds = stepOf(event, app.time.range(), whole);
    if (seconds === null) return;
    event.preventDefault();
    event.stopPropagation();
    app.overview.drag(app.time.range(), grip, seconds, strip.current?.clientWidth ?? 1);
  };
  return (
    <div class="window" style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}>
      {GRIPS.map(({ grip, name }) => {
        const at = grip === "end" ? shown.end : shown.start;
        return (
          <span
            key={grip}
            class={isAtEdge(grip, left, right) ? `hold ${grip} inside` : `hold ${grip}`}
            role="slider"
            tabIndex={0}
            aria-label={name}
            aria-valuemin={Math.round(whole.start)}
            aria-valuemax={Math.round(whole.end)}
            aria-valuenow={Math.round(Math.max(whole.start, Math.min(whole.end, at)))}
            aria-valuetext={
              grip === "both"
                ? `${clock.time(shown.start, app.now())}, ${formatDuration(shown.end - shown.start)}`
                : clock.time(at, app.now())
            }
            title={`${name}: drag, or arrow keys; Home and End`}
            onPointerDown={(event) => hold(event, grip)}
            onKeyDown={(event) => press(event, grip)}
          />
        );
      })}
    </div>
  );
}
