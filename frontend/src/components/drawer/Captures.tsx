/** The captures made: each can be named, shown, saved, pinned and deleted. Knows nothing of what made them. */

import { formatCount, formatDuration } from "../../format";
import type { CaptureHead } from "../../model/captures";
import { LONGEST_NAME } from "../../model/trigger";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { TextField } from "../fields";
import { CloseButton } from "../icons";

export function Captures() {
  const { captures } = useApp().tools;
  const all = captures.newestFirst.value;
  return (
    <section aria-label="Captures">
      <h3>Captures</h3>
      {all.length === 0 && (
        <p class="none">None yet. A trigger freezes all tags on charts around the moment when something happens.</p>
      )}
      <ol class="captures">
        {all.map((capture) => (
          <CaptureLine key={capture.id} capture={capture} />
        ))}
      </ol>
      <label class="choice">
        <input
          type="checkbox"
          checked={captures.showsAtOnce.value}
          onChange={(event) => (captures.showsAtOnce.value = event.currentTarget.checked)}
        />{" "}
        show a new capture at once, and pause
      </label>
      <p class="faint">The server keeps the newest captures, for everybody; pinned ones stay.</p>
    </section>
  );
}

function CaptureLine({ capture }: { capture: CaptureHead }) {
  const app = useApp();
  const { captures } = app.tools;
  const isShown = app.state.shown.value?.id === capture.id;
  const mayWrite = app.state.mayWrite.value;
  const save = (format: "csv" | "json") => async () => {
    const lines = (await captures.fetch(capture))?.lines;
    if (lines !== undefined) app.exporter.saveColumns(lines, format, capture.at, "capture");
  };
  return (
    <li class={isShown ? "shown" : ""}>
      {mayWrite ? (
        <TextField
          aria-label="Name of the capture"
          maxLength={LONGEST_NAME}
          value={capture.name}
          commit={(name) => captures.change(capture.id, { name })}
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
        <button type="button" aria-pressed={isShown} onClick={() => void captures.show(capture)}>
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
  const { captures } = useApp().tools;
  return (
    <>
      <button
        type="button"
        aria-pressed={capture.isPinned}
        title="It stays when older ones are dropped"
        onClick={() => void captures.change(capture.id, { pinned: !capture.isPinned })}
      >
        Pin
      </button>
      <CloseButton label={`Delete ${capture.name}`} title="Delete" press={() => void captures.discard(capture.id)} />
    </>
  );
}
