/** One chart: plotly's element, and a line below it that says what is seen. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { Chart } from "../charts";
import { formatCount } from "../format";
import { Panel } from "../panel";
import { shorten, visible } from "../text";
import { useApp } from "./context";

export function ChartCard({ chart }: { chart: Chart }) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  const panel = useSignal<Panel | null>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    const created = new Panel(host.current, app.panelSource(chart.id));
    panel.value = created;
    app.addPanel(chart.id, created);
    return () => app.removePanel(chart.id);
  }, [chart.id]);
  return (
    <section class="card" aria-label={chart.title === "" ? "Chart" : chart.title}>
      {chart.title !== "" && <h2>{visible(chart.title)}</h2>}
      <div class="plot" ref={host} />
      {panel.value !== null && <Summary panel={panel.value} chart={chart} />}
    </section>
  );
}

function Summary({ panel, chart }: { panel: Panel; chart: Chart }) {
  const app = useApp();
  const { given, drawn, isDecimated, empty } = panel.summary.value;
  const ratio = given / Math.max(1, drawn);
  const hasLost = chart.tags.some((tag) => app.session.series(tag)?.hasLost === true);
  return (
    <div class="summary">
      <span>{chart.tags.length === 0 ? "Check a tag to draw it here." : `${formatCount(given)} points`}</span>
      {isDecimated && ratio >= 1.1 && (
        <span class="badge" title="Fewer points than there are, but every lowest and highest: no spike is lost">
          1:{ratio < 5 ? ratio.toFixed(1) : formatCount(ratio)}, peaks kept
        </span>
      )}
      {hasLost && (
        <span class="badge warn" title="This browser fell behind and the server had to overwrite points before it could send them">
          points missed
        </span>
      )}
      {empty.length > 0 && <span class="badge">no points in view: {empty.slice(0, 3).map((tag) => shorten(visible(tag), 32)).join(", ")}{empty.length > 3 ? ` and ${empty.length - 3} more` : ""}</span>}
    </div>
  );
}
