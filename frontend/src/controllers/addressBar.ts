/** Address bar: the view that a link opened, and the link to the view that is shown. `model/url.ts` has the format. */

import { batch, effect } from "@preact/signals";

import { DEFAULT_WINDOW, live, lookAt } from "../model/timeView";
import { formatView, type PageView, parseView } from "../model/url";
import type { State } from "../state";

/** Browsers refuse an address that changes too often: a pan writes it once, at its end. */
const REST_MS = 400;

/** Puts what the address says into the state; returns what could not be read, in plain words. */
export function readAddress(page: Window, state: State): readonly string[] {
  const { view, problems } = parseView(page.location.search);
  batch(() => {
    state.isKiosk.value = view.isKiosk;
    if (view.dashboard !== null) state.dashboard.value = { name: view.dashboard, query: null };
    show(state, view);
  });
  return problems;
}

/** Shows what `query` says, live, as a person's choice; returns what could not be read, in plain words. */
export function showQuery(state: State, query: string): readonly string[] {
  const { view, problems } = parseView(query);
  batch(() => {
    state.view.value = live(state.view.value);
    show(state, view);
  });
  return problems;
}

function show(state: State, { charts, window, range, zone }: PageView): void {
  if (charts !== null) {
    state.charts.value = charts;
    state.activeChart.value = charts[0]!.id;
    state.isChosen.value = true;
  }
  state.zone.value = zone;
  if (window !== undefined) state.view.value = { ...state.view.value, window };
  if (range !== null) state.view.value = lookAt(state.view.value, range);
}

/**
 * The query of the current arrangement: charts, window and zone, without a stretch of the past. Effects may call it.
 */
export function arrangement(state: State): string {
  return formatView({ ...viewOf(state), range: null, dashboard: null, isKiosk: false }, "");
}

/** `query` as `arrangement` would write it after showing it. */
export function normalised(query: string): string {
  const { view } = parseView(query);
  return formatView(
    {
      ...view,
      window: view.window === undefined ? DEFAULT_WINDOW : view.window,
      range: null,
      dashboard: null,
      isKiosk: false,
    },
    "",
  );
}

/** A link that opens the current view anywhere, also where this browser's dashboards are unknown. */
export function linkTo(page: Window, state: State): string {
  const { origin, pathname, search } = page.location;
  return `${origin}${pathname}${formatView({ ...viewOf(state), charts: state.charts.value, dashboard: null, isKiosk: false }, search)}`;
}

/** Rewrites the address after every change of the view, once it has come to rest; returns what does so at once. */
export function keepAddress(page: Window, state: State): () => void {
  let timer = 0;
  const write = (): void => {
    const { pathname, search, hash } = page.location;
    const query = formatView(addressOf(state), search);
    if (query !== search) page.history.replaceState(null, "", `${pathname}${query}${hash}`);
  };
  effect(() => {
    void addressOf(state);
    page.clearTimeout(timer);
    timer = page.setTimeout(write, REST_MS);
  });
  return write;
}

/** An unchanged dashboard needs only its name; a changed one is written out. */
function addressOf(state: State): PageView {
  const view = viewOf(state);
  const { query = "" } = state.dashboard.value ?? {};
  const isAsSaved = query === null || query === arrangement(state);
  return isAsSaved ? { ...view, charts: null, window: undefined, zone: "local" } : view;
}

function viewOf(state: State): PageView {
  const { window, range, mode } = state.view.value;
  return {
    charts: state.isChosen.value ? state.charts.value : null,
    window,
    range: mode === "live" ? null : range,
    zone: state.zone.value,
    dashboard: state.dashboard.value?.name ?? null,
    isKiosk: state.isKiosk.value,
  };
}
