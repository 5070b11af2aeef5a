/** Dashboards: opens, saves and deletes named views. Owns which one is open; `dashboardStorage.ts` keeps them. */

import { batch, computed, signal } from "@preact/signals";

import { DashboardError, nameProblem, readDashboard, writeDashboard } from "../model/dashboardFile";
import type { State } from "../state";
import { arrangement, normalised, showQuery } from "./addressBar";
import type { DashboardStorage } from "./dashboardStorage";

export type StoragePlace = "server" | "browser";

/** `other`: not saved, since something else has that name. `failed`: not saved, and the person knows why. */
export type Saving = "saved" | "other" | "failed";

export interface Listed {
  readonly name: string;
  readonly place: StoragePlace;
}

export class Dashboards {
  readonly list = signal<readonly Listed[]>([]);
  /** Whether the server keeps any; `null` until it has said. */
  readonly hasServer = signal<boolean | null>(null);
  /** Whether the view differs from what was saved under the open name. */
  readonly isChanged = computed(() => {
    const opened = this.state.dashboard.value;
    return opened !== null && opened.query !== null && opened.query !== arrangement(this.state);
  });

  constructor(
    private readonly state: State,
    private readonly storages: Readonly<Record<StoragePlace, DashboardStorage>>,
    private readonly notify: (text: string) => void,
  ) {}

  /** Opens the dashboard that the address names. Charts in the address count as changes of it, and stay. */
  async start(): Promise<void> {
    const opened = this.state.dashboard.peek();
    if (opened === null) return;
    if (this.state.isChosen.peek()) await this.#compare(opened.name);
    else await this.open(opened.name);
  }

  async refresh(): Promise<void> {
    const [server, browser] = await Promise.all([this.storages.server.names(), this.storages.browser.names()]);
    batch(() => {
      this.hasServer.value = server !== null;
      this.list.value = [
        ...(server ?? []).map((name) => ({ name, place: "server" as const })),
        ...(browser ?? []).map((name) => ({ name, place: "browser" as const })),
      ];
    });
  }

  /**
   * Shows the dashboard `name`: the server's, or else this browser's. Faults in it become notices; the page stays
   * usable.
   */
  async open(name: string, place: StoragePlace | null = null): Promise<void> {
    const text = await this.#try(name, () => this.#find(name, place));
    if (text === undefined) return this.#giveUp(name);
    if (text === null) {
      this.notify(`There is no dashboard “${name}”, neither on the server nor in this browser.`);
      return this.#giveUp(name);
    }
    await this.show(name, text);
  }

  /** Shows a dashboard's JSON text under a name, without saving it. */
  async show(name: string, text: string): Promise<void> {
    const query = await this.#try(name, async () => readDashboard(text));
    if (query === undefined) return this.#giveUp(name);
    for (const problem of showQuery(this.state, query)) this.notify(`Dashboard “${name}”: ${problem}`);
    this.state.dashboard.value = { name, query: arrangement(this.state) };
  }

  /** Saves the view. Replaces what somebody else has saved under that name only if `isSure`. */
  async save(name: string, place: StoragePlace, isSure = false): Promise<Saving> {
    const query = arrangement(this.state);
    const saving = await this.#try(name, async (): Promise<Saving> => {
      const problem = nameProblem(name);
      if (problem !== null) throw new DashboardError(problem);
      if (!isSure && !this.#isOurs(name, query, await this.storages[place].read(name))) return "other";
      await this.storages[place].write(name, writeDashboard(query));
      return "saved";
    });
    if (saving !== "saved") return saving ?? "failed";
    this.state.dashboard.value = { name, query };
    await this.refresh();
    return "saved";
  }

  /** Whether the stored text is missing, or what we opened or saved, or equal to what is to be saved. */
  #isOurs(name: string, query: string, text: string | null): boolean {
    if (text === null) return true;
    const opened = this.state.dashboard.peek();
    try {
      const kept = normalised(readDashboard(text));
      return kept === query || (opened?.name === name && kept === opened.query);
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      return false; // broken, or of a later version
    }
  }

  async remove({ name, place }: Listed): Promise<void> {
    await this.#try(name, () => this.storages[place].remove(name));
    if (this.state.dashboard.peek()?.name === name) this.state.dashboard.value = null;
    await this.refresh();
  }

  /** The JSON text of the view. */
  text(): string {
    return writeDashboard(arrangement(this.state));
  }

  /** For a display that nobody touches: shows what has been saved elsewhere in the meantime. */
  async follow(): Promise<void> {
    const opened = this.state.dashboard.peek();
    if (opened === null || opened.query === null || this.isChanged.peek()) return;
    // the server is away for a moment: the picture stays
    const text = await this.#find(opened.name, null).catch(() => null);
    if (text !== null) await this.show(opened.name, text);
  }

  async #find(name: string, place: StoragePlace | null): Promise<string | null> {
    for (const storage of place === null ? (["server", "browser"] as const) : [place]) {
      const text = await this.storages[storage].read(name);
      if (text !== null) return text;
    }
    return null;
  }

  /** Loads what was saved, to compare the view with it. */
  async #compare(name: string): Promise<void> {
    const text = await this.#find(name, null).catch(() => null);
    if (text === null) return this.#giveUp(name);
    await this.#try(name, async () => (this.state.dashboard.value = { name, query: normalised(readDashboard(text)) }));
  }

  #giveUp(name: string): void {
    if (this.state.dashboard.peek()?.name === name) this.state.dashboard.value = null;
  }

  async #try<T>(name: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      this.notify(`Dashboard “${name}”: ${error.message}`);
      return undefined;
    }
  }
}
