/**
 * Palette: the colour of each tag, the same everywhere. Okabe and Ito's eight, safe for colour-blind people
 * (https://jfly.uni-koeln.de/color/), darkened or lightened to suit the background.
 */

export type Theme = "light" | "dark";

export interface Ink {
  readonly colour: string;
  /** Plotly's dash name; it tells a second round through the colours apart. */
  readonly dash: "solid" | "dash" | "dot";
}

const COLOURS: Readonly<Record<Theme, readonly string[]>> = {
  dark: ["#56b4e9", "#e69f00", "#2fc592", "#e58fbf", "#f0e442", "#ef7d3c", "#5a9bf6", "#c3cad4"],
  light: ["#0072b2", "#d55e00", "#009e73", "#b8568d", "#8a7a00", "#e69f00", "#3aa0dc", "#3b4350"],
};
const DASHES: readonly Ink["dash"][] = ["solid", "dash", "dot"];
const SLOTS = COLOURS.dark.length * DASHES.length;

export function ink(slot: number, theme: Theme): Ink {
  const colours = COLOURS[theme];
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
