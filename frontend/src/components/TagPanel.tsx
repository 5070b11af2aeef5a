/** Tag panel: the searchable tree of all tags, each with its last value and a check box that draws it. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { countOf, formatBytes, formatCount } from "../format";
import { readLosses } from "../model/diagnostics";
import { SORT_NAMES, SORTS } from "../model/tagTree";
import { useApp } from "./context";
import { CloseButton, SearchIcon } from "./icons";
import { GroupLine, TagLine } from "./TagLine";
import { TagsEdge } from "./TagsEdge";
import { useVisibleRows } from "./virtualRows";

export function TagPanel() {
  const { isSheetOpen } = useApp().state;
  return (
    <>
      {isSheetOpen.value && (
        // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: keys use the button
        <div class="veil only-phone" onClick={() => (isSheetOpen.value = false)} />
      )}
      <aside class={isSheetOpen.value ? "tags open" : "tags"} aria-label="Tags">
        <Search />
        <TagRows />
        <Footer />
        <TagsEdge />
      </aside>
    </>
  );
}

function Search() {
  const { search, isSheetOpen } = useApp().state;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="search">
      <SearchIcon />
      <input
        ref={input}
        id="search"
        type="search"
        aria-label="Search tags"
        placeholder="Search tags"
        autocomplete="off"
        spellcheck={false}
        value={search.value}
        onInput={(event) => (search.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          search.value = "";
          input.current?.blur();
        }}
      />
      <SortChoice />
      <CloseButton class="only-phone" label="Close tags" press={() => (isSheetOpen.value = false)} />
    </div>
  );
}

function SortChoice() {
  const { sort } = useApp().tagList;
  return (
    <select
      aria-label="Sort tags"
      title="Sort tags"
      value={sort.value}
      onChange={(event) => (sort.value = SORTS.find((known) => known === event.currentTarget.value) ?? "tree")}
    >
      {SORTS.map((known) => (
        <option key={known} value={known}>
          {SORT_NAMES[known]}
        </option>
      ))}
    </select>
  );
}

function TagRows() {
  const app = useApp();
  const { rows } = app.tagList;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const { first, last, above, below, seen } = useVisibleRows(scroller, scrollTop, rows.value.length);
  const wanted = rows.value
    .slice(seen.first, seen.last)
    .flatMap((row) => (row.type === "tag" && app.session.directory.find(row.tag) !== undefined ? [row.tag] : []));
  useEffect(() => app.tagList.sparklines.want(wanted), [wanted.join("\n")]);
  return (
    <div
      class="rows"
      ref={scroller}
      onScroll={(event) => (scrollTop.value = event.currentTarget.scrollTop)}
      tabIndex={-1}
    >
      {rows.value.length === 0 && (
        <p class="none">
          {app.state.search.value === "" ? "No tags yet." : `No tag matches “${app.state.search.value}”.`}
        </p>
      )}
      <div style={{ height: `${above}px` }} />
      {rows.value
        .slice(first, last)
        .map((row) =>
          row.type === "group" ? (
            <GroupLine key={`g${row.path}`} row={row} />
          ) : (
            <TagLine key={`t${row.tag}`} row={row} />
          ),
        )}
      <div style={{ height: `${below}px` }} />
      {app.tagList.hidesSilent.value && (
        <p class="none">
          Silent tags are hidden.{" "}
          <button type="button" class="plain link" onClick={() => (app.tagList.hidesSilent.value = false)}>
            Show them
          </button>
        </p>
      )}
    </div>
  );
}

function Footer() {
  const app = useApp();
  const status = app.state.status.value;
  const count = app.state.drawn.value.length;
  const losses = readLosses(status?.counters ?? {});
  return (
    <footer class="tags-foot">
      <span>
        {status === null
          ? ""
          : `${countOf(status.tags, "tag")} · ${countOf(status.points, "point")} · ${formatBytes(status.bytes)}`}
      </span>
      {losses.total > 0 && (
        <button
          type="button"
          class="plain link lost"
          title={["What arrived and was not kept (I)", ...losses.lines].join("\n")}
          onClick={() => (app.state.tool.value = "diagnostics")}
        >
          {losses.refused > 0 ? "tags refused" : `${formatCount(losses.total)} not kept`}
        </button>
      )}
      {app.tagList.hidesSilent.value && (
        <button
          type="button"
          class="plain link"
          title="Tags that sent nothing for long are left out of this list"
          onClick={() => (app.tagList.hidesSilent.value = false)}
        >
          Show silent
        </button>
      )}
      {count > 0 && (
        <button type="button" class="plain link" onClick={() => app.charts.clearTags()}>
          Clear {count}
        </button>
      )}
    </footer>
  );
}
