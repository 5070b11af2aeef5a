/** Export menu: saves what the charts show as a file or a link. */

import { useSignal } from "@preact/signals";

import type { Separator, TimeFormat } from "../export/csv";
import type { ExportRequest } from "../export/exporter";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { ExportIcon } from "./icons";
import { Popover } from "./Popover";

const SEPARATORS: readonly Separator[] = [",", ";", "\t"];
const TIMES: readonly TimeFormat[] = ["clock", "iso", "seconds"];

export function ExportMenu() {
  return (
    <Popover
      label="Export"
      title="Export (E)"
      buttonId="export"
      icon={<ExportIcon />}
      buttonClass="plain tool"
      class="form"
    >
      {(close) => <ExportChoices close={close} />}
    </Popover>
  );
}

function ExportChoices({ close }: { close: () => void }) {
  const app = useApp();
  const chart = useSignal<number | null>(null);
  const isAllTime = useSignal(false);
  const separator = useSignal<Separator>(",");
  const decimal = useSignal<"." | ",">(".");
  const time = useSignal<TimeFormat>("clock");
  const isBusy = useSignal(false);
  const isCopied = useSignal(false);
  const run = (save: (request: ExportRequest) => Promise<void>) => async (): Promise<void> => {
    isBusy.value = true;
    try {
      await save({
        chart: chart.value,
        isAllTime: isAllTime.value,
        csv: { separator: separator.value, decimal: decimal.value, time: time.value },
      });
    } finally {
      isBusy.value = false;
      close();
    }
  };
  const { exporter } = app;
  const charts = app.state.charts.value.filter(({ tags }) => tags.length > 0);
  return (
    <>
      {charts.length > 1 && (
        <label>
          <span>Charts</span>
          <select
            value={String(chart.value ?? "")}
            onChange={(event) =>
              (chart.value = event.currentTarget.value === "" ? null : Number(event.currentTarget.value))
            }
          >
            <option value="">all</option>
            {charts.map((one) => (
              <option key={one.id} value={String(one.id)}>
                {shorten(visible(app.charts.names.value.get(one.id) ?? ""), 40)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>Time</span>
        <select
          value={isAllTime.value ? "all" : "seen"}
          onChange={(event) => (isAllTime.value = event.currentTarget.value === "all")}
        >
          <option value="seen">what is seen</option>
          <option value="all">all that is held (CSV, JSON)</option>
        </select>
      </label>
      <label>
        <span>CSV cells</span>
        <select
          value={separator.value}
          onChange={(event) => (separator.value = SEPARATORS.find((mark) => mark === event.currentTarget.value) ?? ",")}
        >
          <option value=",">comma between</option>
          <option value=";">semicolon between</option>
          <option value={"\t"}>tab between</option>
        </select>
      </label>
      <label>
        <span>CSV numbers</span>
        <select
          value={decimal.value}
          onChange={(event) => (decimal.value = event.currentTarget.value === "," ? "," : ".")}
        >
          <option value=".">decimal point</option>
          <option value=",">decimal comma</option>
        </select>
      </label>
      <label>
        <span>CSV times</span>
        <select
          value={time.value}
          onChange={(event) => (time.value = TIMES.find((format) => format === event.currentTarget.value) ?? "clock")}
        >
          <option value="clock">date and time</option>
          <option value="iso">ISO 8601 with zone</option>
          <option value="seconds">seconds since 1970</option>
        </select>
      </label>
      <div class="buttons">
        <button type="button" disabled={isBusy.value} onClick={run((request) => exporter.csv(request))}>
          CSV
        </button>
        <button type="button" disabled={isBusy.value} onClick={run((request) => exporter.json(request))}>
          JSON
        </button>
        <button type="button" disabled={isBusy.value} onClick={run((request) => exporter.png(request))}>
          PNG
        </button>
        <button
          type="button"
          disabled={isBusy.value}
          title="One file with pictures, numbers and points; opens without a network"
          onClick={run((request) => exporter.html(request))}
        >
          HTML report
        </button>
      </div>
      <button type="button" onClick={() => void exporter.copyLink().then((copied) => (isCopied.value = copied))}>
        {isCopied.value ? "Link copied" : "Copy link to this view"}
      </button>
    </>
  );
}
