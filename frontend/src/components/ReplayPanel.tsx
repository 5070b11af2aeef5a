/** Replay panel: recordings to play, replays with their progress, and a CSV file to plot at once. */

import { useEffect } from "preact/hooks";

import { describeReplay, type Replay } from "../protocol/replays";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { CloseButton } from "./icons";
import { ReplayChoices, useForm } from "./ReplayForm";

export function ReplayPanel() {
  const { isOpen } = useApp().replays;
  return isOpen.value ? <OpenPanel /> : null;
}

/** In the top row. */
export function ReplayButton() {
  const { replays, state } = useApp();
  const running = replays.running.value.length;
  if (!state.mayWrite.value && running === 0 && !replays.isOpen.value) return null;
  return (
    <button
      type="button"
      class={running > 0 ? "replay-button running" : "replay-button"}
      aria-label="Replay"
      aria-expanded={replays.isOpen.value}
      title="Play a recording as if it were live"
      onClick={() => (replays.isOpen.value ? replays.close() : replays.open())}
    >
      <span aria-hidden="true">▷</span>
      <span class="label">Replay</span>
      {running > 0 && <span class="label">{running}</span>}
    </button>
  );
}

function OpenPanel() {
  const app = useApp();
  const { replays } = app;
  const form = useForm();
  const list = replays.recordings.value;
  useEffect(() => {
    const before = form.file.peek();
    void replays.list().then(() => {
      if (form.file.peek() !== before) return; // somebody has chosen meanwhile
      const file = before || (replays.running.peek()[0]?.file ?? "");
      if (file !== "") void chooseFile(file);
    });
  }, []);
  const chooseFile = async (file: string): Promise<void> => {
    form.file.value = file;
    form.columns.value = [];
    const info = await replays.choose(file);
    if (info === null || form.file.peek() !== file) return;
    const asked = replays.link?.file === file ? replays.link.columns : [];
    form.columns.value = info.long ? [] : asked.length > 0 ? asked : info.playable;
    if (replays.link?.file === file) app.showReplayLink(info);
  };
  return (
    <section class="replay" aria-label="Replay">
      <CloseButton class="close" label="Close replay" press={() => replays.close()} />
      {!app.state.mayWrite.value ? (
        <p>Replays are started by an operator.</p>
      ) : list?.enabled === true ? (
        <ReplayChoices form={form} list={list} choose={(file) => void chooseFile(file)} />
      ) : (
        list !== null && <NoFolder />
      )}
      {app.state.mayWrite.value && <OwnFile />}
      {replays.problem.value !== "" && (
        <p class="problem" role="alert">
          {replays.problem.value}
        </p>
      )}
      <ReplayList />
      <ReplayMessages />
    </section>
  );
}

/** A file outside the server's folder: looked at, then stored whole, with its own times. */
function OwnFile() {
  const app = useApp();
  const plot = (input: HTMLInputElement): void => {
    for (const file of input.files ?? []) app.plotFile(file);
    input.value = ""; // so that the same file again is a change too
  };
  return (
    <label class="own-file">
      Plot a whole CSV file at once <span class="hint">(or drop it anywhere on the page)</span>
      <input
        type="file"
        accept=".csv,.tsv,.txt,.log,.dat,.jsonl,text/csv"
        aria-label="Plot a CSV file"
        onChange={(event) => plot(event.currentTarget)}
      />
    </label>
  );
}

function NoFolder() {
  return (
    <p>
      No folder of recordings. Start the bridge with <code>--recordings FOLDER</code>; its CSV files are then listed
      here.
    </p>
  );
}

const MOST_SHOWN = 6;

function ReplayList() {
  const { replays } = useApp();
  const shown = replays.all.value.slice(0, MOST_SHOWN);
  if (shown.length === 0) return null;
  return (
    <ul class="replays">
      {shown.map((replay) => (
        <ReplayLine key={replay.id} replay={replay} />
      ))}
    </ul>
  );
}

function ReplayLine({ replay }: { replay: Replay }) {
  const { replays, state } = useApp();
  const isRunning = replay.state === "running";
  return (
    <li class={replay.state}>
      <span class="name">{shorten(visible(replay.file), 40)}</span>
      {isRunning && <progress aria-label={`Progress of ${visible(replay.file)}`} max={1} value={replay.progress} />}
      <span role="status">{describeReplay(replay)}</span>
      {isRunning && state.mayWrite.value && (
        <button
          type="button"
          class="plain link"
          aria-label={`End ${visible(replay.file)}`}
          onClick={() => void replays.stop(replay.id)}
        >
          ✕
        </button>
      )}
    </li>
  );
}

function ReplayMessages() {
  const { messages } = useApp().replays;
  if (messages.value.length === 0) return null;
  return (
    <ul class="messages" role="log" aria-label="Errors in the recording">
      {messages.value.map((message, index) => (
        <li key={index}>{visible(message)}</li>
      ))}
    </ul>
  );
}
