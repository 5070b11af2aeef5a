/** Storage: a few words kept in this browser. It may be refused (private windows, sandboxed frames): then they last as long as the page. */

const PREFIX = "mqtt_plot.";

/** Tells whether it is kept. */
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
