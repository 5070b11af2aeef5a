/**
 * Colours: all that a chart is drawn in. What follows the theme, and the font, is read from the page's style sheet; all
 * else is readable on dark and on light paper.
 */

/** Lines of tags: Okabe and Ito's eight, safe for colour-blind people (https://jfly.uni-koeln.de/color/), suited to the paper. */
export const LINES = {
  dark: ["#56b4e9", "#e69f00", "#2fc592", "#e58fbf", "#f0e442", "#ef7d3c", "#5a9bf6", "#c3cad4"],
  light: ["#0072b2", "#d55e00", "#009e73", "#b8568d", "#8a7a00", "#e69f00", "#3aa0dc", "#3b4350"],
} as const;

export const CURSOR = "#3a86e0";
export const TRIGGER = "#c07f00";
export const NOTE = "#7a6ff0";
export const LIMITS = { warn: "#c07f00", bad: "#dd4b39" } as const;

/** Bands of states: light tones, with dark text on them; names tell them apart as well as colours. */
export const STATES = ["#8ccaf2", "#efbe62", "#e9b0d2", "#a9c4ff", "#eae08a", "#b7e0e6"] as const;
export const STATE_TEXT = "#10161d";
/** States whose name is clear. */
export const MEANINGS: readonly { readonly words: RegExp; readonly colour: string }[] = [
  { words: /fault|fail|err|alarm|trip|emerg|down|stör/i, colour: "#f2876b" },
  { words: /^(stop|off|idle|standby|wait|closed|unknown|none)/i, colour: "#b6bec8" },
  { words: /^(run|on\b|auto|ok|ready|open|online)/i, colour: "#6fcfa8" },
];

/** One tag over another, from the oldest point to the newest: in order for every kind of colour sight. */
export const TIMES = ["#3f72de", "#8f62d0", "#d1527f", "#e07a1f"] as const;

/** Colours of everything that is not data. */
export interface Colours {
  readonly paper: string;
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly font: string;
}

/** A colour of three or six digits, so that what lies under it is still seen. */
export function translucent(colour: string): string {
  const long = /^#[0-9a-f]{3}$/i.test(colour) ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
  return /^#[0-9a-f]{6}$/i.test(long) ? `${long}b0` : colour;
}

export function readColours(page: Window): Colours {
  const style = page.getComputedStyle(page.document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    paper: read("--surface"),
    text: read("--text"),
    faint: read("--text-2"),
    grid: read("--grid"),
    font: read("--font"),
  };
}
