/** Hover box: what the lines say at the instant under the mouse, beside it and never over it. */

import { type Chart, commonPath } from "../model/charts";
import { readingText } from "../model/reading";
import type { Panel } from "../plot/panel";
import type { ReadoutRow } from "../plot/readout";
import { visible } from "../text";
import { CutName } from "./CutName";
import { useApp } from "./context";
import { shortName } from "./Legend";

const GAP_PIXELS = 12;
const ROW_PIXELS = 17;

export function HoverBox({ panel, chart }: { panel: Panel; chart: Chart }) {
  const readout = panel.readout.value;
  if (readout === null || readout.rows.length === 0) return null;
  const { x, left, width } = panel.placeOf(readout.time);
  const isLeft = x > left + width / 2;
  const room = Math.max(1, Math.floor((panel.element.clientHeight - 40) / ROW_PIXELS) - 1);
  const path = commonPath(chart.tags);
  const rows = readout.rows.length <= room ? readout.rows : readout.rows.slice(0, Math.max(1, room - 1));
  const place = isLeft
    ? { right: `${panel.element.clientWidth - x + GAP_PIXELS}px`, maxWidth: `${x - GAP_PIXELS}px` }
    : { left: `${x + GAP_PIXELS}px`, maxWidth: `${panel.element.clientWidth - x - GAP_PIXELS}px` };
  return (
    <div class="hover-box" style={place} aria-hidden="true">
      <Time time={readout.time} isElapsed={chart.style.fold !== null} />
      {rows.map((row) => (
        <Row key={`${row.tag.tag} ${row.note}`} row={row} name={shortName(row.tag.tag, chart, path)} panel={panel} />
      ))}
      {rows.length < readout.rows.length && <p>and {readout.rows.length - rows.length} more in the legend</p>}
    </div>
  );
}

function Time({ time, isElapsed }: { time: number; isElapsed: boolean }) {
  const { clock } = useApp().state;
  return <p class="at">{isElapsed ? `${time.toFixed(3)} s` : clock.value.exactTime(time)}</p>;
}

function Row({ row, name, panel }: { row: ReadoutRow; name: string; panel: Panel }) {
  const { tag, value, isExact, note } = row;
  const decimals = panel.legend.value.find((one) => one.tag === tag.tag)?.decimals ?? tag.decimals([]);
  const about = isExact || Number.isNaN(value) ? "" : "≈";
  return (
    <p>
      <span class={`swatch ${tag.ink.dash}`} style={{ borderColor: tag.ink.colour }} />
      <CutName class="text" name={name} />
      <strong>{about + readingText({ ...tag, decimals }, value)}</strong>
      {tag.kind === "number" && tag.unit !== "" && <bdi class="unit">{visible(tag.unit)}</bdi>}
      {note !== "" && <em>{note}</em>}
    </p>
  );
}
