/** Dashboard menu: opens, saves, deletes, exports and imports dashboards, and starts the wall display. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { Listed, Saving, StoragePlace } from "../controllers/dashboards";
import { saveFile } from "../export/download";
import { LONGEST_DASHBOARD } from "../model/dashboardFile";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { CloseButton, DashboardIcon } from "./icons";
import { Popover } from "./Popover";

const PLACES: Readonly<Record<StoragePlace, string>> = { server: "server", browser: "this browser" };

export function DashboardMenu() {
  const app = useApp();
  const name = app.state.dashboard.value?.name ?? "";
  const icon = (
    <>
      <DashboardIcon />
      {name !== "" && (
        <span class="label opened">
          {shorten(visible(name), 24)}
          {app.dashboards.isChanged.value && <em> changed</em>}
        </span>
      )}
    </>
  );
  return (
    <Popover
      label="Dashboards"
      title="Dashboards (O)"
      buttonId="dashboards"
      icon={icon}
      buttonClass="plain tool"
      class="form dashboards"
    >
      {(close) => <DashboardChoices close={close} />}
    </Popover>
  );
}

function DashboardChoices({ close }: { close: () => void }) {
  const app = useApp();
  const { dashboards, state } = app;
  useEffect(() => void dashboards.refresh(), []);
  return (
    <>
      {dashboards.list.value.length === 0 && (
        <p class="faint">Nothing saved yet. A dashboard keeps charts, tags, scales and the time window under a name.</p>
      )}
      {dashboards.list.value.length > 0 && (
        <ul class="listed" aria-label="Saved dashboards">
          {dashboards.list.value.map((item) => (
            <DashboardItem key={`${item.place} ${item.name}`} item={item} close={close} />
          ))}
        </ul>
      )}
      <SaveAs />
      <div class="buttons">
        <ImportButton close={close} />
        <button
          type="button"
          onClick={() =>
            saveFile(
              document,
              `${fileStem(state.dashboard.value?.name)}.json`,
              new Blob([dashboards.text()], { type: "application/json" }),
            )
          }
        >
          Export file
        </button>
        <button
          type="button"
          title="Nothing but the charts (K); leave with K"
          onClick={() => {
            close();
            app.toggleKiosk();
          }}
        >
          Wall display
        </button>
      </div>
    </>
  );
}

function fileStem(name: string | undefined): string {
  return name === undefined ? "dashboard" : name.replace(/[^\p{L}\p{N} ._-]/gu, "_");
}

function DashboardItem({ item, close }: { item: Listed; close: () => void }) {
  const { dashboards, state } = useApp();
  const isAsked = useSignal(false);
  const isOpen = state.dashboard.value?.name === item.name;
  return (
    <li>
      <button
        type="button"
        class={isOpen ? "plain open chosen" : "plain open"}
        aria-current={isOpen}
        onClick={() => void dashboards.open(item.name, item.place).then(close)}
      >
        <bdi>{shorten(visible(item.name), 60)}</bdi>
      </button>
      <span class="faint">{PLACES[item.place]}</span>
      {item.place === "server" && !state.mayWrite.value ? null : isAsked.value ? (
        <button
          type="button"
          class="sure"
          onClick={() => void dashboards.remove(item)}
          onBlur={() => (isAsked.value = false)}
        >
          Delete
        </button>
      ) : (
        <CloseButton label={`Delete ${visible(item.name)}`} title="Delete" press={() => (isAsked.value = true)} />
      )}
    </li>
  );
}

function SaveAs() {
  const { dashboards, state } = useApp();
  const name = useSignal(state.dashboard.peek()?.name ?? "");
  const place = useSignal<StoragePlace | null>(null);
  const hasServer = dashboards.hasServer.value === true && state.mayWrite.value;
  // Where to is not guessed: what is kept in this browser nobody else sees.
  const isKnown = dashboards.hasServer.value !== null;
  const chosen = place.value ?? (hasServer ? "server" : "browser");
  const saving = useSignal<Saving | null>(null);
  const isAsked = saving.value === "other";
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    saving.value = await dashboards.save(name.value.trim(), chosen, isAsked);
  };
  return (
    <form class="save" onSubmit={(event) => void save(event)}>
      <label>
        <span>Name</span>
        <input
          type="text"
          maxLength={120}
          placeholder="Line 1"
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
            saving.value = null;
          }}
        />
      </label>
      {hasServer && (
        <PlaceChoice
          chosen={chosen}
          choose={(to) => {
            place.value = to;
            saving.value = null;
          }}
        />
      )}
      {isAsked && <p role="alert">Another view is kept under this name: saved by somebody else, or another time.</p>}
      <button type="submit" class={isAsked ? "sure" : ""} disabled={!isKnown || name.value.trim() === ""}>
        {isAsked
          ? "Replace it"
          : saving.value === "saved" && !dashboards.isChanged.value
            ? "Saved"
            : "Save what is seen"}
      </button>
    </form>
  );
}

function PlaceChoice({ chosen, choose }: { chosen: StoragePlace; choose: (place: StoragePlace) => void }) {
  return (
    <label>
      <span>Keep</span>
      <select
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value === "server" ? "server" : "browser")}
      >
        <option value="server">on the server, for everybody</option>
        <option value="browser">in this browser</option>
      </select>
    </label>
  );
}

function ImportButton({ close }: { close: () => void }) {
  const app = useApp();
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const text = file.size > 4 * LONGEST_DASHBOARD ? " ".repeat(LONGEST_DASHBOARD + 1) : await file.text();
    await app.dashboards.show(file.name.replace(/\.json$/i, ""), text);
    close();
  };
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        Import file
      </button>
      <input
        ref={input}
        class="off-screen"
        type="file"
        accept=".json,application/json"
        aria-label="Dashboard file"
        tabIndex={-1}
        onChange={(event) => void read(event.currentTarget.files?.[0])}
      />
    </>
  );
}
