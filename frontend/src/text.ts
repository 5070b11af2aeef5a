/**
 * Text: untrusted text (tags, units, states) made safe to show. Pure.
 *
 * Plotly reads a subset of HTML in every string, and a right-to-left override turns a whole line round; both are
 * disarmed here. DOM text needs `visible` only; plotly needs `plotlyText`.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is here to find them
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
const DIRECTION = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const INVISIBLE = /[\u200b-\u200d\u2028\u2029\u2060\ufeff]/g;
const REPLACEMENT = "\ufffd";

/** Control characters become their pictures (␀ ␊ …), direction marks and broken characters �. */
export function visible(text: string): string {
  return text
    .replace(CONTROL, (character) => controlPicture(character.charCodeAt(0)))
    .replace(DIRECTION, REPLACEMENT)
    .replace(LONE_SURROGATE, REPLACEMENT)
    .replace(INVISIBLE, (character) => (character === "\u200d" ? character : REPLACEMENT));
}

function controlPicture(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : REPLACEMENT;
}

/** At most `length` characters: the middle is left out, since tags differ at both ends. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  const tail = length - 1 - head;
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - tail).join("")}`;
}

/** Safe inside anything plotly draws: no markup, no entity, no template, bounded. */
export function plotlyText(text: string, length = 48): string {
  return escapeMarkup(shorten(visible(text), length));
}

function escapeMarkup(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** The last part of a tag: `line1/pump/temp` → `temp`. */
export function leaf(tag: string): string {
  const parts = tag.split("/").filter((part) => part !== "");
  return parts[parts.length - 1] ?? tag;
}
