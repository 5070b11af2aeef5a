/** Signal panel: tags that the server computes, the form that defines one, with what would come of it, and the scaling of raw values. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";

import type { Problem } from "../../controllers/signals";
import { countOf, formatValue } from "../../format";
import { type Preview, pointAt, previewPath, type Signal } from "../../model/signals";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { CloseButton } from "../icons";
import { ScalingForm } from "./ScalingForm";

/** So long after the last key an expression is tried. */
const PREVIEW_MS = 250;
const WIDTH = 300;
const HEIGHT = 44;

export function SignalPanel() {
  const { mayWrite } = useApp().state;
  const edited = useSignal<Signal | null>(null);
  return (
    <>
      <SignalList edit={(signal) => (edited.value = signal)} />
      {mayWrite.value ? (
        <>
          <SignalForm key={edited.value?.id ?? 0} edited={edited.value} done={() => (edited.value = null)} />
          <ScalingForm />
        </>
      ) : (
        <p class="faint">Computed tags are defined by an operator.</p>
      )}
    </>
  );
}

function SignalList({ edit }: { edit: (signal: Signal) => void }) {
  const list = useApp().tools.signals.list.value;
  return (
    <section aria-label="Computed tags">
      <h3>Computed tags</h3>
      {list.length === 0 && <p class="none">None yet. The server computes them for everybody.</p>}
      <ol class="captures">
        {list.map((signal) => (
          <SignalLine key={signal.id} signal={signal} edit={edit} />
        ))}
      </ol>
    </section>
  );
}

function SignalLine({ signal, edit }: { signal: Signal; edit: (signal: Signal) => void }) {
  const app = useApp();
  const { tag, expression, unit, why, late, skipped, isFixed } = signal;
  return (
    <li>
      <span>
        <bdi>{shorten(visible(tag), 48)}</bdi>
        {unit !== "" && ` [${visible(unit)}]`}
      </span>
      <code>{shorten(visible(expression), 200)}</code>
      {why !== "" && <span class="warn">{visible(why)}</span>}
      {(late > 0 || skipped > 0) && (
        <span class="faint">
          {late > 0 && `${countOf(late, "late value")} `}
          {skipped > 0 && `${countOf(skipped, "value")} skipped`}
        </span>
      )}
      <span class="buttons">
        {isFixed ? (
          <span class="faint">from the server’s file</span>
        ) : (
          app.state.mayWrite.value && (
            <>
              <button type="button" aria-label={`Change ${visible(tag)}`} onClick={() => edit(signal)}>
                Change
              </button>
              <CloseButton
                label={`Forget ${visible(tag)}`}
                title="Compute it no more; its points stay"
                press={() => void app.tools.signals.forget(signal.id)}
              />
            </>
          )
        )}
      </span>
    </li>
  );
}

