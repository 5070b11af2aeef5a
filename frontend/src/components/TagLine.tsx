/** Tag line: one row of the tag list, a group or a tag with its check box, last value, unit and age. */

import { decimalsOf, type Entry } from "../data/directory";
import { formatAge, formatBytes, formatRate } from "../format";
import { gapAfter, isOfOtherTime, judgeAge } from "../model/freshness";
import { readingText } from "../model/reading";
import type { GroupRow, TagRow } from "../model/tagTree";
import { visible } from "../text";
import { CutName } from "./CutName";
import { useApp } from "./context";
import { ChevronIcon } from "./icons";
import { endDrag, startDrag } from "./tagDrag";

const INDENT_PIXELS = 14;
const SPARKLINE_WIDTH = 48;
const SPARKLINE_HEIGHT = 14;

export function GroupLine({ row }: { row: GroupRow }) {
  const app = useApp();
  void app.state.refresh.value;
  const marks = row.isOpen ? "" : countMarks(row, app.now(), (tag) => app.session.directory.find(tag));
  return (
    <div class="row group" style={{ paddingLeft: `${6 + row.depth * INDENT_PIXELS}px` }}>
      <button
        type="button"
        class="plain fold"
        aria-expanded={row.isOpen}
        title={visible(row.path)}
        onClick={() => app.tagList.toggleGroup(row.path)}
      >
        <ChevronIcon isOpen={row.isOpen} />
        <CutName class="name" name={row.label} />
        <span class="count">{row.isOpen ? "" : row.tags.length}</span>
        {marks !== "" && <span class="mark late">{marks}</span>}
      </button>
      <GroupCheck row={row} />
    </div>
  );
}

/** Draws a whole group on the active chart, or takes it off all charts. */
function GroupCheck({ row }: { row: GroupRow }) {
  const app = useApp();
  const drawn = new Set(app.state.drawn.value);
  const count = row.tags.filter((tag) => drawn.has(tag)).length;
  return (
    <label class="check" title={count === row.tags.length ? "Take the group off the charts" : "Draw the whole group"}>
      <input
        type="checkbox"
        aria-label={`All of ${visible(row.path)}`}
        checked={count === row.tags.length}
        indeterminate={count > 0 && count < row.tags.length}
        onChange={() => app.charts.toggleTags(row.tags)}
      />
    </label>
  );
}

function countMarks(row: GroupRow, now: number, find: (tag: string) => Entry | undefined): string {
  let late = 0;
  let stale = 0;
  for (const tag of row.tags) {
    const entry = find(tag);
    const freshness = entry === undefined ? "none" : judgeAge(now - entry.arrival, entry.interval);
    if (freshness === "late") late += 1;
    if (freshness === "stale") stale += 1;
  }
  return [late > 0 ? `${late} late` : "", stale > 0 ? `${stale} stale` : ""].filter((part) => part !== "").join(", ");
}

export function TagLine({ row }: { row: TagRow }) {
  const app = useApp();
  const isDrawn = app.state.drawn.value.includes(row.tag);
  const entry = app.session.directory.find(row.tag);
  const style = {
    paddingLeft: `${8 + row.depth * INDENT_PIXELS}px`,
    ...(isDrawn
      ? { accentColor: app.tagLines.inkOf(row.tag).colour, "--ink": app.tagLines.inkOf(row.tag).colour }
      : {}),
  };
  return (
    <label
      class={isDrawn ? "row tag drawn" : "row tag"}
      style={style}
      title={describe(row.tag, entry)}
      draggable
      onDragStart={(event) => startDrag(event, row.tag)}
      onDragEnd={endDrag}
    >
      <input type="checkbox" aria-label={row.tag} checked={isDrawn} onChange={() => app.charts.toggleTag(row.tag)} />
      <CutName class="name" name={row.label} />
      <SparklineCell tag={row.tag} />
      <Reading tag={row.tag} />
    </label>
  );
}

/** The last minutes as an SVG path in a box of pixels; renewed every other second. */
export function useSparkline(tag: string, width: number, height: number): string {
  const app = useApp();
  const { sparklines } = app.tagList;
  void sparklines.revision.value;
  const entry = app.session.directory.find(tag);
  const gapSeconds = gapAfter({ kind: entry?.info.kind ?? "number", interval: entry?.interval ?? NaN }, "auto");
  return sparklines.of(tag)?.path(app.now(), width, height, gapSeconds) ?? "";
}

/** The last minutes, in the colour that the tag has on the charts. */
function SparklineCell({ tag }: { tag: string }) {
  const path = useSparkline(tag, SPARKLINE_WIDTH, SPARKLINE_HEIGHT);
  return (
    <svg
      class="sparkline"
      width={SPARKLINE_WIDTH}
      height={SPARKLINE_HEIGHT + 2}
      viewBox={`0 -1 ${SPARKLINE_WIDTH} ${SPARKLINE_HEIGHT + 2}`}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

/** The numbers of a tag. Every refresh redraws these alone; the rest of the row stands still. */
function Reading({ tag }: { tag: string }) {
  const app = useApp();
  void app.state.refresh.value;
  void app.state.tagsRevision.value;
  const entry = app.session.directory.find(tag);
  if (entry === undefined) return <span class="mark none">not seen yet</span>;
  const isPast = isOfOtherTime(entry) || app.replays.hasEnded(tag);
  const age = app.now() - (isPast ? entry.time : entry.arrival);
  const judged = judgeAge(age, entry.interval);
  // a file that is over, or a tag that never came regularly: nothing is wrong
  const freshness = isPast || (judged === "stale" && Number.isNaN(entry.interval)) ? "idle" : judged;
  const beyond = app.tools.alarms.levelOf(tag);
  const decimals = decimalsOf(entry, app.tagList.sparklines.of(tag)?.ends); // else a tiny one would have more than a minute ago
  return (
    <>
      <span class={`value ${freshness} ${beyond ?? ""}`} title={beyond === null ? undefined : `beyond ${beyond}`}>
        {readingText({ ...entry.info, decimals }, entry.value)}
      </span>
      <bdi class="unit">{entry.info.kind === "number" ? visible(entry.info.unit) : ""}</bdi>
      <SortFigure entry={entry} age={age} freshness={freshness} />
    </>
  );
}

/** The figure that the list is sorted by; in the tree the age. Its colour shows late and stale in any case. */
function SortFigure({ entry, age, freshness }: { entry: Entry; age: number; freshness: string }) {
  const sort = useApp().tagList.sort.value;
  const written = entry.isRetained ? "kept" : formatAge(Math.max(0, age));
  const text =
    sort === "rate"
      ? `${formatRate(entry.rate)}/s`
      : sort === "bytes"
        ? `${formatBytes(Math.round(entry.bytesRate))}/s`
        : written;
  const why = entry.isRetained
    ? "Last known value, retained by the broker: not a fresh point"
    : `${freshness}, ${written}`;
  return (
    <span
      class={`age ${freshness} ${sort}`}
      title={`${why}\n${formatRate(entry.rate)} messages/s, ${formatBytes(Math.round(entry.bytesRate))}/s`}
    >
      {text}
    </span>
  );
}

function describe(tag: string, entry: Entry | undefined): string {
  const label = entry?.info.meta.label;
  return label === undefined ? visible(tag) : `${visible(tag)}\n${visible(label)}`;
}
