/** Drawer: the tools at the right of the charts, one at a time; on a phone a sheet over them. */

import type { ComponentChildren } from "preact";

import type { ToolName } from "../../state";
import { useApp } from "../context";
import { CloseButton } from "../icons";
import { DiagnosticsPanel } from "./DiagnosticsPanel";
import { LimitPanel } from "./LimitPanel";
import { NotePanel } from "./NotePanel";
import { RecordPanel } from "./RecordPanel";
import { SignalPanel } from "./SignalPanel";
import { TriggerPanel } from "./TriggerPanel";

interface Tab {
  readonly name: ToolName;
  readonly label: string;
  body(): ComponentChildren;
}

const TABS: readonly Tab[] = [
  { name: "limits", label: "Limits", body: () => <LimitPanel /> },
  { name: "trigger", label: "Trigger", body: () => <TriggerPanel /> },
  { name: "notes", label: "Notes", body: () => <NotePanel /> },
  { name: "record", label: "Record", body: () => <RecordPanel /> },
  { name: "signals", label: "Signals", body: () => <SignalPanel /> },
  { name: "diagnostics", label: "Diagnostics", body: () => <DiagnosticsPanel /> },
];

export function Drawer() {
  const { tool } = useApp().state;
  const open = TABS.find(({ name }) => name === tool.value);
  const close = (): void => {
    tool.value = null;
  };
  if (open === undefined) return null;
  return (
    <aside class="drawer" id="drawer" aria-label="Tools" onKeyDown={(event) => event.key === "Escape" && close()}>
      <div class="drawer-head">
        <div role="tablist" aria-label="Tools" class="tabs">
          {TABS.map(({ name, label }) => (
            <button
              type="button"
              role="tab"
              key={name}
              id={`tab-${name}`}
              aria-selected={name === tool.value}
              aria-controls="tool"
              onClick={() => (tool.value = name)}
            >
              {label}
            </button>
          ))}
        </div>
        <CloseButton label="Close tools" title="Close (Esc)" press={close} />
      </div>
      <div class="drawer-body" id="tool" role="tabpanel" aria-labelledby={`tab-${open.name}`} tabIndex={0}>
        {open.body()}
      </div>
    </aside>
  );
}
