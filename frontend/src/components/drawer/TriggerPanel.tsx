/** Trigger panel: what to wait for, beside the captures that came of it. */

import { useSignal } from "@preact/signals";

import { useEffect } from "preact/hooks";

import type { Entry } from "../../data/directory";
import { formatDuration } from "../../format";
import {
  CONDITIONS,
  type Condition,
  LEVEL_CONDITIONS,
  LONGEST_NAME,
  parseLevel,
  type Trigger,
} from "../../model/trigger";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { CloseButton } from "../icons";
import { Captures } from "./Captures";
import { FormProblem } from "./FormProblem";
import { OnlyFor } from "./OnlyFor";

const CONDITION_NAMES: Readonly<Record<Condition, string>> = {
  rises: "rises through",
  falls: "falls through",
  above: "is above",
  below: "is below",
  changes: "changes to",
  event: "an event begins",
  expression: "becomes true",
};

export function TriggerPanel() {
  const { mayAdmin } = useApp().state;
  return (
    <>
      <Captures />
      <Armed />
      {mayAdmin.value ? <TriggerForm /> : <OnlyFor whom="Triggers are set by an admin." />}
    </>
  );
}

function Armed() {
  const app = useApp();
  const { triggers } = app.tools;
  if (triggers.all.value.length === 0) return null;
  return (
    <section aria-label="Triggers">
      <h3>Triggers</h3>
      <ul class="captures">
        {triggers.all.value.map((trigger) => (
          <li key={trigger.id}>
            <span>
              <bdi>{shorten(visible(trigger.says), 80)}</bdi>
            </span>
            <span class="faint">
              {trigger.name !== "" && `${visible(trigger.name)} · `}
              {formatDuration(trigger.before)} before, {formatDuration(trigger.after)} after
              {trigger.isOnce ? ", once" : ", each time"}
              {trigger.fired > 0 && ` · fired ${trigger.fired} ×`}
            </span>
            {app.state.mayAdmin.value ? (
              <ArmButtons trigger={trigger} />
            ) : (
              <span>{trigger.isArmed ? "armed" : "not armed"}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ArmButtons({ trigger }: { trigger: Trigger }) {
  const { triggers } = useApp().tools;
  return (
    <span class="buttons">
      <button type="button" aria-pressed={trigger.isArmed} onClick={() => void triggers.arm(trigger, !trigger.isArmed)}>
        {trigger.isArmed ? "Armed" : "Arm again"}
      </button>
      <CloseButton
        label={`Remove the trigger: ${trigger.says}`}
        title="Remove"
        press={() => void triggers.remove(trigger.id)}
      />
    </span>
  );
}

/** Where the line begins: at the tag's present value, or between false and true. */
function presentLevel(entry: Entry | undefined): string {
  if (entry?.info.kind === "boolean") return "0.5";
  return entry?.info.kind === "number" && Number.isFinite(entry.value)
    ? String(Number(entry.value.toPrecision(4)))
    : "";
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
  const { draft } = app.tools.triggers;
  const level = draft.value?.level ?? "";
  useEffect(() => {
    draft.value = { tag: tag.value, condition: chosen, level: presentLevel(app.session.directory.find(tag.value)) };
  }, [tag.value, kind]);
  useEffect(() => {
    if (draft.value !== null) draft.value = { ...draft.value, condition: chosen };
  }, [chosen]);
  useEffect(() => () => app.tools.triggers.forgetDraft(), []);
  const arm = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(fields.get(name) ?? "").trim();
    const number = (name: string): number => parseLevel(text(name));
    problem.value = await app.tools.triggers.add({
      name: text("name"),
      tag: tag.value,
      condition: chosen,
      level: number("level"),
      to: text("to"),
      expression: text("expression"),
      before: number("before"),
      after: number("after"),
      isOnce: text("times") === "once",
    });
  };
  return (
    <section aria-label="New trigger">
      <h3>New trigger</h3>
      <form class="form" onSubmit={(event) => void arm(event)} noValidate>
        {chosen === "expression" ? (
          <label>
            <span>Expression</span>
            <input type="text" name="expression" placeholder="{line1/temp} > 80 and {line1/pump} == 'RUN'" />
          </label>
        ) : (
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
        )}
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
        {chosen === "changes" && (
          <label>
            <span>State</span>
            <input type="text" name="to" placeholder="any" list="trigger-states" />
          </label>
        )}
        {LEVEL_CONDITIONS.includes(chosen) && (
          <label>
            <span>Level</span>
            <input
              type="text"
              name="level"
              inputMode="decimal"
              title="Also the line on the chart, which can be dragged"
              value={level}
              onInput={(event) =>
                (draft.value = { tag: tag.value, condition: chosen, level: event.currentTarget.value })
              }
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
        <FormProblem text={problem.value} />
        <button type="submit">Arm</button>
      </form>
    </section>
  );
}
