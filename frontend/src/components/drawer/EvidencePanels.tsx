/** Evidence panels: notes on the time axis, and what the server records into files. */

import { useSignal } from "@preact/signals";

import { formatBytes, formatCount } from "../../format";
import { LONGEST_NOTE, type Note } from "../../model/notes";
import { DAYS, type Days, type Recorder } from "../../model/recorder";
import { mayChange } from "../../model/roles";
import { literal } from "../../model/trigger";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { CloseIcon } from "../icons";
import { TextField } from "../TextField";
import { OnlyFor } from "./OnlyFor";

const MOST_SHOWN = 100;
/** Of the field for tags, before it scrolls. */
const MOST_ROWS = 8;

export function NotePanel() {
  const { mayWrite } = useApp().state;
  return (
    <>
      {mayWrite.value ? <NoteForm /> : <OnlyFor whom="Notes are written by an operator." />}
      <NoteList />
    </>
  );
}

function NoteForm() {
  const app = useApp();
  const problem = useSignal<string | null>(null);
  const { a, b } = app.state.cursors.value;
  const write = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const range = app.time.range();
    const times: Readonly<Record<string, { time: number; end: number | null }>> = {
      now: { time: app.now(), end: null },
      shown: { time: range.start, end: range.end },
      a: { time: a ?? app.now(), end: null },
      ab: { time: Math.min(a ?? 0, b ?? 0), end: Math.max(a ?? 0, b ?? 0) },
    };
    const when = times[String(fields.get("when"))] ?? times["now"]!;
    const tags = fields.get("all") === "yes" ? [] : app.state.drawn.peek();
    problem.value = await app.tools.evidence.write(String(fields.get("text") ?? ""), when, tags);
    // The next one may have been begun meanwhile.
    if (problem.value === null && new FormData(form).get("text") === fields.get("text")) form.reset();
  };
  return (
    <section aria-label="New note">
      <h3>New note</h3>
      <form class="form" onSubmit={(event) => void write(event)} noValidate>
        <label>
          <span>Text</span>
          <textarea name="text" rows={2} maxLength={LONGEST_NOTE} />
        </label>
        <label>
          <span>When</span>
          <select name="when">
            <option value="now">now</option>
            <option value="shown">the shown stretch</option>
            {a !== null && <option value="a">cursor A</option>}
            {a !== null && b !== null && <option value="ab">from A to B</option>}
          </select>
        </label>
        <label class="choice">
          <input type="checkbox" name="all" value="yes" /> for all tags, not only those on charts
        </label>
        {problem.value !== null && (
          <p class="bad" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit">Note</button>
      </form>
    </section>
  );
}

function NoteList() {
  const notes = useApp().tools.evidence.newestNotes.value;
  return (
    <section aria-label="Notes">
      <h3>Notes</h3>
      {notes.length === 0 && <p class="none">None yet. Notes are for everybody, and stand on the charts.</p>}
      <ol class="captures">
        {notes.slice(0, MOST_SHOWN).map((note) => (
          <NoteLine key={note.id} note={note} />
        ))}
      </ol>
      {notes.length > MOST_SHOWN && <p class="faint">and {notes.length - MOST_SHOWN} older ones</p>}
    </section>
  );
}

function NoteLine({ note }: { note: Note }) {
  const app = useApp();
  const { evidence } = app.tools;
  const { text, time, end, tags, author } = note;
  const clock = app.state.clock.value;
  const isMine = mayChange(app.state.hello.value?.user, note);
  return (
    <li>
      {isMine ? (
        <TextField
          aria-label="Text of the note"
          maxLength={LONGEST_NOTE}
          value={visible(text)}
          commit={(changed) => evidence.rewrite(note, changed)}
        />
      ) : (
        <bdi>{visible(text)}</bdi>
      )}
      <span class="faint">
        {clock.time(time, app.now())}
        {end !== null && ` – ${clock.time(end, app.now())}`}
        {author !== "" && ` · ${shorten(visible(author), 30)}`} ·{" "}
        <bdi>{tags.length === 0 ? "all tags" : shorten(visible(tags.join(", ")), 50)}</bdi>
      </span>
      <span class="buttons">
        <button type="button" onClick={() => app.time.lookAtEvent(time, end ?? time)}>
          Show
        </button>
        {isMine && (
          <button
            type="button"
            class="plain"
            aria-label={`Delete the note: ${shorten(visible(text), 40)}`}
            title="Delete"
            onClick={() => void evidence.erase(note.id)}
          >
            <CloseIcon />
          </button>
        )}
      </span>
    </li>
  );
}

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
  const recorders = useApp().tools.evidence.recorders.value;
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
  const { evidence } = useApp().tools;
  return (
    <span class="buttons">
      <button type="button" aria-pressed={recorder.isOn} onClick={() => void evidence.turn(recorder, !recorder.isOn)}>
        {recorder.isOn ? "Stop" : "Start"}
      </button>
      <button
        type="button"
        class="plain"
        aria-label={`Forget the recording ${recorder.name}`}
        title="Forget it; its files stay"
        onClick={() => void evidence.forget(recorder.id)}
      >
        <CloseIcon />
      </button>
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
    problem.value = await app.tools.evidence.record({
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
        {problem.value !== null && (
          <p class="bad" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit">Record</button>
      </form>
    </section>
  );
}
