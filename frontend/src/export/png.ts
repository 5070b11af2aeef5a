/** PNG: pictures of charts put together on one canvas, each where it lies on the page, with its name above. */

import { SCALE } from "../plot/scene";
import { visible } from "../text";

export interface PlacedPicture {
  /** PNG as a `data:` address, at `SCALE` pixels per pixel of the page. */
  readonly address: string;
  readonly name: string;
  /** Where the chart lies on the page. */
  readonly box: DOMRect;
}
const NAME_HEIGHT = 22;
const MARGIN = 8;

export async function composePng(page: Document, pictures: readonly PlacedPicture[]): Promise<Blob> {
  const left = Math.min(...pictures.map(({ box }) => box.left));
  const top = Math.min(...pictures.map(({ box }) => box.top));
  const canvas = page.createElement("canvas");
  canvas.width = (Math.max(...pictures.map(({ box }) => box.right)) - left + 2 * MARGIN) * SCALE;
  canvas.height = (Math.max(...pictures.map(({ box }) => box.bottom)) - top + NAME_HEIGHT + MARGIN) * SCALE;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("expected a canvas to draw on, got none");
  const style = getComputedStyle(page.documentElement);
  context.scale(SCALE, SCALE);
  context.fillStyle = style.getPropertyValue("--surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = style.getPropertyValue("--text");
  context.font = `600 13px ${style.getPropertyValue("--font")}`;
  for (const { address, name, box } of pictures) {
    const image = new Image();
    image.src = address;
    await image.decode();
    const x = box.left - left + MARGIN;
    const y = box.top - top + NAME_HEIGHT;
    context.drawImage(image, x, y, box.width, box.height);
    context.fillText(visible(name), x + 4, y - 6, box.width);
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("expected a PNG of the canvas, got nothing")) : resolve(blob)),
      "image/png",
    ),
  );
}