function SignalForm({ edited, done }: { edited: Signal | null; done: () => void }) {
  const app = useApp();
  const { signals } = app.tools;
  const expression = useSignal(edited?.expression ?? "");
  const preview = useSignal<Preview | null>(null);
  const problem = useSignal<Problem | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useSignalEffect(() => {
    const text = expression.value;
    preview.value = null;
    problem.value = null;
    if (text.trim() === "") return;
    const timer = setTimeout(async () => {
      const found = await signals.preview(text);
      if (text !== expression.peek()) return; // something else was typed meanwhile
      if ("times" in found) preview.value = found;
      else problem.value = found;
    }, PREVIEW_MS);
    return () => clearTimeout(timer);
  });
  const insert = (tag: string): void => {
    const [start, end] = [area.current?.selectionStart ?? 0, area.current?.selectionEnd ?? 0];
    const text = expression.peek();
    expression.value = `${text.slice(0, start)}{${tag}}${text.slice(end)}`;
    area.current?.focus();
  };
  const define = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const text = (name: string): string => String(fields.get(name) ?? "").trim();
    const wanted = { tag: text("tag"), expression: expression.peek(), unit: text("unit"), label: text("label") };
    problem.value = await signals.define(wanted, edited?.id ?? null);
    if (problem.value !== null) return;
    if (expression.peek() !== wanted.expression) return done(); // the next one was begun meanwhile
    form.reset();
    expression.value = "";
    done();
  };
  const title = edited === null ? "New computed tag" : "Change a computed tag";
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <form class="form" onSubmit={(event) => void define(event)} noValidate>
        <label>
          <span>Tag</span>
          <input type="text" name="tag" defaultValue={edited?.tag ?? ""} />
        </label>
        <label>
          <span>Expression</span>
          <textarea
            ref={area}
            name="expression"
            rows={3}
            spellcheck={false}
            placeholder="avg({line1/temp}, 10s) * 1.8 + 32"
            value={expression.value}
            onInput={(event) => (expression.value = event.currentTarget.value)}
          />
        </label>
        <label>
          <span>Insert</span>
          <select
            aria-label="Insert a tag"
            value=""
            onChange={(event) => {
              insert(event.currentTarget.value);
              event.currentTarget.value = "";
            }}
          >
            <option value="">a tag of the charts …</option>
            {app.state.drawn.value.map((tag) => (
              <option key={tag} value={tag}>
                {shorten(visible(tag), 48)}
              </option>
            ))}
          </select>
        </label>
        <Outcome expression={expression.value} preview={preview.value} problem={problem.value} />
        <label>
          <span>Unit</span>
          <input type="text" name="unit" maxLength={32} defaultValue={edited?.unit ?? ""} />
        </label>
        <label>
          <span>Label</span>
          <input type="text" name="label" maxLength={128} defaultValue={edited?.label ?? ""} />
        </label>
        <span class="buttons">
          <button type="submit">{edited === null ? "Compute" : "Change"}</button>
          {edited !== null && (
            <button type="button" onClick={done}>
              Cancel
            </button>
          )}
        </span>
      </form>
    </section>
  );
}

interface OutcomeProps {
  expression: string;
  preview: Preview | null;
  problem: Problem | null;
}

/** What would come of the expression, or what is wrong with it, with a mark under the character. */
function Outcome({ expression, preview, problem }: OutcomeProps) {
  const position = problem?.position ?? preview?.position ?? null;
  const isWrong = problem !== null || preview?.isReadable === false;
  const text = problem?.text ?? preview?.why ?? "";
  return (
    <div class="outcome" aria-live="polite">
      {preview !== null && <Picture preview={preview} />}
      {text !== "" && (
        <p class={isWrong ? "bad" : "warn"} role={isWrong ? "alert" : undefined}>
          {visible(text)}
        </p>
      )}
      {position !== null && <Pointer expression={expression} position={position} />}
      {preview !== null && preview.unknown.length > 0 && (
        <p class="warn">Nobody sends {visible(preview.unknown.join(", "))} yet.</p>
      )}
    </div>
  );
}

function Picture({ preview }: { preview: Preview }) {
  const last = preview.values[preview.values.length - 1] ?? NaN;
  const path = previewPath(preview, WIDTH, HEIGHT);
  const now = preview.isBoolean && !Number.isNaN(last) ? String(last !== 0) : formatValue(last);
  return (
    <>
      {path !== "" && (
        <svg viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`} role="img" aria-label={`Preview, now ${now}`}>
          <path d={path} />
        </svg>
      )}
      {preview.values.length > 0 && (
        <p class="faint">
          now <strong>{now}</strong>, of {countOf(preview.values.length, "value")}
        </p>
      )}
    </>
  );
}

function Pointer({ expression, position }: { expression: string; position: number }) {
  const { text, mark } = pointAt(expression, position);
  return (
    <pre class="pointer">
      {text}
      {"\n"}
      {mark}
    </pre>
  );
}
