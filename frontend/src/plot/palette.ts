/** Palette: which of the lines' colours each tag has, the same everywhere. */

import { LINES } from "./colours";

export type Theme = "light" | "dark";

export interface Ink {
  readonly colour: string;
  /** Plotly's dash name; it tells a second round through the colours apart. */
  readonly dash: "solid" | "dash" | "dot";
}

const DASHES: readonly Ink["dash"][] = ["solid", "dash", "dot"];
const SLOTS = LINES.dark.length * DASHES.length;

export function ink(slot: number, theme: Theme): Ink {
  const colours = LINES[theme];
  const index = ((slot % SLOTS) + SLOTS) % SLOTS;
  return { colour: colours[index % colours.length]!, dash: DASHES[Math.floor(index / colours.length)]! };
}

/** Gives each tag a slot for good: the lowest that no drawn tag uses, else the least used. */
export class Palette {
  readonly #slots = new Map<string, number>();

  /** The slot of `tag`. `drawn`: the tags on the charts now; their colours should differ. */
  slot(tag: string, drawn: Iterable<string> = []): number {
    const known = this.#slots.get(tag);
    if (known !== undefined) return known;
    const uses = new Array<number>(SLOTS).fill(0);
    for (const other of drawn) {
      const slot = this.#slots.get(other);
      if (slot !== undefined && other !== tag) uses[slot]! += 1;
    }
    const chosen = uses.indexOf(Math.min(...uses));
    this.#slots.set(tag, chosen);
    return chosen;
  }
}
