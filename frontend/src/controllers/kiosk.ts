/**
 * Kiosk: the page as a wall display that nobody touches. Shows only charts and faults; keeps itself up to date and the
 * screen awake.
 */

import { effect } from "@preact/signals";

import type { State } from "../state";
import type { Dashboards } from "./dashboards";

/** What was saved elsewhere appears here after this time. */
const FOLLOW_MS = 30_000;
const IDLE_MS = 3000;

export function watchKiosk(page: Window, state: State, dashboards: Dashboards): void {
  effect(() => {
    const { body } = page.document;
    if (!state.isKiosk.value) {
      delete body.dataset["kiosk"];
      return undefined;
    }
    body.dataset["kiosk"] = "on";
    const stop = new AbortController();
    const timer = page.setInterval(() => void dashboards.follow(), FOLLOW_MS);
    hidePointer(page, stop.signal);
    const awake = keepAwake(page);
    return () => {
      stop.abort();
      page.clearInterval(timer);
      void awake.then((lock) => lock?.release());
    };
  });
  reloadWithServer(page, state);
}

/** A display that runs for months reloads the page by itself when the server is a newer one. */
function reloadWithServer(page: Window, state: State): void {
  let version: string | null = null;
  effect(() => {
    const hello = state.hello.value;
    if (hello === null) return;
    if (version !== null && version !== hello.version && state.isKiosk.peek()) page.location.reload();
    version = hello.version;
  });
}

function hidePointer(page: Window, signal: AbortSignal): void {
  const { body } = page.document;
  let timer = 0;
  const moved = (): void => {
    body.dataset["pointer"] = "moving";
    page.clearTimeout(timer);
    timer = page.setTimeout(() => delete body.dataset["pointer"], IDLE_MS);
  };
  page.addEventListener("pointermove", moved, { signal });
  page.addEventListener("keydown", moved, { signal });
}

/** Browsers grant it to visible pages served over TLS; other screens sleep as the system decides. */
async function keepAwake(page: Window): Promise<WakeLockSentinel | null> {
  try {
    return await page.navigator.wakeLock.request("screen");
  } catch {
    return null;
  }
}
