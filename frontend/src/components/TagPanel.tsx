/** Tags: the searchable tree of what exists, each with its last value, and a check box that draws it. */

import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { formatBytes, formatCount } from "../format";
import { readLosses } from "../losses";
import { searchRows, sortTags, treeRows, type Row } from "../tree";
import { useApp } from "./context";
import { CloseIcon, SearchIcon } from "./icons";
import { GroupLine, TagLine } from "./TagLine";
import { useVisibleRows } from "./virtual";

export function TagPanel() {
  const { isSheetOpen } = useApp().state;
  return (
    <>
      {isSheetOpen.value && <div class="veil only-phone" onClick={() => (isSheetOpen.value = false)} />}
      <aside class={isSheetOpen.value ? "tags open" : "tags"} aria-label="Tags">
        <Search />
        <TagRows />
        <Footer />
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
      <button type="button" class="plain only-phone" aria-label="Close tags" onClick={() => (isSheetOpen.value = false)}>
        <CloseIcon />
      </button>
    </div>
  );
}

/** The tags of the directory and those drawn that do not exist (yet), so that they can be taken off. */
function useTagNames() {
  const app = useApp();
  return useComputed(() => {
    void app.state.tagsRevision.value;
    const names = new Set(app.state.drawn.value);
    for (const { info } of app.session.directory.entries()) names.add(info.tag);
    return sortTags([...names]);
  });
}

function TagRows() {
  const app = useApp();
  const names = useTagNames();
  const rows = useComputed<readonly Row[]>(() => {
    const search = app.state.search.value.trim();
    return search === "" ? treeRows(names.value, app.state.closedGroups.value) : searchRows(names.value, search);
  });
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const { first, last, above, below } = useVisibleRows(scroller, scrollTop, rows.value.length);
  return (
    <div class="rows" ref={scroller} onScroll={(event) => (scrollTop.value = event.currentTarget.scrollTop)} tabIndex={-1}>
      {rows.value.length === 0 && <p class="none">{app.state.search.value === "" ? "No tags yet." : `No tag matches “${app.state.search.value}”.`}</p>}
      <div style={{ height: `${above}px` }} />
      {rows.value.slice(first, last).map((row) =>
        row.type === "group" ? <GroupLine key={`g${row.path}`} row={row} /> : <TagLine key={`t${row.tag}`} row={row} />,
      )}
      <div style={{ height: `${below}px` }} />
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
      <span>{status === null ? "" : `${formatCount(status.tags)} tags · ${formatCount(status.points)} points · ${formatBytes(status.bytes)}`}</span>
      {losses.total > 0 && (
        <span class="lost" title={losses.lines.join("\n")}>
          {formatCount(losses.total)} not kept
        </span>
      )}
      {count > 0 && (
        <button type="button" class="plain link" onClick={() => app.board.clearTags()}>
          Clear {count}
        </button>
      )}
    </footer>
  );
}
