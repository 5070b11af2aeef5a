/** Legend: a row per tag with its values over the visible range, at the mouse and at the cursors. */

import { useSignal } from "@preact/signals";

import { formatDuration, formatValue } from "../format";
import { type Chart, commonEnd, commonPath } from "../model/charts";
import { deviationText, meanText, readingText } from "../model/reading";
import type { LegendRow } from "../plot/legend";
import type { Panel } from "../plot/panel";
import { bandColour } from "../plot/stateBands";
import { leaf, visible } from "../text";
import { CutName } from "./CutName";
import { useApp } from "./context";
import { CheckIcon, CloseIcon, CopyIcon } from "./icons";

const COPIED_MS = 2000;
const MOST_STATES = 8;
/** min, max, mean and σ. */
const SUMMARY_COLUMNS = 4;
const NOTE =
  "Over the visible range, or between the cursors if both are set. Mean and σ are weighted by time. –: not known from the points here; the server is asked";

export function Legend({ panel, chart }: { panel: Panel; chart: Chart }) {
  const { cursors, hover } = useApp().state;
  const rows = panel.legend.value;
  if (rows.length === 0) return null;
  const has = { hover: hover.value !== null, a: cursors.value.a !== null, b: cursors.value.b !== null };
  const hasBoth = has.a && has.b;
  return (
    <div class="legend" tabIndex={0} role="group" aria-label="Legend">
      <table class={hasBoth ? "measured" : ""}>
        <thead>
          <tr>
            <th scope="col" class="tag">
              <span class="unseen">Tag</span>
            </th>
            <th scope="col">{has.hover ? "at mouse" : "last"}</th>
            <th scope="col" class="span" title={NOTE}>
              min
            </th>
            <th scope="col" class="span" title={NOTE}>
              max
            </th>
            <th scope="col" class="roomy" title={NOTE}>
              mean
            </th>
            <th scope="col" class="roomy" title={NOTE}>
              σ
            </th>
            {has.a && <th scope="col">A</th>}
            {has.b && <th scope="col">B</th>}
            {hasBoth && <th scope="col">Δy</th>}
            {hasBoth && (
              <th scope="col" class="slope">
                slope/s
              </th>
            )}
            <th scope="col">
              <span class="unseen drop-head">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <LegendLine key={row.tag} row={row} chart={chart} panel={panel} has={has} />
          ))}
        </tbody>
      </table>
      {(has.a || has.b) && <CursorTimes panel={panel} />}
    </div>
  );
}

interface ShownColumns {
  readonly hover: boolean;
  readonly a: boolean;
  readonly b: boolean;
}

function LegendLine({ row, chart, panel, has }: { row: LegendRow; chart: Chart; panel: Panel; has: ShownColumns }) {
  const { charts } = useApp();
  const { stats } = row;
  const name = shortName(row.tag, chart);
  const path = name === row.tag ? commonPath(chart.tags) : "";
  const end = commonEnd(chart.tags);
  const isNumber = row.kind === "number";
  const over = (value: number): string => (isNumber ? formatValue(value, row.decimals) : "");
  return (
    <tr class={row.isHidden ? "away" : ""}>
      <th scope="row" class="tag">
        <button
          type="button"
          class="plain name"
          aria-pressed={!row.isHidden}
          title={`${visible(row.tag)}\n${row.isHidden ? "Show" : "Hide"} this line`}
          onClick={() => panel.toggleLine(row.tag)}
        >
          <span class={`swatch ${row.ink.dash}`} style={{ borderColor: row.ink.colour }} aria-hidden="true" />
          <CutName class="text" path={path} name={name.slice(path.length, name.length - end.length)} end={end} />
          {isNumber && row.unit !== "" && <bdi class="unit">{visible(row.unit)}</bdi>}
        </button>
      </th>
      <td class="value">{has.hover ? atMouse(row) : readingText(row, row.last)}</td>
      {row.kind === "state" && !has.a && !has.b ? (
        <td class="span" colSpan={SUMMARY_COLUMNS}>
          <StateKey states={row.states} />
        </td>
      ) : (
        <>
          <td class="span">{over(stats.min)}</td>
          <td class="span">{over(stats.max)}</td>
          <td class="roomy">{meanText(row)}</td>
          <td class="roomy">{deviationText(row)}</td>
        </>
      )}
      {has.a && <td class="value">{readingText(row, row.a)}</td>}
      {has.b && <td class="value">{readingText(row, row.b)}</td>}
      {has.a && has.b && <td class="value">{over(row.difference.dy)}</td>}
      {has.a && has.b && <td class="value slope">{isNumber ? formatValue(row.difference.slope) : ""}</td>}
      <td>
        <button
          type="button"
          class="plain drop"
          aria-label={`Take ${visible(row.tag)} off this chart`}
          title="Take off this chart"
          onClick={() => charts.dropTag(chart.id, row.tag)}
        >
          <CloseIcon />
        </button>
      </td>
    </tr>
  );
}

/** What the colours of the bands mean, also where a band is too short for its name. */
function StateKey({ states }: { states: readonly string[] }) {
  return (
    <span class="state-key">
      {states.slice(0, MOST_STATES).map((name, state) => (
        <span key={name} style={{ background: bandColour(state, states) }}>
          {visible(name)}
        </span>
      ))}
    </span>
  );
}

/** ≈ between points of which some were decimated away. */
function atMouse(row: LegendRow): string {
  return (row.isHoverExact || Number.isNaN(row.hover) ? "" : "≈") + readingText(row, row.hover);
}

/** The tag without the part that the chart's name has already. */
export function shortName(tag: string, chart: Chart): string {
  if (chart.title !== "") return tag;
  return chart.tags.length === 1 ? leaf(tag) : tag.slice(commonPath(chart.tags).length);
}

function CursorTimes({ panel }: { panel: Panel }) {
  const app = useApp();
  const isCopied = useSignal(false);
  const copy = (): void =>
    void app.exporter.copyFigures(panel.legend.peek()).then((copied) => {
      isCopied.value = copied;
      if (copied) setTimeout(() => (isCopied.value = false), COPIED_MS);
    });
  const { a, b } = app.state.cursors.value;
  const clock = app.state.clock.value;
  return (
    <p class="cursor-times">
      {a !== null && <span>A {clock.exactTime(a)}</span>}
      {b !== null && <span>B {clock.exactTime(b)}</span>}
      {a !== null && b !== null && (
        <strong>
          Δt {b < a ? "−" : ""}
          {formatDuration(Math.abs(b - a))}
        </strong>
      )}
      {a !== null && b !== null && a !== b && (
        <span>{formatValue(Number((1 / Math.abs(b - a)).toPrecision(4)))} Hz</span>
      )}
      <button type="button" class="plain copy" title="Copy these figures for a spreadsheet" onClick={copy}>
        {isCopied.value ? <CheckIcon /> : <CopyIcon />}
        {isCopied.value ? "Copied" : "Copy figures"}
      </button>
    </p>
  );
}
