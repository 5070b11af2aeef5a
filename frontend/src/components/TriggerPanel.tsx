/** Trigger panel: what to wait for, and the captures made. */

import { useSignal } from "@preact/signals";

import { formatCount, formatDuration } from "../format";
import { type Capture, countPoints } from "../model/captures";
import { CONDITIONS, type Condition, LONGEST_NAME, sayCondition, type Trigger } from "../model/trigger";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { CloseIcon } from "./icons";

const CONDITION_NAMES: Readonly<Record<Condition, string>> = {
  rises: "rises through",
  falls: "falls through",
  above: "is above",
  below: "is below",
  changes: "changes to",
};

export function TriggerPanel() {
  return (
    <>
      <Captures />
      <Armed />
      <TriggerForm />
    </>
  );
}

function Captures() {
  const { triggers } = useApp().tools;
  const { captures, dropped } = triggers.kept.value;
  return (
    <section aria-label="Captures">
      <h3>Captures</h3>
      {captures.length === 0 && (
        <p class="none">None yet. A trigger freezes all tags on charts around the moment when something happens.</p>
      )}
      <ol class="captures">
        {captures.map((capture) => (
          <CaptureLine key={capture.id} capture={capture} />
        ))}
      </ol>
      {dropped > 0 && <p class="faint">{dropped} older ones were dropped.</p>}
      <label class="choice">
        <input
          type="checkbox"
          checked={triggers.showsAtOnce.value}
          onChange={(event) => (triggers.showsAtOnce.value = event.currentTarget.checked)}
        />{" "}
        show a new capture at once, and pause
      </label>
      <p class="faint">Captures are kept until this page is closed; save what you need.</p>
    </section>
  );
}

function CaptureLine({ capture }: { capture: Capture }) {
  const app = useApp();
  const { triggers } = app.tools;
  const isShown = app.state.shown.value?.id === capture.id;
  const save = (format: "csv" | "json") => () => app.exporter.saveColumns(capture.lines, format, capture.at, "capture");
  return (
    <li class={isShown ? "shown" : ""}>
      <input
        type="text"
        aria-label="Name of the capture"
        maxLength={LONGEST_NAME}
        value={capture.name}
        onChange={(event) => triggers.rename(capture.id, event.currentTarget.value)}
      />
      <span class="faint">
        {app.state.clock.value.time(capture.at, app.now())} · <bdi>{shorten(visible(capture.reason), 60)}</bdi> ·{" "}
        {formatDuration(capture.range.end - capture.range.start)}, {capture.lines.length} tags,{" "}
        {formatCount(countPoints(capture))} points{capture.isExact ? "" : ", peaks only"}
      </span>
      <span class="buttons">
        <button type="button" aria-pressed={isShown} onClick={() => triggers.show(capture)}>
          Show
        </button>
        <button type="button" onClick={save("csv")}>
          CSV
        </button>
        <button type="button" onClick={save("json")}>
          JSON
        </button>
        <button
          type="button"
          class="plain"
          aria-label={`Delete ${capture.name}`}
          title="Delete"
          onClick={() => triggers.discard(capture.id)}
        >
          <CloseIcon />
        </button>
      </span>
    </li>
  );
}

function Armed() {
  const { state, tools } = useApp();
  if (state.triggers.value.length === 0) return null;
  return (
    <section aria-label="Triggers">
      <h3>Triggers</h3>
      <ul class="captures">
        {state.triggers.value.map((trigger) => (
          <li key={trigger.id}>
            <span>
              <bdi>{shorten(visible(trigger.tag), 40)}</bdi> {visible(sayCondition(trigger))}
            </span>
            <span class="faint">
              {trigger.name !== "" && `${visible(trigger.name)} · `}
              {formatDuration(trigger.before)} before, {formatDuration(trigger.after)} after
              {trigger.isRepeating ? ", each time" : ", once"}
            </span>
            <span class="buttons">
              <button
                type="button"
                aria-pressed={trigger.isArmed}
                onClick={() => tools.triggers.arm(trigger.id, !trigger.isArmed)}
              >
                {sayState(trigger, tools.triggers.firing.value.has(trigger.id))}
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Remove the trigger on ${trigger.tag}`}
                title="Remove"
                onClick={() => tools.triggers.remove(trigger.id)}
              >
                <CloseIcon />
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function sayState({ isArmed }: Trigger, isFiring: boolean): string {
  if (isFiring) return "Capturing…";
  return isArmed ? "Armed" : "Arm again";
}

function TriggerForm() {
  const app = useApp();
  const problem = useSignal<string | null>(null);
  const drawn = app.state.drawn.value;
  const tag = useSignal(drawn[0] ?? "");
  const condition = useSignal<Condition | null>(null);
  void app.state.tagsRevision.value;
  const kind = app.session.directory.find(tag.value)?.info.kind ?? "number";
  const chosen = condition.value ?? (kind === "state" ? "changes" : "rises");
  const arm = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(fields.get(name) ?? "").trim();
    const number = (name: string): number => (text(name) === "" ? NaN : Number(text(name).replace(",", ".")));
    problem.value = app.tools.triggers.add({
      name: text("name"),
      tag: tag.value,
      condition: chosen,
      level: chosen === "changes" ? 0 : number("level"),
      to: chosen === "changes" ? text("to") : "",
      before: number("before"),
      after: number("after"),
      isRepeating: text("times") === "each",
    });
  };
  return (
    <section aria-label="New trigger">
      <h3>New trigger</h3>
      <form class="form" onSubmit={arm} noValidate>
        <label>
          <span>Tag</span>
          <input
            type="text"
            name="tag"
            list="trigger-tags"
            value={tag.value}
            onInput={(event) => (tag.value = event.currentTarget.value)}
          />
        </label>
        <datalist id="trigger-tags">
          {[...app.session.directory.entries()].map(({ info }) => (
            <option key={info.tag} value={info.tag} />
          ))}
        </datalist>
        <label>
          <span>Condition</span>
          <select
            name="condition"
            value={chosen}
            onChange={(event) =>
              (condition.value = CONDITIONS.find((one) => one === event.currentTarget.value) ?? null)
            }
          >
            {CONDITIONS.map((one) => (
              <option key={one} value={one}>
                {CONDITION_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        {chosen === "changes" ? (
          <label>
            <span>State</span>
            <input type="text" name="to" placeholder="any" list="trigger-states" />
          </label>
        ) : (
          <label>
            <span>Level</span>
            <input
              type="text"
              name="level"
              inputMode="decimal"
              key={kind}
              defaultValue={kind === "boolean" ? "0.5" : ""}
            />
          </label>
        )}
        <datalist id="trigger-states">
          {(app.session.directory.find(tag.value)?.info.states ?? []).map((state) => (
            <option key={state} value={state} />
          ))}
        </datalist>
        <div class="line">
          <span>Keep</span>
          <input type="text" name="before" inputMode="decimal" size={5} defaultValue="5" aria-label="Seconds before" />
          <span>s before,</span>
          <input type="text" name="after" inputMode="decimal" size={5} defaultValue="5" aria-label="Seconds after" />
          <span>s after</span>
        </div>
        <label>
          <span>Times</span>
          <select name="times">
            <option value="once">once</option>
            <option value="each">each time</option>
          </select>
        </label>
        <label>
          <span>Name</span>
          <input type="text" name="name" maxLength={LONGEST_NAME} placeholder="Capture 1, 2, …" />
        </label>
        {problem.value !== null && (
          <p class="bad" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit">Arm</button>
      </form>
    </section>
  );
}
