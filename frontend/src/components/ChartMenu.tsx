/** Chart menu: name, scale, value ranges and style of one chart. */

import { useSignal } from "@preact/signals";

import { type LineStyle, STYLES, withFixed } from "../model/chartStyle";
import type { Chart } from "../model/charts";
import type { Panel } from "../plot/panel";
import { shorten, visible } from "../text";
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

export function ChartMenu({ chart, panel }: { chart: Chart; panel: Panel }) {
  return (
    <Popover label="Chart options" icon={<SlidersIcon />} class="form">
      {() => <Options chart={chart} panel={panel} />}
    </Popover>
  );
}

function Options({ chart, panel }: { chart: Chart; panel: Panel }) {
  const { charts } = useApp();
  const { style } = chart;
  const units = [...new Set(panel.legend.value.filter(({ kind }) => kind === "number").map(({ unit }) => unit))];
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
      {units.map((unit) => (
        <FixedEnds key={unit} chart={chart} unit={unit} />
      ))}
      <CompareOptions chart={chart} />
      <button type="button" onClick={() => charts.tidy()} title="Put all charts back in their default places">
        Tile all charts
      </button>
    </>
  );
}

/** Two fields. Both filled, the lower below the upper, they fix the axis; otherwise it follows its data. */
function FixedEnds({ chart, unit }: { chart: Chart; unit: string }) {
  const { charts } = useApp();
  const fixed = chart.style.fixed.find((other) => other.unit === unit);
  const low = useSignal(fixed === undefined ? "" : String(fixed.low));
  const high = useSignal(fixed === undefined ? "" : String(fixed.high));
  const isWrong =
    low.value.trim() !== "" && high.value.trim() !== "" && !(readNumber(low.value) < readNumber(high.value));
  const take = (): void =>
    charts.restyle(chart.id, withFixed(chart.style, unit, [readNumber(low.value), readNumber(high.value)]));
  const name = unit === "" ? "without unit" : shorten(visible(unit), 16);
  return (
    <div class="line">
      <span>Range {unit === "" ? "" : name}</span>
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
    </div>
  );
}

/** Takes a decimal comma too. NaN for an empty text and for what is not a number. */
function readNumber(text: string): number {
  return text.trim() === "" ? NaN : Number(text.trim().replace(",", "."));
}
