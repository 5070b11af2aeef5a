/** Scaling form: from the raw values of a tag to engineering values, for everybody and from now on. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";

import { type ScalingForm as Form, readScaling, scalingBody } from "../../model/signals";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { FormProblem } from "./FormProblem";

const FIELDS: readonly { readonly name: keyof Form & string; readonly label: string }[] = [
  { name: "rawLow", label: "Raw from" },
  { name: "rawHigh", label: "Raw to" },
  { name: "low", label: "Value from" },
  { name: "high", label: "Value to" },
  { name: "unit", label: "Unit" },
  { name: "wrap", label: "Counter wraps at" },
];

export function ScalingForm() {
  const app = useApp();
  void app.state.tagsRevision.value;
  const tags = app.state.drawn.value.filter((tag) => app.session.directory.find(tag)?.info.kind === "number");
  const chosen = useSignal<string | null>(null);
  const tag = chosen.value !== null && tags.includes(chosen.value) ? chosen.value : (tags[0] ?? null);
  return (
    <section aria-label="Scaling">
      <h3>Scaling of raw values</h3>
      {tag === null ? (
        <p class="none">Check a tag that is a number to scale it.</p>
      ) : (
        <>
          <div class="form">
            <label>
              <span>Tag</span>
              <select value={tag} onChange={(event) => (chosen.value = event.currentTarget.value)}>
                {tags.map((one) => (
                  <option key={one} value={one}>
                    {shorten(visible(one), 48)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <Fields key={tag} tag={tag} />
        </>
      )}
    </section>
  );
}

function Fields({ tag }: { tag: string }) {
  const { signals } = useApp().tools;
  const held = useSignal(readScaling(null));
  /** What a person has typed: an answer that comes later must not overwrite it. */
  const draft = useSignal<Partial<Form>>({});
  const problem = useSignal<string | null>(null);
  const shown = useComputed((): Form => ({ ...held.value.form, ...draft.value }));
  const form = shown.value;
  const change = (part: Partial<Form>): void => {
    draft.value = { ...draft.peek(), ...part };
  };
  const read = async (): Promise<void> => {
    held.value = (await signals.scaling(tag)) ?? held.peek();
  };
  useSignalEffect(() => void read());
  const send = async (body: string | null): Promise<void> => {
    problem.value = await signals.scale(tag, body);
    if (problem.value !== null) return;
    await read();
    draft.value = {};
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const wanted = scalingBody(shown.peek());
    if ("problem" in wanted) problem.value = wanted.problem;
    else void send(wanted.body);
  };
  return (
    <form onSubmit={submit} noValidate>
      <fieldset class="limits scaling">
        <legend class="faint">Raw 0 to 27648 may be 0 to 10 bar. It counts from the next message on.</legend>
        {FIELDS.map(({ name, label }) => (
          <label key={name}>
            {label}
            <input
              type="text"
              inputMode={name === "unit" ? "text" : "decimal"}
              value={String(form[name])}
              onInput={(event) => change({ [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </fieldset>
      <label class="choice">
        <input
          type="checkbox"
          checked={form.keepsRaw}
          onChange={(event) => change({ keepsRaw: event.currentTarget.checked })}
        />{" "}
        keep the raw values too, as {shorten(visible(tag), 40)}/raw
      </label>
      <FormProblem text={problem.value} />
      <span class="buttons">
        <button type="submit">Scale</button>
        {held.value.isOurs && (
          <button type="button" onClick={() => void send(null)}>
            As the device says
          </button>
        )}
      </span>
    </form>
  );
}
