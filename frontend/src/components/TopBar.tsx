/** Top bar: what the page is connected to, how much arrives, which stretch of time is shown. */

import { formatDuration, formatRate } from "../format";
import { sayHeld } from "../model/diagnostics";
import { LONG_WINDOWS, offeredWindows, WINDOWS } from "../model/timeView";
import { Actions, MoreButton } from "./Actions";
import { ModeChip } from "./Banners";
import { useApp } from "./context";
import { ListIcon, MoonIcon, PauseIcon, SunIcon, ToolsIcon } from "./icons";

export function TopBar() {
  return (
    <header class="topbar">
      <SheetButton />
      <ServerState />
      <ModeChip />
      <BackButton />
      <Actions />
      <WindowChoice />
      <ModeButtons />
      <ToolsButton />
      <ThemeButton />
      <MoreButton />
      <LeaveKiosk />
    </header>
  );
}

function SheetButton() {
  const { isSheetOpen } = useApp().state;
  return (
    <button
      type="button"
      class="only-phone sheet-button"
      aria-expanded={isSheetOpen.value}
      onClick={() => (isSheetOpen.value = !isSheetOpen.value)}
    >
      <ListIcon />
      <span>Tags</span>
    </button>
  );
}

/** `ok`, `warn` or `bad`, and the words for it. The dot differs in shape too, for people who cannot see its colour. */
function useHealth(): { level: "ok" | "warn" | "bad"; words: string } {
  const { link, status, isLoggedOut } = useApp().state;
  if (link.value.phase === "connecting") return { level: "warn", words: "connecting" };
  if (link.value.phase === "lost") return { level: "bad", words: isLoggedOut.value ? "logged out" : "server lost" };
  switch (status.value?.broker.state) {
    case undefined:
      return { level: "warn", words: "connecting" };
    case "connected":
      return { level: "ok", words: "broker ok" };
    case "off":
      return { level: "ok", words: "REST only" };
    case "connecting":
      return { level: "warn", words: "broker: connecting" };
    case "refused":
      return { level: "bad", words: "broker refused" };
    case "lost":
      return { level: "bad", words: "broker lost" };
  }
}

function ServerState() {
  const { status, link } = useApp().state;
  const { level, words } = useHealth();
  const known = link.value.phase === "open" ? status.value : null;
  return (
    <div class="server" role="status" title={known?.broker.text ?? words}>
      <span class="named">
        <span class={`dot ${level}`} aria-hidden="true" />
        <h1 class="host">{location.host}</h1>
        <span class={`health ${level}`}>{words}</span>
      </span>
      {known !== null && <span class="figure">{formatRate(known.rate)} msg/s</span>}
      {known !== null && sayHeld(known) !== "" && (
        <span class="figure" title="How much history is held now, and how much there will be at this rate">
          {sayHeld(known)}
        </span>
      )}
    </div>
  );
}

function BackButton() {
  const app = useApp();
  if (app.state.zooms.value.length === 0) return null;
  return (
    <button type="button" class="back" title="Undo the last zoom (Backspace)" onClick={() => app.goBack()}>
      Back
    </button>
  );
}

function WindowChoice() {
  const app = useApp();
  const { window, mode } = app.state.view.value;
  const choose = (text: string): void => app.time.setWindow(text === "all" ? null : Number(text));
  const key = String(window ?? "all");
  const status = app.state.status.value;
  const windows = offeredWindows(status?.since == null ? 0 : status.time - status.since);
  const isListed = windows.some(({ seconds }) => seconds === window);
  return (
    <div class={windows.length > WINDOWS.length ? "windows long" : "windows"}>
      <select aria-label="Time window" value={key} onChange={(event) => choose(event.currentTarget.value)}>
        {windows.map(({ seconds, label }) => (
          <option key={label} value={String(seconds ?? "all")}>
            {label}
          </option>
        ))}
        {!isListed && window !== null && <option value={key}>{formatDuration(window)}</option>}
      </select>
      <div class="segments" aria-hidden="true">
        {windows.map(({ seconds, label }) => (
          <button
            type="button"
            key={label}
            tabIndex={-1}
            class={seconds === window && mode !== "back" ? "chosen" : ""}
            title={`Key ${[...WINDOWS, ...LONG_WINDOWS].findIndex((one) => one.label === label) + 1}`}
            onClick={() => app.time.setWindow(seconds)}
          >
            {label}
          </button>
        ))}
        {!isListed && window !== null && (
          <button
            type="button"
            tabIndex={-1}
            class={mode === "back" ? "" : "chosen"}
            onClick={() => app.time.setWindow(window)}
          >
            {formatDuration(window)}
          </button>
        )}
      </div>
    </div>
  );
}

function ModeButtons() {
  const app = useApp();
  const { mode } = app.state.view.value;
  return (
    <>
      <button
        type="button"
        class="mode pause"
        aria-pressed={mode === "paused"}
        title="Freeze the picture; data goes on arriving (space)"
        onClick={() => app.time.togglePause()}
      >
        <PauseIcon />
        <span class="label">Pause</span>
      </button>
      <button
        type="button"
        class="mode live"
        aria-pressed={mode === "live"}
        title="Follow the newest data (L, or double click)"
        onClick={() => app.time.goLive()}
      >
        <span class="live-dot" aria-hidden="true" />
        <span class="label">Live</span>
      </button>
    </>
  );
}

function ToolsButton() {
  const app = useApp();
  const isOpen = app.state.tool.value !== null;
  const isArmed = app.tools.triggers.all.value.some((trigger) => trigger.isArmed);
  return (
    <button
      type="button"
      class="plain tools"
      aria-label="Tools"
      aria-expanded={isOpen}
      aria-controls="drawer"
      title={isArmed ? "Tools: a trigger is armed" : "Tools: diagnostics and more"}
      onClick={() => app.tools.toggleDrawer()}
    >
      <ToolsIcon />
      <span class="label">Tools</span>
      {isArmed && <span class="armed">armed</span>}
    </button>
  );
}

/** On a wall display, once somebody moves the mouse or tabs to it. */
function LeaveKiosk() {
  const app = useApp();
  if (!app.state.isKiosk.value) return null;
  return (
    <button type="button" class="leave" onClick={() => app.toggleKiosk()}>
      Leave the wall display (K)
    </button>
  );
}

function ThemeButton() {
  const app = useApp();
  const isDark = app.theme.value === "dark";
  return (
    <button
      type="button"
      class="plain"
      aria-label={isDark ? "Light colours" : "Dark colours"}
      title={`${isDark ? "Light" : "Dark"} colours (D)`}
      onClick={() => app.toggleTheme()}
    >
      {isDark ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}
