/** Replay form: which recording to play, how fast, as which tags and where to. */

import { type Signal, useSignal } from "@preact/signals";

import { prefixOf, type RecordingInfo, type RecordingList, type ReplayRequest, type Speed } from "../protocol/replays";
import { shorten, visible } from "../text";
import { useApp } from "./context";

interface ReplayForm {
  readonly file: Signal<string>;
  readonly columns: Signal<readonly string[]>;
  readonly speed: Signal<Speed>;
  readonly factor: Signal<string>;
  readonly loop: Signal<boolean>;
  readonly prefix: Signal<string>;
  readonly stamps: Signal<"now" | "original">;
  readonly target: Signal<"bridge" | "broker">;
}

export function useForm(): ReplayForm {
  const { link } = useApp().replays;
  return {
    file: useSignal(link?.file ?? ""),
    columns: useSignal<readonly string[]>([]),
    speed: useSignal<Speed>("rate"),
    factor: useSignal(String(link?.rate ?? 10)),
    loop: useSignal(false),
    prefix: useSignal(link?.prefix ?? ""),
    stamps: useSignal<"now" | "original">("now"),
    target: useSignal<"bridge" | "broker">("bridge"),
  };
}

function requestOf(form: ReplayForm): ReplayRequest {
  return {
    file: form.file.value,
    columns: form.columns.value,
    speed: form.speed.value,
    factor: Number(form.factor.value.replace(",", ".")),
    loop: form.loop.value,
    prefix: form.prefix.value,
    stamps: form.stamps.value,
    target: form.target.value,
  };
}

interface ChoicesProps {
  readonly form: ReplayForm;
  readonly list: RecordingList;
  readonly choose: (file: string) => void;
}

export function ReplayChoices({ form, list, choose }: ChoicesProps) {
  const { replays } = useApp();
  const { files, canPublish } = list;
  const isListed = form.file.value === "" || files.includes(form.file.value);
  return (
    <div class="choices">
      <label>
        Recording
        <select aria-label="Recording" value={form.file.value} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{files.length === 0 ? "no CSV file in the folder" : "choose a file"}</option>
          {files.map((file) => (
            <option key={file} value={file}>
              {shorten(visible(file), 60)}
            </option>
          ))}
          {!isListed && <option value={form.file.value}>{shorten(visible(form.file.value), 60)}</option>}
        </select>
      </label>
      {replays.info.value !== null && <ColumnChoice form={form} info={replays.info.value} />}
      {replays.info.value?.notes.map((note) => (
        <span key={note} class="hint">
          {shorten(visible(note), 200)}
        </span>
      ))}
      <SpeedChoice form={form} />
      <Details form={form} canPublish={canPublish} />
      <Buttons form={form} />
    </div>
  );
}

function ColumnChoice({ form, info }: { form: ReplayForm; info: RecordingInfo }) {
  if (info.long) return <span class="hint">one sample per row: all its tags</span>;
  const toggle = (name: string): void => {
    const { columns } = form;
    columns.value = columns.value.includes(name)
      ? columns.value.filter((other) => other !== name)
      : [...columns.value, name];
  };
  return (
    <fieldset class="columns">
      <legend>Columns{info.time === null ? " (no time column)" : ` (time: ${shorten(visible(info.time), 24)})`}</legend>
      {info.columns
        .filter(({ kind }) => kind !== "time")
        .map(({ name, kind, example, reason }) => (
          <label
            key={name}
            title={kind === "number" ? `such as ${visible(example)}` : `${kind}, such as ${visible(example)}`}
          >
            <input
              type="checkbox"
              checked={form.columns.value.includes(name)}
              disabled={!info.playable.includes(name)}
              onChange={() => toggle(name)}
            />
            {shorten(visible(name), 32)}
            {!info.playable.includes(name) && (
              <span class="hint">{reason === "" ? kind : shorten(visible(reason), 80)}</span>
            )}
          </label>
        ))}
    </fieldset>
  );
}

function SpeedChoice({ form }: { form: ReplayForm }) {
  return (
    <span class="speed">
      <label>
        Speed
        <select
          aria-label="Speed"
          value={form.speed.value}
          onChange={(event) => (form.speed.value = event.currentTarget.value as Speed)}
        >
          <option value="rate">rows per second</option>
          <option value="pace">times its own pace</option>
          <option value="fast">as fast as possible</option>
        </select>
      </label>
      {form.speed.value !== "fast" && (
        <input
          class="factor"
          type="text"
          inputMode="decimal"
          aria-label={form.speed.value === "rate" ? "Rows per second" : "Times its own pace"}
          value={form.factor.value}
          onInput={(event) => (form.factor.value = event.currentTarget.value)}
        />
      )}
    </span>
  );
}

function Details({ form, canPublish }: { form: ReplayForm; canPublish: boolean }) {
  return (
    <>
      <label>
        Prefix
        <input
          type="text"
          size={12}
          spellcheck={false}
          placeholder={form.file.value === "" ? "" : prefixOf(form.file.value, "")}
          value={form.prefix.value}
          onInput={(event) => (form.prefix.value = event.currentTarget.value)}
        />
      </label>
      <label>
        Times
        <select
          aria-label="Times"
          value={form.stamps.value}
          onChange={(event) => (form.stamps.value = event.currentTarget.value === "now" ? "now" : "original")}
        >
          <option value="now">shifted to now</option>
          <option value="original">as recorded</option>
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={form.loop.value}
          onChange={(event) => (form.loop.value = event.currentTarget.checked)}
        />
        Loop
      </label>
      {canPublish && (
        <label title="Publishes it there: every subscriber gets it">
          <input
            type="checkbox"
            checked={form.target.value === "broker"}
            onChange={(event) => (form.target.value = event.currentTarget.checked ? "broker" : "bridge")}
          />
          To the broker
        </label>
      )}
    </>
  );
}

function Buttons({ form }: { form: ReplayForm }) {
  const app = useApp();
  const { replays } = app;
  const isStarting = useSignal(false);
  const file = form.file.value;
  const running = replays.running.value.find(
    (replay) => replay.file === file && replay.prefix === prefixOf(file, form.prefix.value),
  );
  const isReady = replays.info.value?.file === file && (replays.info.value.long || form.columns.value.length > 0);
  const start = (): void => {
    isStarting.value = true;
    void replays.start(requestOf(form)).then((replay) => {
      isStarting.value = false;
      if (replay !== null) app.showReplay(replay);
    });
  };
  return (
    <span class="buttons">
      <button
        type="button"
        class="start"
        disabled={!isReady || running !== undefined || isStarting.value}
        onClick={start}
      >
        Start
      </button>
      <button
        type="button"
        disabled={running === undefined}
        onClick={() => running !== undefined && void replays.stop(running.id)}
      >
        Stop
      </button>
    </span>
  );
}
