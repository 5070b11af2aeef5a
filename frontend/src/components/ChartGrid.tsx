/** Chart grid: all charts, and the welcome while there is nothing to draw. */

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";

import { arrange, COLUMNS, rowsOf, SCREEN_ROWS } from "../model/layout";
import { ChartCard } from "./ChartCard";
import { useApp } from "./context";
import { allowDrop, droppedTag } from "./tagDrag";
import { Welcome } from "./Welcome";

export function ChartGrid() {
  const app = useApp();
  void app.state.tagsRevision.value;
  const grid = useRef<HTMLDivElement>(null);
  const places = useComputed(() => arrange(app.state.charts.value));
  if (app.session.directory.size === 0 && app.state.drawn.value.length === 0) {
    return (
      <div class="charts">
        <Welcome />
      </div>
    );
  }
  const rows = Math.max(SCREEN_ROWS, rowsOf([...places.value].map(([id, place]) => ({ id, place }))));
  const cell = () => ({
    width: (grid.current?.clientWidth ?? 1) / COLUMNS,
    height: (grid.current?.clientHeight ?? 1) / rows,
  });
  const drop = (event: DragEvent): void => {
    const tag = droppedTag(event);
    if (tag !== null) app.charts.addChart([tag]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop tags on; keys use the check boxes
    <div class="charts" onDragOver={allowDrop} onDrop={drop}>
      <div ref={grid} class="grid" style={{ gridTemplateRows: `repeat(${rows}, minmax(36px, 1fr))` }}>
        {app.state.charts.value.map((chart) => (
          <ChartCard key={chart.id} chart={chart} place={places.value.get(chart.id)!} cell={cell} />
        ))}
      </div>
      {app.state.charts.value.length > 1 && <DateLine />}
      <p class="drop-new" aria-hidden="true">
        Drop here for a new chart
      </p>
    </div>
  );
}

/** Date and clock of all charts, which share their time. */
function DateLine() {
  const app = useApp();
  void [app.state.refresh.value, app.state.view.value];
  const clock = app.state.clock.value;
  const { start, end } = app.time.range();
  const [first, last] = [clock.date(start), clock.date(end)];
  return (
    <p class="date-line">
      {first === last ? last : `${first} – ${last}`} · {clock.nameAt(end)}
    </p>
  );
}
