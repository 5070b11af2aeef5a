/** Keys: which key does what, as one table. */

import type { App } from "./app";
import { LONG_WINDOWS, WINDOWS } from "./model/timeView";

const KEYED = [...WINDOWS, ...LONG_WINDOWS];

export interface Key {
  /** As the help shows it. */
  readonly label: string;
  readonly help: string;
  /** Values of `KeyboardEvent.key`, in lower case. */
  readonly keys: readonly string[];
  run(app: App, key: string): void;
}

export const KEYS: readonly Key[] = [
  { label: "Space", help: "pause and resume", keys: [" "], run: (app) => app.time.togglePause() },
  { label: "L", help: "live", keys: ["l"], run: (app) => app.time.goLive() },
  {
    label: `1 – ${KEYED.length}`,
    help: KEYED.map(({ label }) => label).join(", "),
    keys: KEYED.map((_, index) => String(index + 1)),
    run: (app, key) => app.time.setWindow(KEYED[Number(key) - 1]!.seconds),
  },
  { label: "Backspace", help: "undo a zoom", keys: ["backspace"], run: (app) => app.goBack() },
  { label: "G", help: "go to a date and time", keys: ["g"], run: (app) => app.sheets.press("goto") },
  {
    label: "A, B",
    help: "cursor A or B to the mouse",
    keys: ["a", "b"],
    run: (app, key) => app.time.setCursor(key === "a" ? "a" : "b"),
  },
  { label: "C", help: "cursors on and off", keys: ["c"], run: (app) => app.time.toggleCursors() },
  { label: "N", help: "new chart", keys: ["n"], run: (app) => app.charts.addChart() },
  { label: "E", help: "export", keys: ["e"], run: (app) => app.sheets.press("export") },
  { label: "Z", help: "times: local, UTC, server", keys: ["z"], run: (app) => app.time.nextZone() },
  { label: "O", help: "dashboards: open, save", keys: ["o"], run: (app) => app.sheets.press("dashboards") },
  { label: "K", help: "wall display on and off", keys: ["k"], run: (app) => app.toggleKiosk() },
  { label: "/", help: "search tags", keys: ["/"], run: (app) => app.sheets.openSearch() },
  { label: "D", help: "dark or light", keys: ["d"], run: (app) => app.toggleTheme() },
  { label: "M", help: "limits and events", keys: ["m"], run: (app) => app.tools.toggle("limits") },
  {
    label: "T",
    help: "trigger: freeze a stretch when something happens",
    keys: ["t"],
    run: (app) => app.tools.toggle("trigger"),
  },
  { label: "W", help: "write a note", keys: ["w"], run: (app) => app.tools.toggle("notes") },
  { label: "R", help: "record tags to files", keys: ["r"], run: (app) => app.tools.toggle("record") },
  {
    label: "I",
    help: "diagnostics: why is there no data?",
    keys: ["i"],
    run: (app) => app.tools.toggle("diagnostics"),
  },
  { label: "Esc", help: "close what lies over the charts", keys: ["escape"], run: (app) => app.sheets.close() },
  { label: "?", help: "this help", keys: ["?"], run: (app) => (app.state.isHelpOpen.value = true) },
];

/** The entry for a key press; `null` for other keys, with a modifier, or while a field or button takes the key. */
export function findKey(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "target">): Key | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const key = event.key.toLowerCase();
  if (isTaken(event.target, key)) return null;
  return KEYS.find(({ keys }) => keys.includes(key)) ?? null;
}

/** Text fields and lists take every key, a button or check box only the space bar. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // the browser closes a menu first
  if (key === "escape" && target.ownerDocument.querySelector(":popover-open, dialog[open]") !== null) return true;
  // it has just been closed; the focus leaves it a frame later
  if (target.closest("dialog:not([open])") !== null) return false;
  if (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]), dialog[open] *"))
    return true;
  return key === " " && target.matches("button, input, a, summary");
}
