/** Colours: the page's own colours and font, read from its style sheet, for the pictures. */

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
