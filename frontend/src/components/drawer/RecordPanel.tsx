/** Record panel: what the server records into files. */

import { useSignal } from "@preact/signals";

import { formatBytes, formatCount } from "../../format";
import { DAYS, type Days, type Recorder } from "../../model/recorder";
import { literal } from "../../model/trigger";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { CloseButton } from "../icons";
import { FormProblem } from "./FormProblem";
import { OnlyFor } from "./OnlyFor";

/** Of the field for tags, before it scrolls. */
const MOST_ROWS = 8;

const DAY_NAMES: Readonly<Record<Days, string>> = { every: "every day", week: "Monday to Friday", weekend: "weekends" };

export function RecordPanel() {
  const { mayWrite } = useApp().state;
  return (
    <>
      <Recorders />
      {mayWrite.value ? <RecordForm /> : <OnlyFor whom="Recordings are started by an operator." />}
    </>
  );
}

function Recorders() {
  const recorders = useApp().tools.recorders.all.value;
  return (
    <section aria-label="Recordings">
      <h3>Recordings</h3>
      {recorders.length === 0 && <p class="none">Nothing is recorded. The server can write tags to CSV files.</p>}
      <ol class="captures">
        {recorders.map((recorder) => (
          <RecorderLine key={recorder.id} recorder={recorder} />
        ))}
      </ol>
    </section>
  );
}

function RecorderLine({ recorder }: { recorder: Recorder }) {
  const app = useApp();
  const { name, tags, state, text, file, rows, lost, bytes, rate, free, matched } = recorder;
  return (
    <li class={state === "failed" ? "bad" : ""}>
      <span>
        <bdi>{visible(name)}</bdi>: {visible(state)}
        {text !== "" && `, ${shorten(visible(text), 120)}`}
      </span>
      <span class="faint">
        <bdi>{shorten(visible(tags.join(", ")), 60)}</bdi> ({formatCount(matched)} tags) · {formatCount(rows)} rows
        {state === "recording" && `, ${rate.toFixed(1)}/s`}
        {lost > 0 && `, ${formatCount(lost)} lost`}
        {file !== "" && ` · ${visible(file)}, ${formatBytes(bytes)}`}
        {free !== null && ` · ${formatBytes(free)} left on the disk`}
        {recorder.isScheduled && " · by schedule"}
      </span>
      {app.state.mayWrite.value && <RecorderButtons recorder={recorder} />}
    </li>
  );
}

function RecorderButtons({ recorder }: { recorder: Recorder }) {
  const { recorders } = useApp().tools;
  return (
    <span class="buttons">
      <button type="button" aria-pressed={recorder.isOn} onClick={() => void recorders.turn(recorder, !recorder.isOn)}>
        {recorder.isOn ? "Stop" : "Start"}
      </button>
      <CloseButton
        label={`Forget the recording ${recorder.name}`}
        title="Forget it; its files stay"
        press={() => void recorders.forget(recorder.id)}
      />
    </span>
  );
}

function RecordForm() {
  const app = useApp();
  const problem = useSignal<string | null>(null);
  const drawn = app.state.drawn.value;
  const record = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(fields.get(name) ?? "").trim();
    const days = text("days");
    problem.value = await app.tools.recorders.add({
      name: text("name"),
      tags: text("tags"),
      rotateBytes: Number(text("bytes")),
      rotateSeconds: Number(text("seconds")),
      from: text("from"),
      to: text("to"),
      days: days === "week" || days === "weekend" ? days : "every",
    });
  };
  return (
    <section aria-label="New recording">
      <h3>New recording</h3>
      <form class="form" onSubmit={(event) => void record(event)} noValidate>
        <label>
          <span>Name</span>
          <input type="text" name="name" maxLength={40} defaultValue="recording" />
        </label>
        <label>
          <span>Tags</span>
          <textarea
            name="tags"
            rows={Math.min(MOST_ROWS, Math.max(2, drawn.length))}
            title="A tag a line; * stands for any part, alone for all tags"
            key={drawn.join("\n")}
            defaultValue={drawn.length === 0 ? "*" : drawn.map(literal).join("\n")}
          />
        </label>
        <label>
          <span>New file</span>
          <select name="seconds">
            <option value="0">never</option>
            <option value="3600">each hour</option>
            <option value="86400">each day</option>
          </select>
        </label>
        <label>
          <span>or beyond</span>
          <select name="bytes">
            <option value="0">any size</option>
            <option value="10000000">10 MB</option>
            <option value="100000000">100 MB</option>
          </select>
        </label>
        <div class="line">
          <span>From</span>
          <input type="time" name="from" aria-label="Record from" />
          <span>to</span>
          <input type="time" name="to" aria-label="Record until" />
        </div>
        <label>
          <span>On</span>
          <select name="days" aria-label="Days">
            {(Object.keys(DAYS) as Days[]).map((one) => (
              <option key={one} value={one}>
                {DAY_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        <FormProblem text={problem.value} />
        <button type="submit">Record</button>
      </form>
    </section>
  );
}
