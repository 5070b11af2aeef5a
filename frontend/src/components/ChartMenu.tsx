/** Chart menu: name, scale, value ranges and style of one chart. */

import { useSignal } from "@preact/signals";

import { type LineStyle, SHARINGS, STYLES, withFixed } from "../model/chartStyle";
import type { Chart } from "../model/charts";
import { limitEnds } from "../model/limits";
import { isPlotted, VIEW_NAMES, VIEWS } from "../model/views";
import { planAxes } from "../plot/axes";
import { Panel } from "../plot/panel";
import type { CardPanel } from "../plot/panelSource";
import { leaf, shorten, visible } from "../text";
import { CompareOptions } from "./Compare";
import { useApp } from "./context";
import { SlidersIcon } from "./icons";
import { Popover } from "./Popover";

const STYLE_NAMES: Readonly<Record<LineStyle, string>> = {
  auto: "automatic",
  line: "lines",
  step: "steps",
  points: "points",
};

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
      <label>
        <span>Show</span>
        <select
          value={style.view}
          onChange={(event) =>
            charts.restyle(chart.id, {
              ...style,
              view: VIEWS.find((view) => view === event.currentTarget.value) ?? "time",
            })
          }
        >
          {VIEWS.map((view) => (
            <option key={view} value={view}>
              {VIEW_NAMES[view]}
            </option>
          ))}
        </select>
      </label>
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
        <label>
          <span>Frequencies</span>
          <select
            value={style.isLogX ? "log" : "linear"}
            onChange={(event) => charts.restyle(chart.id, { ...style, isLogX: event.currentTarget.value === "log" })}
          >
            <option value="linear">linear</option>
            <option value="log">logarithmic</option>
          </select>
        </label>
      )}
      {style.view === "xy" && (
        <label>
          <span>Pairs</span>
          <select
            value={style.pairing}
            onChange={(event) =>
              charts.restyle(chart.id, {
                ...style,
                pairing: event.currentTarget.value === "held" ? "held" : "interpolated",
              })
            }
          >
            <option value="interpolated">interpolated between points</option>
            <option value="held">last known value</option>
          </select>
        </label>
      )}
    </>
  );
}

function ScaleOption({ chart }: { chart: Chart }) {
  const { charts } = useApp();
  const { style } = chart;
  return (
    <label>
      <span>Value axis</span>
      <select
        value={style.scale}
        onChange={(event) =>
          charts.restyle(chart.id, { ...style, scale: event.currentTarget.value === "log" ? "log" : "linear" })
        }
      >
        <option value="linear">linear</option>
        <option value="log">logarithmic</option>
      </select>
    </label>
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
      <label>
        <span>Draw as</span>
        <select
          value={style.line}
          onChange={(event) =>
            charts.restyle(chart.id, {
              ...style,
              line: STYLES.find((style) => style === event.currentTarget.value) ?? "auto",
            })
          }
        >
          {STYLES.map((style) => (
            <option key={style} value={style}>
              {STYLE_NAMES[style]}
            </option>
          ))}
        </select>
      </label>
      <ScaleOption chart={chart} />
      <label>
        <span>Silence</span>
        <select
          value={style.gaps}
          onChange={(event) =>
            charts.restyle(chart.id, { ...style, gaps: event.currentTarget.value === "never" ? "never" : "auto" })
          }
        >
          <option value="auto">breaks the line</option>
          <option value="never">is drawn over</option>
        </select>
      </label>
      <label>
        <span>Axes</span>
        <select
          value={style.axes}
          onChange={(event) =>
            charts.restyle(chart.id, {
              ...style,
              axes: SHARINGS.find((sharing) => sharing === event.currentTarget.value) ?? "unit",
            })
          }
        >
          <option value="unit">one per unit</option>
          <option value="own">one per tag</option>
          <option value="norm">each line over its own range</option>
        </select>
      </label>
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
