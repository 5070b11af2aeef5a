/** Tag list: the rows of the list and their order. Owns the sort order and the collapsed groups. */

import { computed, effect, signal } from "@preact/signals";

import type { Session } from "../data/session";
import { isOfOtherTime, judgeAge } from "../model/freshness";
import { flatRows, matcher, type Row, rankTags, SORTS, type Sort, sortTags, treeRows } from "../model/tagTree";
import type { Ask } from "../protocol/rest";
import { REFRESH_MS, type State } from "../state";
import { recall, store } from "../storage";
import { shorten, visible } from "../text";
import { Sparklines } from "./sparklines";

export class TagList {
  readonly sort = signal<Sort>("tree");
  /** Collapsed groups of the tree, by path. */
  readonly closed = signal<ReadonlySet<string>>(new Set());
  /** Whether tags that sent nothing for long are left out. */
  readonly hidesSilent = signal(false);
  readonly sparklines: Sparklines;
  /** All existing tags, and drawn ones that do not exist (yet), so that they can be removed. */
  readonly #names = computed(() => {
    void this.state.tagsRevision.value;
    const names = new Set(this.state.drawn.value);
    for (const { info } of this.session.directory.entries()) names.add(info.tag);
    if (this.hidesSilent.value) {
      void this.sparklines.revision.value;
      for (const { tag } of this.silent()) if (!this.state.drawn.value.includes(tag)) names.delete(tag);
    }
    return sortTags([...names]);
  });
  readonly rows = computed<readonly Row[]>(() => {
    const search = this.state.search.value.trim();
    const sort = this.sort.value;
    if (sort === "tree" && search === "") return treeRows(this.#names.value, this.closed.value);
    const found = this.#names.value.filter(matcher(search));
    // only as often as the sparklines: rows that jump are hard to read
    if (sort !== "tree") void this.sparklines.revision.value;
    return flatRows(rankTags(found, sort, (tag) => this.session.directory.find(tag), this.now()));
  });
  #hasNew = false;
  #shownAt = -Infinity;

  constructor(
    private readonly page: Window,
    private readonly state: State,
    private readonly session: Session,
    private readonly ask: Ask,
    private readonly notify: (text: string) => void,
    /** The server's clock. */
    private readonly now: () => number,
  ) {
    this.sparklines = new Sparklines(ask, now, () => page.document.visibilityState !== "hidden");
    this.sort.value = SORTS.find((sort) => sort === recall(page, "sort")) ?? "tree";
    this.hidesSilent.value = recall(page, "hides-silent") === "true";
  }

  start(): void {
    effect(() => void store(this.page, "sort", this.sort.value));
    effect(() => void store(this.page, "hides-silent", String(this.hidesSilent.value)));
  }

  /** The tags that have been stale longest first, with their ages in seconds; files that were loaded are none. */
  silent(): readonly { readonly tag: string; readonly age: number }[] {
    const now = this.now();
    return [...this.session.directory.entries()]
      .filter((entry) => !isOfOtherTime(entry) && judgeAge(now - entry.arrival, entry.interval) === "stale")
      .map(({ info, arrival }) => ({ tag: info.tag, age: now - arrival }))
      .sort((a, b) => b.age - a.age);
  }

  /** Deletes the tags and their points, for everybody; stops at the first one that the server refuses. */
  async remove(tags: readonly string[]): Promise<void> {
    for (const tag of tags) {
      const answer = await this.ask("DELETE", `api/v1/series?tag=${encodeURIComponent(tag)}`);
      if (answer.isOk || answer.status === 404) continue;
      this.notify(`${shorten(visible(tag), 60)} was not deleted: ${answer.problem}`);
      return;
    }
  }

  toggleGroup(path: string): void {
    const closed = new Set(this.closed.value);
    if (!closed.delete(path)) closed.add(path);
    this.closed.value = closed;
  }

  /** Many new tags in a row wait for the next refresh. */
  newTags(): void {
    if (this.page.performance.now() - this.#shownAt > REFRESH_MS) this.#show();
    else this.#hasNew = true;
  }

  refresh(): void {
    if (this.#hasNew) this.#show();
  }

  newTable(): void {
    this.sparklines.newTable(this.session.directory.entries());
  }

  #show(): void {
    this.#hasNew = false;
    this.#shownAt = this.page.performance.now();
    this.state.tagsRevision.value += 1;
  }
}
