/** Export menu: saves what the charts show as a file or a link. */

import { useSignal } from "@preact/signals";

import type { Separator, TimeFormat } from "../export/csv";
import type { ExportRequest } from "../export/exporter";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { Choice } from "./fields";
import { ExportIcon } from "./icons";
import { Popover } from "./Popover";

const STRETCHES = { seen: "what is seen", all: "all that is held (CSV, JSON)" } as const;
const SEPARATORS = { ",": "comma between", ";": "semicolon between", "\t": "tab between" } as const;
const DECIMALS = { ".": "decimal point", ",": "decimal comma" } as const;
const TIMES = { clock: "date and time", iso: "ISO 8601 with zone", seconds: "seconds since 1970" } as const;

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
      <Choice
        label="Time"
        value={isAllTime.value ? "all" : "seen"}
        of={STRETCHES}
        choose={(stretch) => (isAllTime.value = stretch === "all")}
      />
      <Choice label="CSV cells" value={separator.value} of={SEPARATORS} choose={(mark) => (separator.value = mark)} />
      <Choice label="CSV numbers" value={decimal.value} of={DECIMALS} choose={(mark) => (decimal.value = mark)} />
      <Choice label="CSV times" value={time.value} of={TIMES} choose={(format) => (time.value = format)} />
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
