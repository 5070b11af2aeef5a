/** Chart menu: name, scale, value ranges and style of one chart. */

import { useSignal } from "@preact/signals";

import { withFixed } from "../model/chartStyle";
import type { Chart } from "../model/charts";
import { limitEnds } from "../model/limits";
import { isPlotted, VIEW_NAMES } from "../model/views";
import { planAxes } from "../plot/axes";
import { Panel } from "../plot/panel";
import type { CardPanel } from "../plot/panelSource";
import { leaf, shorten, visible } from "../text";
import { CompareOptions } from "./Compare";
import { useApp } from "./context";
import { Choice } from "./fields";
import { SlidersIcon } from "./icons";
import { Popover } from "./Popover";

const STYLE_NAMES = { auto: "automatic", line: "lines", step: "steps", points: "points" } as const;
const SCALE_NAMES = { linear: "linear", log: "logarithmic" } as const;
const PAIRING_NAMES = { interpolated: "interpolated between points", held: "last known value" } as const;
const GAP_NAMES = { auto: "breaks the line", never: "is drawn over" } as const;
const SHARING_NAMES = { unit: "one per unit", own: "one per tag", norm: "each line over its own range" } as const;

export function ChartMenu({ chart, panel }: { chart: Chart; panel: CardPanel }) {
  return (
    <Popover label="Chart options" icon={<SlidersIcon />} class="form">
      {() => <Options chart={chart} panel={panel} />}
    </Popover>
  );
}

function Options({ chart, panel }: { chart: Chart; panel: CardPanel }) {
  const { charts } = useApp();
  const { style } = chart;
  return (
    <>
      <label>
        <span>Title</span>
        <input
          type="text"
          maxLength={120}
          placeholder="named after its tags"
          value={chart.title}
          onInput={(event) => charts.rename(chart.id, event.currentTarget.value)}
        />
      </label>
      <Choice
        label="Show"
        value={style.view}
        of={VIEW_NAMES}
        choose={(view) => charts.restyle(chart.id, { ...style, view })}
      />
      {panel instanceof Panel && style.view === "time" ? (
        <LineOptions chart={chart} panel={panel} />
      ) : (
        <ViewOptions chart={chart} />
      )}
      <button type="button" onClick={() => charts.tidy()} title="Put all charts back in their default places">
        Tile all charts
      </button>
    </>
  );
}

/** The axes of what is not over time. */
function ViewOptions({ chart }: { chart: Chart }) {
  const { charts } = useApp();
  const { style } = chart;
  return (
    <>
      {isPlotted(style.view) && <ScaleOption chart={chart} />}
      {style.view === "spectrum" && (
        <Choice
          label="Frequencies"
          value={style.isLogX ? "log" : "linear"}
          of={SCALE_NAMES}
          choose={(scale) => charts.restyle(chart.id, { ...style, isLogX: scale === "log" })}
        />
      )}
      {style.view === "xy" && (
        <Choice
          label="Pairs"
          value={style.pairing}
          of={PAIRING_NAMES}
          choose={(pairing) => charts.restyle(chart.id, { ...style, pairing })}
        />
      )}
    </>
  );
}

function ScaleOption({ chart }: { chart: Chart }) {
  const { charts } = useApp();
  const { style } = chart;
  return (
    <Choice
      label="Value axis"
      value={style.scale}
      of={SCALE_NAMES}
      choose={(scale) => charts.restyle(chart.id, { ...style, scale })}
    />
  );
}

function LineOptions({ chart, panel }: { chart: Chart; panel: Panel }) {
  const { charts } = useApp();
  const { style } = chart;
  const axes = planAxes(panel.legend.value, style.axes).axes.filter(
    ({ kind }) => kind === "number" && style.axes !== "norm",
  );
  return (
    <>
      <Choice
        label="Draw as"
        value={style.line}
        of={STYLE_NAMES}
        choose={(line) => charts.restyle(chart.id, { ...style, line })}
      />
      <ScaleOption chart={chart} />
      <Choice
        label="Silence"
        value={style.gaps}
        of={GAP_NAMES}
        choose={(gaps) => charts.restyle(chart.id, { ...style, gaps })}
      />
      <Choice
        label="Axes"
        value={style.axes}
        of={SHARING_NAMES}
        choose={(axes) => charts.restyle(chart.id, { ...style, axes })}
      />
      {axes.map(({ key, unit, tags }) => (
        <FixedEnds key={key} chart={chart} panel={panel} axisKey={key} unit={unit} tags={tags} />
      ))}
      <CompareOptions chart={chart} />
    </>
  );
}

/** Two fields. Both filled, the lower below the upper, they fix the axis; otherwise it follows its data. */
interface FixedEndsProps {
  readonly chart: Chart;
  readonly panel: Panel;
  readonly axisKey: string;
  readonly unit: string;
  readonly tags: readonly string[];
}

function FixedEnds({ chart, panel, axisKey, unit, tags }: FixedEndsProps) {
  const app = useApp();
  const { charts } = app;
  const fixed = chart.style.fixed.find((other) => other.unit === axisKey);
  const low = useSignal(fixed === undefined ? "" : String(fixed.low));
  const high = useSignal(fixed === undefined ? "" : String(fixed.high));
  const limits = limitEnds(tags.map((tag) => app.tagLines.of(tag).limits));
  const set = (ends: readonly [number, number] | null): void => {
    low.value = ends === null ? "" : String(Number(ends[0].toPrecision(5)));
    high.value = ends === null ? "" : String(Number(ends[1].toPrecision(5)));
    charts.rescale(chart.id, axisKey, ends);
  };
  const isWrong =
    low.value.trim() !== "" && high.value.trim() !== "" && !(readNumber(low.value) < readNumber(high.value));
  const take = (): void =>
    charts.restyle(chart.id, withFixed(chart.style, axisKey, [readNumber(low.value), readNumber(high.value)]));
  const name = chart.style.axes === "own" ? leaf(axisKey) : unit === "" ? "without unit" : shorten(visible(unit), 16);
  return (
    <div class="line">
      <span>Range {name === "without unit" ? "" : visible(name)}</span>
      <input
        type="text"
        inputMode="decimal"
        size={6}
        aria-label={`Lowest value, ${name}`}
        placeholder="auto"
        aria-invalid={isWrong}
        value={low.value}
        onInput={(event) => {
          low.value = event.currentTarget.value;
          take();
        }}
      />
      <span aria-hidden="true">–</span>
      <input
        type="text"
        inputMode="decimal"
        size={6}
        aria-label={`Highest value, ${name}`}
        placeholder="auto"
        aria-invalid={isWrong}
        value={high.value}
        onInput={(event) => {
          high.value = event.currentTarget.value;
          take();
        }}
      />
      {fixed === undefined ? (
        <button type="button" title="Keep the range as it is now" onClick={() => set(panel.endsOf(axisKey))}>
          Keep as is
        </button>
      ) : (
        <button type="button" title="Let the range follow the data" onClick={() => set(null)}>
          Automatic
        </button>
      )}
      {limits !== null && (
        <button type="button" title="From the lowest to the highest limit" onClick={() => set(limits)}>
          Limits
        </button>
      )}
    </div>
  );
}

/** Takes a decimal comma too. NaN for an empty text and for what is not a number. */
function readNumber(text: string): number {
  return text.trim() === "" ? NaN : Number(text.trim().replace(",", "."));
}
