/** Actions: the buttons that work on charts; on a phone behind a button of their own. */

import { ZONES, type Zone } from "../model/wallClock";
import { useApp } from "./context";
import { DashboardMenu } from "./DashboardMenu";
import { ExportMenu } from "./ExportMenu";
import { GoTo } from "./GoTo";
import { AddChartIcon, CursorsIcon, MoreIcon } from "./icons";
import { ReplayButton } from "./ReplayPanel";
import { UserMenu } from "./UserMenu";

const SHORT_NAMES: Readonly<Record<Zone, string>> = { local: "Local", utc: "UTC", server: "Server" };

export function Actions() {
  const app = useApp();
  const { a, b } = app.state.cursors.value;
  return (
    <div class={app.state.areActionsOpen.value ? "actions open" : "actions"} role="group" aria-label="Actions">
      <button
        type="button"
        class="plain tool"
        aria-label="Add chart"
        title="Add a chart (N)"
        onClick={() => app.charts.addChart()}
      >
        <AddChartIcon />
      </button>
      <button
        type="button"
        class="plain tool"
        aria-label="Cursors"
        aria-pressed={a !== null || b !== null}
        title="Cursors A and B (C)"
        onClick={() => app.time.toggleCursors()}
      >
        <CursorsIcon />
      </button>
      <GoTo />
      <ExportMenu />
      <DashboardMenu />
      <ReplayButton />
      <ZoneChoice />
      <UserMenu />
    </div>
  );
}

/** For a phone, which has no room for all of them. */
export function MoreButton() {
  const { areActionsOpen } = useApp().state;
  return (
    <button
      type="button"
      class="plain only-phone"
      aria-label="More actions"
      aria-expanded={areActionsOpen.value}
      onClick={() => (areActionsOpen.value = !areActionsOpen.value)}
    >
      <MoreIcon />
    </button>
  );
}

function ZoneChoice() {
  const { zone } = useApp().state;
  return (
    <select
      class="zone"
      aria-label="Times"
      title="Clock for all times (Z)"
      value={zone.value}
      onChange={(event) => (zone.value = ZONES.find((known) => known === event.currentTarget.value) ?? "local")}
    >
      {ZONES.map((known) => (
        <option key={known} value={known}>
          {SHORT_NAMES[known]}
        </option>
      ))}
    </select>
  );
}
