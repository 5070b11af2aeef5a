/**
 * Dashboard storage: keeps dashboards in this browser or on the server. Methods throw `DashboardError` in plain words.
 */

import { DashboardError, LONGEST_DASHBOARD } from "../model/dashboardFile";
import { asText, isObject, items } from "../protocol/json";
import type { Answer, Ask } from "../protocol/rest";
import { recall, store } from "../storage";

export interface DashboardStorage {
  /** Names, sorted; `null` where nothing can be kept. */
  names(): Promise<readonly string[] | null>;
  /** The JSON text; `null` when there is none of that name. */
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Above this number the browser's storage refuses to save. */
export const MOST_KEPT = 50;
const KEY = "dashboards";

export class BrowserStorage implements DashboardStorage {
  constructor(private readonly page: Window) {}

  async names(): Promise<readonly string[]> {
    return [...this.#all().keys()].sort((a, b) => a.localeCompare(b));
  }

  async read(name: string): Promise<string | null> {
    return this.#all().get(name) ?? null;
  }

  async write(name: string, text: string): Promise<void> {
    const all = this.#all();
    if (text.length > LONGEST_DASHBOARD) throw new DashboardError("It is too large to save.");
    if (!all.has(name) && all.size >= MOST_KEPT)
      throw new DashboardError(`This browser keeps at most ${MOST_KEPT} dashboards. Delete one, or export this one.`);
    if (!this.#keep(all.set(name, text)))
      throw new DashboardError("This browser refuses to store it (private window, or no space). Export it as a file.");
  }

  async remove(name: string): Promise<void> {
    const all = this.#all();
    if (all.delete(name)) this.#keep(all);
  }

  #keep(all: ReadonlyMap<string, string>): boolean {
    return store(this.page, KEY, JSON.stringify([...all]));
  }

  /** Skips what does not have our shape: another page of this host may write there. */
  #all(): Map<string, string> {
    const found = new Map<string, string>();
    try {
      for (const item of JSON.parse(recall(this.page, KEY) ?? "[]") as readonly unknown[]) {
        if (Array.isArray(item) && typeof item[0] === "string" && typeof item[1] === "string")
          found.set(item[0], item[1]);
      }
    } catch {
      return found;
    }
    return found;
  }
}

export class ServerStorage implements DashboardStorage {
  constructor(private readonly ask: Ask) {}

  async names(): Promise<readonly string[] | null> {
    const answer = await this.ask("GET", "api/v1/dashboards");
    if (!answer.isOk || !isObject(answer.value) || answer.value["enabled"] !== true) return null;
    return items(answer.value["dashboards"]).flatMap((item) => (isObject(item) ? [asText(item["name"])] : []));
  }

  async read(name: string): Promise<string | null> {
    const names = await this.names(); // asked first, since a browser prints every 404 on its console
    return names?.includes(name) === true ? JSON.stringify(must(await this.ask("GET", pathOf(name)))) : null;
  }

  async write(name: string, text: string): Promise<void> {
    must(await this.ask("PUT", pathOf(name), text));
  }

  async remove(name: string): Promise<void> {
    must(await this.ask("DELETE", pathOf(name)));
  }
}

function pathOf(name: string): string {
  return `api/v1/dashboards/${encodeURIComponent(name)}`;
}

function must(answer: Answer): unknown {
  if (!answer.isOk) throw new DashboardError(`The server says: ${answer.problem}`);
  return answer.value;
}
