/** The captures made: each can be named, shown, saved, pinned and deleted. Knows nothing of what made them. */

import { formatCount, formatDuration } from "../../format";
import type { CaptureHead } from "../../model/captures";
import { LONGEST_NAME } from "../../model/trigger";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { CloseIcon } from "../icons";
import { TextField } from "../TextField";

export function Captures() {
  const { triggers } = useApp().tools;
  const captures = triggers.captures.value;
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
      <label class="choice">
        <input
          type="checkbox"
          checked={triggers.showsAtOnce.value}
          onChange={(event) => (triggers.showsAtOnce.value = event.currentTarget.checked)}
        />{" "}
        show a new capture at once, and pause
      </label>
      <p class="faint">The server keeps the newest captures, for everybody; pinned ones stay.</p>
    </section>
  );
}

function CaptureLine({ capture }: { capture: CaptureHead }) {
  const app = useApp();
  const { triggers } = app.tools;
  const isShown = app.state.shown.value?.id === capture.id;
  const mayWrite = app.state.mayWrite.value;
  const save = (format: "csv" | "json") => async () => {
    const lines = (await triggers.fetch(capture))?.lines;
    if (lines !== undefined) app.exporter.saveColumns(lines, format, capture.at, "capture");
  };
  return (
    <li class={isShown ? "shown" : ""}>
      {mayWrite ? (
        <TextField
          aria-label="Name of the capture"
          maxLength={LONGEST_NAME}
          value={capture.name}
          commit={(name) => triggers.change(capture.id, { name })}
        />
      ) : (
        <bdi>{visible(capture.name)}</bdi>
      )}
      <span class="faint">
        {app.state.clock.value.time(capture.at, app.now())} · <bdi>{shorten(visible(capture.reason), 60)}</bdi> ·{" "}
        {formatDuration(capture.range.end - capture.range.start)}, {capture.tags.length} tags,{" "}
        {formatCount(capture.points)} points{capture.isWhole ? "" : ", not whole"}
      </span>
      <span class="buttons">
        <button type="button" aria-pressed={isShown} onClick={() => void triggers.show(capture)}>
          Show
        </button>
        <button type="button" onClick={save("csv")}>
          CSV
        </button>
        <button type="button" onClick={save("json")}>
          JSON
        </button>
        {mayWrite && <KeepButtons capture={capture} />}
      </span>
    </li>
  );
}

function KeepButtons({ capture }: { capture: CaptureHead }) {
  const { triggers } = useApp().tools;
  return (
    <>
      <button
        type="button"
        aria-pressed={capture.isPinned}
        title="It stays when older ones are dropped"
        onClick={() => void triggers.change(capture.id, { pinned: !capture.isPinned })}
      >
        Pin
      </button>
      <button
        type="button"
        class="plain"
        aria-label={`Delete ${capture.name}`}
        title="Delete"
        onClick={() => void triggers.discard(capture.id)}
      >
        <CloseIcon />
      </button>
    </>
  );
}
