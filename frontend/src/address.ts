/** Address bar: the view that a link opened, and the link to the view that is shown. The format is in `url.ts`. */

import { batch, effect } from "@preact/signals";

import type { State } from "./state";
import { lookAt } from "./timeview";
import { formatView, parseView } from "./url";

/** Browsers refuse an address that changes too often: a pan writes it once, when it comes to rest. */
const REST_MS = 400;

/** Puts what the address names into the state; answers what could not be read, in words. */
export function readAddress(page: Window, state: State): readonly string[] {
  const { view, problems } = parseView(page.location.search);
  batch(() => {
    if (view.charts !== null) {
      state.charts.value = view.charts;
      state.activeChart.value = view.charts[0]!.id;
      state.isChosen.value = true;
    }
    if (view.window !== undefined) state.view.value = { ...state.view.value, window: view.window };
    if (view.range !== null) state.view.value = lookAt(state.view.value, view.range);
  });
  return problems;
}

/** A link that opens the view as it is now, whatever the address bar says. */
export function linkTo(page: Window, state: State): string {
  const { window, range, mode } = state.view.peek();
  const { origin, pathname, search } = page.location;
  return `${origin}${pathname}${formatView({ charts: state.charts.peek(), window, range: mode === "live" ? null : range }, search)}`;
}

/** Writes the address anew whenever the view has changed and come to rest. */
export function keepAddress(page: Window, state: State): void {
  let timer = 0;
  effect(() => {
    const { window, range, mode } = state.view.value;
    const wanted = { charts: state.isChosen.value ? state.charts.value : null, window, range: mode === "live" ? null : range };
    page.clearTimeout(timer);
    timer = page.setTimeout(() => {
      const { pathname, search, hash } = page.location;
      const query = formatView(wanted, search);
      if (query !== search) page.history.replaceState(null, "", `${pathname}${query}${hash}`);
    }, REST_MS);
  });
}
