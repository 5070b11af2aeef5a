/** Table picture: what a view says in words as an SVG, for files; the page itself shows it as HTML. Pure. */

import type { ViewTable } from "../../model/views";
import { visible } from "../../text";
import type { Colours } from "../colours";
import type { Size } from "../scene";

const ROW_PIXELS = 24;
const INSET = 12;

/** As a `data:` address. Every text in it is escaped. */
export function tablePicture({ head, rows }: ViewTable, colours: Colours, { width, height }: Size): string {
  const step = (width - 2 * INSET) / Math.max(1, head.length + 1);
  // the names take two of the columns
  const x = (column: number): number => INSET + (column === 0 ? 0 : column + 2) * step;
  const text = (words: string, column: number, y: number, colour: string): string =>
    `<text x="${column === 0 ? INSET + 14 : x(column) - step / 8}" y="${y}" fill="${escaped(colour)}" text-anchor="${column === 0 ? "start" : "end"}">${escaped(words)}</text>`;
  const lines = rows.map(({ cells, colour, share }, index) => {
    const y = (index + 1) * ROW_PIXELS + INSET;
    const bar =
      share === null
        ? ""
        : `<rect x="${INSET}" y="${y + 3}" width="${(share * (width - 2 * INSET)).toFixed(1)}" height="3" fill="${escaped(colour)}"/>`;
    const mark = `<rect x="${INSET}" y="${y - 12}" width="6" height="14" fill="${escaped(colour)}"/>`;
    return `${bar}${mark}${cells.map((cell, column) => text(cell, column, y, colours.text)).join("")}`;
  });
  const tall = Math.max(height, (rows.length + 2) * ROW_PIXELS);
  const top = head.map((words, column) => text(words, column, INSET + 4, colours.faint)).join("");
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}" font-family="${escaped(colours.font)}" font-size="13"><rect width="100%" height="100%" fill="${escaped(colours.paper)}"/>${top}${lines.join("")}</svg>`,
  )}`;
}

function escaped(text: string): string {
  return visible(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
