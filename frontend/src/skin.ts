/** Skin: the page's own colours and font, read from its style sheet, for the pictures. */

import type { Skin } from "./figure";

export function readSkin(page: Window): Skin {
  const style = page.getComputedStyle(page.document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    paper: read("--surface"),
    text: read("--text"),
    faint: read("--text-2"),
    grid: read("--grid"),
    hover: read("--raised"),
    font: read("--font"),
  };
}
