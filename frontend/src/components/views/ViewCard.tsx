/** View card: what a chart shows that is not over time, and below it what that says in words. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { formatValue } from "../../format";
import type { Chart } from "../../model/charts";
import { isPlotted } from "../../model/views";
import { ViewPanel } from "../../plot/views/viewPanel";
import { CutName } from "../CutName";
import { useApp } from "../context";
import { TextField } from "../fields";
import { Tiles } from "./Tiles";

interface ViewProps {
  readonly chart: Chart;
  readonly shown: (panel: ViewPanel) => void;
}

export function ViewCard({ chart, shown }: ViewProps) {
  const app = useApp();
  const host = useRef<HTMLDivElement>(null);
  const panel = useSignal<ViewPanel | null>(null);
  const { view } = chart.style;
  useEffect(() => {
    if (host.current === null) return undefined;
    const created = new ViewPanel(host.current, app.panels.viewSource(chart.id));
    panel.value = created;
    shown(created);
    app.panels.add(chart.id, created);
    return () => app.panels.remove(chart.id);
  }, [chart.id, view]);
  const isPlot = isPlotted(view);
  return (
    <div class={`view-body of-${view}`}>
      <div class={isPlot ? "frame" : "frame words"}>
        <div class={isPlot ? "plot" : "plot unseen-plot"} ref={host} />
        {panel.value !== null && view === "tiles" && <Tiles panel={panel.value} />}
        {panel.value !== null && (view === "table" || view === "durations") && <Words panel={panel.value} />}
      </div>
      {panel.value !== null && (
        <div class="view-side">
          <div class="view-line">
            {view === "spectrum" && <HarmonicField panel={panel.value} />}
            <Remarks panel={panel.value} />
          </div>
          {isPlot && <Words panel={panel.value} />}
        </div>
      )}
    </div>
  );
}

/** How the picture was made, as far as its reader must know. */
function Remarks({ panel }: { panel: ViewPanel }) {
  const text = panel.remarks.value.join(" · ");
  return (
    <p class="remarks" title={text}>
      {text}
    </p>
  );
}

/** The numbers as a table. */
function Words({ panel }: { panel: ViewPanel }) {
  const { head, rows } = panel.table.value;
  if (rows.length === 0) return null;
  return (
    <div class="view-words" tabIndex={0} role="group" aria-label="Figures">
      <table class={rows.every(({ cells }) => cells[0] === rows[0]!.cells[0]) ? "alone" : ""}>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" class={column === 0 ? "tag" : roominess(name)}>
                {name === "" ? <span class="unseen">Tag</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, colour, share, hertz }, index) => (
            <tr key={index} class={cells[0] === rows[index - 1]?.cells[0] ? "" : "first"}>
              {cells.map((cell, column) =>
                column === 0 ? (
                  <th key={head[0]} scope="row" class="tag">
                    <span class="swatch" style={{ background: colour }} aria-hidden="true" />
                    <CutName class="text" name={cell} />
                  </th>
                ) : (
                  <td key={head[column]} class={roominess(head[column])}>
                    {share !== null && head[column] === "share" && (
                      <span class="share" style={{ "--share": share, background: colour }} aria-hidden="true" />
                    )}
                    {hertz !== null && head[column] === "Hz" ? (
                      <button type="button" class="plain" title="Mark its harmonics" onClick={() => panel.mark(hertz)}>
                        {cell}
                      </button>
                    ) : (
                      cell
                    )}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** These give way where there is little room. */
function roominess(head: string | undefined): string {
  return head === "mean" || head === "σ" ? "roomy" : "";
}

/** A click on the picture does the same. */
function HarmonicField({ panel }: { panel: ViewPanel }) {
  const hertz = panel.harmonic.value;
  const read = (text: string): void => {
    const number = Number(text.trim().replace(",", "."));
    panel.mark(text.trim() === "" || !Number.isFinite(number) ? null : number);
  };
  return (
    <p class="harmonics">
      <label>
        Harmonics of{" "}
        <TextField
          inputMode="decimal"
          size={8}
          placeholder="click a peak"
          value={hertz === null ? "" : formatValue(hertz, 2)}
          commit={read}
        />{" "}
        Hz
      </label>
      {hertz !== null && (
        <button type="button" class="plain" onClick={() => panel.mark(null)}>
          None
        </button>
      )}
    </p>
  );
}
