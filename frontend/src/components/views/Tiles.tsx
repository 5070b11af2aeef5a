/** Tiles: the last value of each tag as large as it fits, coloured by its limits, with its extremes and a small line. */

import { useEffect, useId } from "preact/hooks";

import { formatAge, formatValue } from "../../format";
import { isOfOtherTime, judgeAge } from "../../model/freshness";
import { readingText } from "../../model/reading";
import { STATE_TEXT } from "../../plot/colours";
import type { LegendRow } from "../../plot/legend";
import { bandColour } from "../../plot/stateBands";
import type { ViewPanel } from "../../plot/views/viewPanel";
import { visible } from "../../text";
import { CutName } from "../CutName";
import { useApp } from "../context";
import { useSparkline } from "../TagLine";

/** Width over height that suits a number with its unit. */
const SHAPE = 1.7;
const LEAST_PIXELS = 130;
const WIDTH = 120;
const HEIGHT = 24;

export function Tiles({ panel }: { panel: ViewPanel }) {
  const { sparklines } = useApp().tagList;
  const rows = panel.legend.value;
  const lines = rows.filter(({ kind }) => kind === "number").map(({ tag }) => tag);
  const place = useId();
  useEffect(() => sparklines.want(lines, place), [lines.join("\n")]);
  useEffect(() => () => sparklines.want([], place), []);
  const { clientWidth, clientHeight } = panel.element;
  const columns = Math.round(Math.sqrt((rows.length * clientWidth) / (SHAPE * Math.max(1, clientHeight))));
  const most = Math.max(1, Math.floor(clientWidth / LEAST_PIXELS));
  const template = `repeat(${Math.max(1, Math.min(columns, rows.length, most))}, minmax(0, 1fr))`;
  return (
    <ul class="tiles" aria-label="Tiles" style={{ gridTemplateColumns: template }}>
      {rows.map((row) => (
        <Tile key={row.tag} row={row} />
      ))}
    </ul>
  );
}

function Tile({ row }: { row: LegendRow }) {
  const app = useApp();
  void app.state.refresh.value;
  const { kind, stats, unit, states, ink } = row;
  const entry = app.session.directory.find(row.tag);
  const isLive = app.state.view.value.mode === "live";
  // while live the newest value of all, which a decimated stretch may not have yet
  const value = isLive && entry !== undefined && entry.info.kind === kind ? entry.value : row.last;
  const state = kind === "number" || Number.isNaN(value) ? undefined : states[value];
  const level = app.tools.alarms.levelOf(row.tag);
  const age = entry === undefined ? NaN : app.now() - (isOfOtherTime(entry) ? entry.time : entry.arrival);
  const isStale =
    isLive && entry !== undefined && (app.replays.hasEnded(row.tag) || judgeAge(age, entry.interval) === "stale");
  const style =
    state === undefined || kind !== "state" ? {} : { background: bandColour(value, states), color: STATE_TEXT };
  return (
    <li
      class={`tile ${level ?? ""} ${isStale ? "stale" : ""}`}
      style={style}
      title={level === null ? undefined : `beyond ${level}`}
    >
      <h3>
        <CutName name={row.tag} />
      </h3>
      <p class="tile-value">
        {readingText(row, value)}
        {kind === "number" && unit !== "" && <bdi class="unit"> {visible(unit)}</bdi>}
      </p>
      {isStale && <p class="tile-level">{formatAge(age)} ago</p>}
      {level !== null && <p class="tile-level">beyond {level}</p>}
      {kind === "number" && (
        <p class="tile-span">
          {formatValue(stats.min, row.decimals)} – {formatValue(stats.max, row.decimals)}
        </p>
      )}
      {kind === "number" && <TileLine tag={row.tag} colour={ink.colour} />}
    </li>
  );
}

function TileLine({ tag, colour }: { tag: string; colour: string }) {
  const path = useSparkline(tag, WIDTH, HEIGHT);
  return (
    <svg class="tile-line" viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} style={{ stroke: colour }} />
    </svg>
  );
}
