/** Note panel: notes on the time axis, written and listed. */

import { useSignal } from "@preact/signals";

import { LONGEST_NOTE, type Note } from "../../model/notes";
import { mayChange } from "../../model/roles";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { TextField } from "../fields";
import { CloseButton } from "../icons";
import { FormProblem } from "./FormProblem";
import { OnlyFor } from "./OnlyFor";

const MOST_SHOWN = 100;

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
    problem.value = await app.tools.notes.write(String(fields.get("text") ?? ""), when, tags);
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
        <FormProblem text={problem.value} />
        <button type="submit">Note</button>
      </form>
    </section>
  );
}

function NoteList() {
  const notes = useApp().tools.notes.newestFirst.value;
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
  const { notes } = app.tools;
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
          commit={(changed) => notes.rewrite(note, changed)}
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
          <CloseButton
            label={`Delete the note: ${shorten(visible(text), 40)}`}
            title="Delete"
            press={() => void notes.erase(note.id)}
          />
        )}
      </span>
    </li>
  );
}
