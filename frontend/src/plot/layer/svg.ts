/** SVG: makes elements. */

const SVG = "http://www.w3.org/2000/svg";

export function make<Name extends "g" | "path" | "svg" | "text">(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
