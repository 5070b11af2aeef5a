/** Refused tags: that there is no room for new ones, and how to make some: tags that are silent can be deleted or hidden. */

import { useSignal } from "@preact/signals";

import { countOf, formatAge, formatCount } from "../../format";
import { readLosses } from "../../model/diagnostics";
import type { Status } from "../../protocol/status";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { CloseButton } from "../icons";

const MOST_SHOWN = 12;

export function RefusedTags({ status }: { status: Status }) {
  const app = useApp();
  const { refused } = readLosses(status.counters);
  const most = app.state.hello.value?.limits.maxTags ?? null;
  if (refused === 0 && (most === null || status.tags < most)) return null;
  return (
    <section aria-label="Refused tags">
      <h3>Refused tags</h3>
      <p class="fact warn">
        {refused > 0 && `${countOf(refused, "sample")} of new tags refused: `}
        {most === null || status.tags < most
          ? "there was no room. There is now."
          : `all ${formatCount(most)} tags are taken (--max-tags).`}
      </p>
      <SilentTags />
    </section>
  );
}

function SilentTags() {
  const app = useApp();
  const { tagList, state } = app;
  void state.status.value; // once per second is often enough
  const silent = tagList.silent();
  const isAsked = useSignal(false);
  if (silent.length === 0) return <p class="none">No tag is silent: all of them still send.</p>;
  return (
    <>
      <p class="fact">{countOf(silent.length, "tag")} sent nothing for long:</p>
      <ul class="silent">
        {silent.slice(0, MOST_SHOWN).map(({ tag, age }) => (
          <li key={tag}>
            <bdi title={visible(tag)}>{shorten(visible(tag), 40)}</bdi> <span class="faint">{formatAge(age)}</span>
            {state.mayAdmin.value && (
              <CloseButton
                label={`Delete ${visible(tag)}`}
                title="Delete it and its points, for everybody"
                press={() => void tagList.remove([tag])}
              />
            )}
          </li>
        ))}
      </ul>
      {silent.length > MOST_SHOWN && <p class="faint">and {formatCount(silent.length - MOST_SHOWN)} more</p>}
      <span class="buttons">
        <button
          type="button"
          aria-pressed={tagList.hidesSilent.value}
          onClick={() => (tagList.hidesSilent.value = !tagList.hidesSilent.value)}
        >
          {tagList.hidesSilent.value ? "Show them in the list" : "Hide them in the list"}
        </button>
        {state.mayAdmin.value && (
          <button
            type="button"
            class={isAsked.value ? "sure" : ""}
            onBlur={() => (isAsked.value = false)}
            onClick={() => {
              if (isAsked.value) void tagList.remove(silent.map(({ tag }) => tag));
              isAsked.value = !isAsked.value;
            }}
          >
            {isAsked.value ? "Delete them and their points" : `Delete ${countOf(silent.length, "silent tag")}`}
          </button>
        )}
      </span>
    </>
  );
}
