/**
 * Storage: a few texts kept in this browser. It may refuse (private windows, sandboxed frames): then they last as long
 * as the page.
 */

const PREFIX = "mqtt_plot.";

/** Returns whether it was kept. */
export function store(page: Window, key: string, value: string): boolean {
  try {
    page.localStorage.setItem(PREFIX + key, value);
    return true;
  } catch {
    return false;
  }
}

export function recall(page: Window, key: string): string | null {
  try {
    return page.localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}
