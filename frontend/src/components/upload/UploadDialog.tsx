/** Upload dialog: what the server would make of a CSV file, and where a person overrules it. Nothing is stored before. */

import { useEffect, useId, useRef } from "preact/hooks";

import { countOf } from "../../format";
import { isLeftOut, onPage, sayColumn, type UploadAnswer, type UploadChoices } from "../../protocol/uploads";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { Choice } from "../fields";

const MOST_COLUMNS = 200;
const MOST_SAID = 20;

export function UploadDialog() {
  const { uploads } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const preview = uploads.preview.value;
  useEffect(() => {
    if (preview === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  });
  return (
    <dialog ref={dialog} class="upload" aria-label="What becomes of the file" onClose={() => uploads.cancel()}>
      {preview !== null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            uploads.store();
          }}
        >
          <h2>
            <bdi>{shorten(visible(preview.file.name), 60)}</bdi>
          </h2>
          <div class="read" aria-busy={preview.isBusy} tabIndex={0} role="group" aria-label="What was found">
            {preview.problem !== "" && (
              <p class="problem" role="alert">
                {visible(onPage(preview.problem))}
              </p>
            )}
            {preview.answer === null && preview.problem === "" && <p class="hint">Reading …</p>}
            {preview.answer !== null && <Found answer={preview.answer} />}
          </div>
          <Overrule choices={preview.choices} names={preview.names} />
          <div class="buttons">
            {/* biome-ignore lint/a11y/noAutofocus: a dialog gives the focus to something; else it is the text that scrolls */}
            <button type="button" autoFocus onClick={() => uploads.cancel()}>
              Cancel
            </button>
            <button type="submit" class="start" disabled={preview.isBusy || preview.answer === null}>
              Plot it
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}

function Found({ answer }: { answer: UploadAnswer }) {
  const { clock } = useApp().state;
  const { first, last, relative, columns } = answer.time;
  const tags = answer.tags.size || answer.columns.filter(({ tag }) => tag !== null).length;
  const named = [...answer.tags].slice(0, MOST_COLUMNS);
  const doubts = [...answer.notes, ...answer.rejected].slice(0, MOST_SAID);
  const span =
    first === null || last === null
      ? ""
      : `, ${clock.value.stamp(first)} to ${clock.value.stamp(last)} (${clock.value.nameAt(first)})`;
  return (
    <>
      <p class="fact" role="status">
        {countOf(answer.accepted, "point")}
        {tags > 0 && ` of ${countOf(tags, "tag")}`}
        {span}.{relative && " Its times count from a zero of its own: the last one is now."}
      </p>
      <p class="fact">
        Time: <b>{columns.map(visible).join(" and ")}</b>. Decimal {answer.decimal}.
      </p>
      {doubts.length > 0 && (
        <ul class="warn" aria-label="What is doubtful">
          {doubts.map((text) => (
            <li key={text}>{visible(onPage(text))}</li>
          ))}
        </ul>
      )}
      <table>
        <tbody>
          {answer.columns.slice(0, MOST_COLUMNS).map((column, index) => (
            <tr key={index} class={isLeftOut(column) ? "out" : ""}>
              <th scope="row">
                <bdi>{shorten(visible(column.name), 40)}</bdi>
              </th>
              <td>{visible(sayColumn(column))}</td>
            </tr>
          ))}
          {named.map(([tag, points]) => (
            <tr key={`tag ${tag}`}>
              <th scope="row">
                <bdi>{shorten(visible(tag), 40)}</bdi>
              </th>
              <td>tag with {countOf(points, "point")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {answer.tags.size > named.length && (
        <p class="hint">and {countOf(answer.tags.size - named.length, "more tag")}</p>
      )}
      {answer.columns.length > MOST_COLUMNS && (
        <p class="hint">and {countOf(answer.columns.length - MOST_COLUMNS, "more column")}</p>
      )}
    </>
  );
}

const DATE_ORDERS = {
  "": "detected",
  dmy: "day, month, year",
  mdy: "month, day, year",
  ymd: "year, month, day",
} as const;
const DECIMALS = { "": "detected", point: "point: 1.5", comma: "comma: 1,5" } as const;

function Overrule({ choices, names }: { choices: UploadChoices; names: readonly string[] }) {
  const { uploads } = useApp();
  const id = useId();
  const choose = (change: Partial<UploadChoices>): void => uploads.choose({ ...choices, ...change });
  return (
    <fieldset>
      <legend>Read it otherwise</legend>
      <Text
        label="Time column"
        value={choices.time}
        hint="detected"
        list={`${id}-columns`}
        known={[...new Set(names)].slice(0, MOST_COLUMNS)}
        set={(time) => choose({ time })}
      />
      <Choice
        label="Dates are"
        value={choices.dateOrder}
        of={DATE_ORDERS}
        choose={(dateOrder) => choose({ dateOrder })}
      />
      <Choice label="Decimal mark" value={choices.decimal} of={DECIMALS} choose={(decimal) => choose({ decimal })} />
      <Text
        label="Zone of its times"
        value={choices.zone}
        hint="the bridge’s"
        list={`${id}-zones`}
        known={Intl.supportedValuesOf("timeZone")}
        set={(zone) => choose({ zone })}
      />
    </fieldset>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  readonly list: string;
  readonly known: readonly string[];
  readonly set: (text: string) => void;
}

function Text({ label, value, hint, list, known, set }: TextProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder={hint}
        list={list}
        value={value}
        onChange={(event) => set(event.currentTarget.value.trim())}
      />
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
