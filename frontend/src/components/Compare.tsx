/** Compare: a chart against an earlier window, or the cycles of a two-state tag over each other. */

import { useSignal } from "@preact/signals";

import { formatDuration } from "../format";
import { LONGEST_EARLIER } from "../model/chartStyle";
import type { Chart } from "../model/charts";
import { type Cycle, MOST_CYCLES, medianOf, secondsOf, slowestOf } from "../model/cycles";
import { leaf, shorten, visible } from "../text";
import { useApp } from "./context";
import { TextField } from "./fields";

const EARLIER = [60, 600, 3600, 8 * 3600, 86400, 7 * 86400] as const;
const FIRST_COUNT = 8;

export function CompareOptions({ chart }: { chart: Chart }) {
  return (
    <>
      <Earlier chart={chart} />
      <Fold chart={chart} />
    </>
  );
}

function Earlier({ chart }: { chart: Chart }) {
  const { charts, state } = useApp();
  const { style } = chart;
  const { a, b } = state.cursors.value;
  const between = a === null || b === null || a === b ? null : Math.abs(b - a);
  const isOther = useSignal(style.earlier !== 0 && !EARLIER.some((seconds) => seconds === style.earlier));
  const lay = (seconds: number): void =>
    charts.restyle(chart.id, { ...style, earlier: seconds >= 0 && seconds <= LONGEST_EARLIER ? seconds : 0 });
  const choose = (text: string): void => {
    isOther.value = text === "other" || text === "cursors";
    if (text !== "other") lay(text === "cursors" ? (between ?? 0) : Number(text));
  };
  return (
    <>
      <label>
        <span>Laid under</span>
        <select
          value={isOther.value ? "other" : String(style.earlier)}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="0">nothing</option>
          {EARLIER.map((seconds) => (
            <option key={seconds} value={String(seconds)}>
              {formatDuration(seconds)} earlier
            </option>
          ))}
          {between !== null && <option value="cursors">{formatDuration(between)} earlier, from cursor A to B</option>}
          <option value="other">so many seconds earlier</option>
        </select>
      </label>
      {isOther.value && (
        <label>
          <span>Seconds</span>
          <TextField
            inputMode="decimal"
            aria-label="Seconds earlier"
            value={style.earlier === 0 ? "" : String(style.earlier)}
            commit={(text) => lay(Number(text.trim().replace(",", ".")))}
          />
        </label>
      )}
    </>
  );
}

function Fold({ chart }: { chart: Chart }) {
  const app = useApp();
  void app.state.tagsRevision.value;
  const { style } = chart;
  const { fold } = style;
  const twoStates = [...app.session.directory.entries()]
    .filter(({ info }) => info.kind === "boolean")
    .map(({ info }) => info.tag);
  const tags = fold === null || twoStates.includes(fold.by) ? twoStates : [fold.by, ...twoStates];
  const change = (by: string, count: number): void =>
    app.charts.restyle(chart.id, {
      ...style,
      fold: by === "" ? null : { by, count: Math.min(MOST_CYCLES, Math.max(1, Math.round(count) || FIRST_COUNT)) },
    });
  return (
    <>
      <label>
        <span>Fold by</span>
        <select
          value={fold?.by ?? ""}
          onChange={(event) => change(event.currentTarget.value, fold?.count ?? FIRST_COUNT)}
        >
          <option value="">nothing</option>
          {tags.map((tag) => (
            <option key={tag} value={tag}>
              {shorten(visible(tag), 40)}
            </option>
          ))}
        </select>
      </label>
      {fold !== null && (
        <label>
          <span>Cycles</span>
          <TextField
            inputMode="numeric"
            aria-label="Cycles"
            value={String(fold.count)}
            commit={(text) => change(fold.by, Number(text))}
          />
        </label>
      )}
    </>
  );
}

/** How many cycles lie over each other, and which took longest. */
export function CyclesBadge({ cycles, chart }: { cycles: readonly Cycle[]; chart: Chart }) {
  const app = useApp();
  const whole = cycles.filter(({ isRunning }) => !isRunning);
  const slowest = slowestOf(cycles);
  const by = leaf(visible(chart.style.fold?.by ?? ""));
  if (whole.length === 0) return <span class="badge warn">no whole cycle of {shorten(by, 24)} in this window</span>;
  return (
    <>
      <span class="badge">
        {whole.length} {whole.length === 1 ? "cycle" : "cycles"} of {shorten(by, 24)}, median{" "}
        {formatDuration(medianOf(cycles))}
      </span>
      {slowest !== null && (
        <span class="badge warn" title="Drawn bold">
          slowest {formatDuration(secondsOf(slowest))} at {app.state.clock.value.time(slowest.start, app.now())}
        </span>
      )}
    </>
  );
}
