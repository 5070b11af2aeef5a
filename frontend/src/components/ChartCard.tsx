/** Chart card: one chart with its name, a summary, plotly's element under the cursor lines, and the legend. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { countOf, formatCount, formatDuration } from "../format";
import { type Chart, commonPath } from "../model/charts";
import { COLUMNS, type Place } from "../model/layout";
import { Panel } from "../plot/panel";
import type { CardPanel } from "../plot/panelSource";
import { shorten, visible } from "../text";
import { ChartMenu } from "./ChartMenu";
import { CyclesBadge } from "./Compare";
import { CutName } from "./CutName";
import { useApp } from "./context";
import { type CardGrip, type Cell, dragged, followHand, nudged } from "./gridDrag";
import { HoverBox } from "./HoverBox";
import { CloseButton, GripIcon } from "./icons";
import { Legend } from "./Legend";
import { allowDrop, droppedTag } from "./tagDrag";
import { ViewCard } from "./views/ViewCard";

interface CardProps {
  readonly chart: Chart;
  readonly place: Place;
  readonly cell: () => Cell;
}

export function ChartCard({ chart, place, cell }: CardProps) {
  const app = useApp();
  const panel = useSignal<CardPanel | null>(null);
  const shown = (created: CardPanel): void => {
    panel.value = created;
  };
  const drop = (event: DragEvent): void => {
    const tag = droppedTag(event);
    if (tag !== null) app.charts.addTag(chart.id, tag);
  };
  const name = app.charts.names.value.get(chart.id) ?? "";
  const isActive = app.state.activeChart.value === chart.id && app.state.charts.value.length > 1;
  return (
    <section
      class={isActive ? "card active" : "card"}
      aria-label={name === "" ? "Chart" : `Chart ${visible(name)}`}
      style={{
        gridArea: `${place.y + 1} / ${place.x + 1} / span ${place.h} / span ${place.w}`,
        order: place.y * COLUMNS + place.x,
      }}
      onPointerDown={() => app.charts.activate(chart.id)}
      onDragOver={(event) => allowDrop(event) && event.stopPropagation()}
      onDrop={drop}
    >
      <Head chart={chart} place={place} cell={cell} name={name} panel={panel.value} />
      {chart.style.view === "time" ? (
        <TimeCard key="time" chart={chart} shown={shown} />
      ) : (
        <ViewCard key={chart.style.view} chart={chart} shown={shown} />
      )}
      <Handle chart={chart} place={place} cell={cell} />
    </section>
  );
}

function TimeCard({ chart, shown }: { chart: Chart; shown: (panel: Panel) => void }) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const panel = useSignal<Panel | null>(null);
  useEffect(() => {
    if (host.current === null || lines.current === null) return undefined;
    const created = new Panel(host.current, lines.current, app.panels.source(chart.id));
    panel.value = created;
    shown(created);
    app.panels.add(chart.id, created);
    return () => app.panels.remove(chart.id);
  }, [chart.id]);
  return (
    <>
      <div class="frame">
        <div class="plot" ref={host} />
        <div class="overlay" ref={lines} />
        {panel.value !== null && <HoverBox panel={panel.value} chart={chart} />}
      </div>
      {panel.value !== null && <Legend panel={panel.value} chart={chart} />}
    </>
  );
}

function useHand({ chart, place, cell }: CardProps, grip: CardGrip): (event: PointerEvent) => void {
  const app = useApp();
  return (event) => {
    if (event.button !== 0) return;
    const from = app.state.charts.peek();
    document.body.dataset["dragging"] = "chart";
    followHand(
      event,
      cell(),
      (columns, rows) => app.charts.place(chart.id, dragged(place, grip, columns, rows), from),
      () => delete document.body.dataset["dragging"],
    );
  };
}

function Head({ chart, place, cell, name, panel }: CardProps & { name: string; panel: CardPanel | null }) {
  const app = useApp();
  const move = useHand({ chart, place, cell }, "move");
  const isToldFirst = chart.title !== "" || commonPath(chart.tags) === ""; // words, or a list of names
  const nudge = (event: KeyboardEvent): void => {
    const wanted = nudged(place, event.key, event.shiftKey);
    if (wanted === null) return;
    event.preventDefault();
    event.stopPropagation();
    app.charts.place(chart.id, wanted);
  };
  return (
    <header class="card-head">
      <button
        type="button"
        class="plain grip"
        aria-label="Move chart"
        title="Drag to move; arrow keys move, with shift they resize"
        onPointerDown={move}
        onKeyDown={nudge}
      >
        <GripIcon />
      </button>
      <h2 onPointerDown={move}>
        {name === "" ? (
          "Empty chart"
        ) : isToldFirst ? (
          visible(shorten(name, 120))
        ) : (
          <CutName name={shorten(name, 120)} />
        )}
      </h2>
      {panel !== null && <Summary panel={panel} chart={chart} />}
      <span class="card-tools">
        {panel !== null && <ChartMenu chart={chart} panel={panel} />}
        {(app.state.charts.value.length > 1 || chart.tags.length > 0) && (
          <CloseButton label="Remove chart" title="Remove this chart" press={() => app.charts.removeChart(chart.id)} />
        )}
      </span>
    </header>
  );
}

/** The corner that resizes. Keys use the grip. */
function Handle(props: CardProps) {
  const resize = useHand(props, "resize");
  return <span class="resize" aria-hidden="true" title="Drag to resize" onPointerDown={resize} />;
}

function Summary({ panel, chart }: { panel: CardPanel; chart: Chart }) {
  const app = useApp();
  const { given, drawn, isDecimated, outline, empty, cycles } = panel.summary.value;
  const ratio = given / Math.max(1, drawn);
  const hasLost = chart.tags.some((tag) => app.session.held.get(tag)?.hasLost === true);
  const isCut =
    chart.style.scale === "log" &&
    panel.legend.value.some(({ stats, kind }) => kind === "number" && stats.hasNonPositive);
  return (
    <div class="summary">
      <span class="points">
        {chart.tags.length === 0
          ? "Check a tag, or drag it here."
          : chart.style.view === "durations"
            ? ""
            : countOf(given, "point")}
      </span>
      {outline > 0 && (
        <span
          class="badge"
          title="The band runs from the lowest to the highest value of each stretch, the line through their means: no spike is lost. Zoom in for what is finer."
        >
          {formatDuration(outline)} outline, peaks kept
        </span>
      )}
      {outline === 0 && isDecimated && ratio >= 1.1 && (
        <span class="badge" title="Fewer points than recorded, but every minimum and maximum: no spike is lost">
          1:{ratio < 5 ? ratio.toFixed(1) : formatCount(ratio)}
          <span class="roomy">, peaks kept</span>
        </span>
      )}
      {chart.style.earlier !== 0 && cycles === null && (
        <span class="badge">thin: {formatDuration(chart.style.earlier)} earlier</span>
      )}
      {cycles !== null && <CyclesBadge cycles={cycles} chart={chart} />}
      {hasLost && (
        <span
          class="badge warn"
          title="This browser was too slow: the server had to overwrite points before it could send them"
        >
          points missed
        </span>
      )}
      {isCut && (
        <span class="badge warn" title="A logarithmic axis cannot show zero or less">
          values ≤ 0 not shown
        </span>
      )}
      {empty.length > 0 && (
        <span class="badge">
          no points in view:{" "}
          {empty
            .slice(0, 3)
            .map((tag) => shorten(visible(tag), 32))
            .join(", ")}
          {empty.length > 3 ? ` and ${empty.length - 3} more` : ""}
        </span>
      )}
    </div>
  );
}
