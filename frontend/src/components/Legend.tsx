/**
 * Legend: a row per tag with its values over the visible range, at the mouse and at the cursors. Numbers change four
 * times a second: they are signals of their own, so that rows are made anew only when their names or columns change.
 */

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";

import { useRef } from "preact/hooks";

import { formatDuration, formatValue } from "../format";
import { type Chart, commonEnd, commonPath } from "../model/charts";
import { deviationText, meanText, readingText } from "../model/reading";
import type { LegendRow } from "../plot/legend";
import type { Ink } from "../plot/palette";
import type { Panel } from "../plot/panel";
import { bandColour } from "../plot/stateBands";
import { leaf, visible } from "../text";
import { CutName } from "./CutName";
import { useApp } from "./context";
import { CheckIcon, CloseButton, CopyIcon } from "./icons";

const COPIED_MS = 2000;
const MOST_STATES = 8;
/** min, max, mean and σ. */
const SUMMARY_COLUMNS = 4;
const NOTE =
  "Over the visible range, or between the cursors if both are set. Mean and σ are weighted by time. –: not known from the points here; the server is asked";

export function Legend({ panel, chart }: { panel: Panel; chart: Chart }) {
  const { cursors, hover } = useApp().state;
  const isAtMouse = useComputed(() => hover.value !== null);
  const rows = useComputed(() => new Map(panel.legend.value.map((row) => [row.tag, row])));
  const tags = useKept(() => [...rows.value.keys()], isSameList);
  if (tags.length === 0) return null;
  const shared = { path: commonPath(chart.tags), end: commonEnd(chart.tags), isAtMouse };
  const has = { a: cursors.value.a !== null, b: cursors.value.b !== null };
  const hasBoth = has.a && has.b;
  return (
    <div class="legend" tabIndex={0} role="group" aria-label="Legend">
      <table class={hasBoth ? "measured" : ""}>
        <thead>
          <tr>
            <th scope="col" class="tag">
              <span class="unseen">Tag</span>
            </th>
            <ValueHead isAtMouse={isAtMouse} />
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
          {tags.map((tag) => (
            <LegendLine key={tag} {...{ tag, chart, panel, shared, has }} row={() => rows.value.get(tag)} />
          ))}
        </tbody>
      </table>
      {(has.a || has.b) && <CursorTimes panel={panel} />}
    </div>
  );
}

/** Over the values, of which all charts tell those at the mouse while it is over one of them. */
function ValueHead({ isAtMouse }: { isAtMouse: ReadonlySignal<boolean> }) {
  const text = useComputed(() => (isAtMouse.value ? "at mouse" : "last"));
  return <th scope="col">{text}</th>;
}

interface ShownColumns {
  readonly a: boolean;
  readonly b: boolean;
}

/** Reads a row from the signal that it is in. */
type Row = () => LegendRow | undefined;

interface LineProps {
  readonly tag: string;
  readonly row: Row;
  readonly chart: Chart;
  readonly panel: Panel;
  readonly shared: Shared;
  readonly has: ShownColumns;
}

/** What is so of all lines. */
interface Shared {
  /** What the names of all tags begin and end with. */
  readonly path: string;
  readonly end: string;
  readonly isAtMouse: ReadonlySignal<boolean>;
}

