/** Recorders, as the server has them for everybody: begun, stopped and forgotten. */

import { signal } from "@preact/signals";

import { decodeRecorder, type Recorder, type RecorderForm, recorderBody } from "../model/recorder";
import { applyLedger, type LedgerFrame } from "../protocol/ledgers";
import { type Ask, problemOf, tellProblem } from "../protocol/rest";

export class Recorders {
  readonly all = signal<readonly Recorder[]>([]);

  constructor(
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
  ) {}

  accept(frame: LedgerFrame): void {
    if (frame.name === "recorders") this.all.value = applyLedger(this.all.peek(), frame, decodeRecorder);
  }

  /** Returns what is wrong, or `null`. */
  async add(form: RecorderForm): Promise<string | null> {
    return problemOf(await this.ask("POST", "api/v1/recorders", recorderBody(form)));
  }

  async turn({ id, wanted }: Recorder, isOn: boolean): Promise<void> {
    tellProblem(await this.ask("PUT", `api/v1/recorders/${id}`, JSON.stringify({ ...wanted, on: isOn })), this.notify);
  }

  async forget(id: number): Promise<void> {
    tellProblem(await this.ask("DELETE", `api/v1/recorders/${id}`), this.notify);
  }
}
