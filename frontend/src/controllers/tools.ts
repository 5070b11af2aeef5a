/** Tools: limits, triggers and diagnostics. Owns the drawer's state and the data of its tools; draws nothing. */

import { effect } from "@preact/signals";

import type { Session } from "../data/session";
import type { LedgerFrame } from "../protocol/ledgers";
import type { Ask } from "../protocol/rest";
import { mergeVerdicts, type VerdictsFrame } from "../protocol/verdicts";
import type { State, ToolName } from "../state";
import { Alarms } from "./alarms";
import { Captures } from "./captures";
import { Notes } from "./notes";
import { Recorders } from "./recorders";
import { Signals } from "./signals";
import { Triggers } from "./triggers";

export class Tools {
  readonly alarms: Alarms;
  readonly triggers: Triggers;
  readonly captures: Captures;
  readonly notes: Notes;
  readonly recorders: Recorders;
  readonly signals: Signals;
  /** What "Tools" opens: the tool that was open last. */
  #last: ToolName = "diagnostics";

  constructor(
    private readonly state: State,
    private readonly session: Session,
    page: Window,
    ask: Ask,
    notify: (text: string) => void,
    /** The server's clock, POSIX seconds. */
    now: () => number,
  ) {
    this.alarms = new Alarms(page, session, ask, notify, now);
    this.notes = new Notes(ask, notify);
    this.recorders = new Recorders(ask, notify);
    this.signals = new Signals(ask, notify);
    this.triggers = new Triggers(state, ask, notify);
    this.captures = new Captures(state, ask, notify, (trigger) => this.triggers.armedHere.has(trigger));
  }

  start(): void {
    this.alarms.start();
    this.captures.start();
    effect(() => {
      const tool = this.state.tool.value;
      if (tool !== null) this.#last = tool;
      this.session.watchVerdicts(tool === "diagnostics");
    });
  }

  /** The server has restarted, and numbers its verdicts from 1 again. */
  forget(): void {
    this.state.verdicts.value = { list: [], skipped: 0 };
  }

  ledger(frame: LedgerFrame): void {
    if (frame.name === "events") this.alarms.accept(frame);
    this.triggers.accept(frame);
    this.captures.accept(frame);
    this.notes.accept(frame);
    this.recorders.accept(frame);
    this.signals.accept(frame);
  }

  toggle(tool: ToolName): void {
    this.state.tool.value = this.state.tool.value === tool ? null : tool;
  }

  toggleDrawer(): void {
    this.state.tool.value = this.state.tool.value === null ? this.#last : null;
  }

  verdicts({ verdicts, skipped }: VerdictsFrame): void {
    this.state.verdicts.value = { list: mergeVerdicts(this.state.verdicts.peek().list, verdicts), skipped };
  }
}