function LegendLine({ tag, row, chart, panel, shared, has }: LineProps) {
  const { charts } = useApp();
  const { isHidden, unit, kind, states, ink } = useKept(() => lookOf(row()), isSameLook);
  const name = shortName(tag, chart, shared.path);
  const path = name === tag ? shared.path : "";
  const { end } = shared;
  const value = (now: LegendRow): string => (shared.isAtMouse.value ? atMouse(now) : last(now));
  return (
    <tr class={isHidden ? "away" : ""}>
      <th scope="row" class="tag">
        <button
          type="button"
          class="plain name"
          aria-pressed={!isHidden}
          title={`${visible(tag)}\n${isHidden ? "Show" : "Hide"} this line`}
          onClick={() => panel.toggleLine(tag)}
        >
          <span class={`swatch ${ink.dash}`} style={{ borderColor: ink.colour }} aria-hidden="true" />
          <CutName class="text" path={path} name={name.slice(path.length, name.length - end.length)} end={end} />
          {kind === "number" && unit !== "" && <bdi class="unit">{visible(unit)}</bdi>}
        </button>
      </th>
      <Figure kind="value" row={row} text={value} />
      {kind === "state" && !has.a && !has.b ? (
        <td class="span" colSpan={SUMMARY_COLUMNS}>
          <StateKey states={states} />
        </td>
      ) : (
        <>
          <Figure kind="span" row={row} text={lowest} />
          <Figure kind="span" row={row} text={highest} />
          <Figure kind="roomy" row={row} text={meanText} />
          <Figure kind="roomy" row={row} text={deviationText} />
        </>
      )}
      {has.a && <Figure kind="value" row={row} text={atA} />}
      {has.b && <Figure kind="value" row={row} text={atB} />}
      {has.a && has.b && <Figure kind="value" row={row} text={rise} />}
      {has.a && has.b && <Figure kind="value slope" row={row} text={slope} />}
      <td>
        <CloseButton
          class="drop"
          label={`Take ${visible(tag)} off this chart`}
          title="Take off this chart"
          press={() => charts.dropTag(chart.id, tag)}
        />
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

/** What of a row changes seldom. */
type Look = Pick<LegendRow, "isHidden" | "unit" | "kind" | "states" | "ink">;

const NO_INK: Ink = { colour: "transparent", dash: "solid" };

function lookOf(row: LegendRow | undefined): Look {
  const { isHidden = false, unit = "", kind = "number", states = [], ink = NO_INK } = row ?? {};
  return { isHidden, unit, kind, states, ink };
}

function isSameLook(a: Look, b: Look): boolean {
  const isSameInk = a.ink.colour === b.ink.colour && a.ink.dash === b.ink.dash;
  const isSameKind = a.unit === b.unit && a.kind === b.kind && isSameList(a.states, b.states);
  return isSameInk && isSameKind && a.isHidden === b.isHidden;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** What is read from signals; the one before where it is the same, so that nothing is made anew. */
function useKept<Value>(read: () => Value, isSame: (a: Value, b: Value) => boolean): Value {
  const kept = useRef<Value | null>(null);
  return useComputed(() => {
    const now = read();
    if (kept.current === null || !isSame(kept.current, now)) kept.current = now;
    return kept.current;
  }).value;
}

interface FigureProps {
  readonly kind: "value" | "roomy" | "span" | "value slope";
  readonly row: Row;
  readonly text: (row: LegendRow) => string;
}

/** A cell whose text follows the row. */
function Figure({ kind, row, text }: FigureProps) {
  const written = useComputed(() => {
    const now = row();
    return now === undefined ? "" : text(now);
  });
  return <td class={kind}>{written}</td>;
}

const over = ({ kind, decimals }: LegendRow, value: number): string =>
  kind === "number" ? formatValue(value, decimals) : "";
const last = (row: LegendRow): string => readingText(row, row.last);
const lowest = (row: LegendRow): string => over(row, row.stats.min);
const highest = (row: LegendRow): string => over(row, row.stats.max);
const atA = (row: LegendRow): string => readingText(row, row.a);
const atB = (row: LegendRow): string => readingText(row, row.b);
const rise = (row: LegendRow): string => over(row, row.difference.dy);
const slope = ({ kind, difference }: LegendRow): string => (kind === "number" ? formatValue(difference.slope) : "");

/** ≈ between points of which some were decimated away. */
function atMouse(row: LegendRow): string {
  return (row.isHoverExact || Number.isNaN(row.hover) ? "" : "≈") + readingText(row, row.hover);
}

/** The tag without the part that the chart's name has already. */
export function shortName(tag: string, { title, tags }: Chart, path: string): string {
  if (title !== "") return tag;
  return tags.length === 1 ? leaf(tag) : tag.slice(path.length);
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
