/** Tag drag: drags a tag from the list to a chart, with the browser's own drag and drop. */

const TYPE = "application/x-mqtt-plot-tag";

export function startDrag(event: DragEvent, tag: string): void {
  if (event.dataTransfer === null) return;
  event.dataTransfer.setData(TYPE, tag);
  event.dataTransfer.setData("text/plain", tag);
  event.dataTransfer.effectAllowed = "copy";
  document.body.dataset["dragging"] = "tag";
}

export function endDrag(): void {
  delete document.body.dataset["dragging"];
}

/** Call it on `dragover`: it tells the browser that a tag may be dropped here. */
export function allowDrop(event: DragEvent): boolean {
  if (event.dataTransfer?.types.includes(TYPE) !== true) return false;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  return true;
}

/** The tag that was dropped; `null` when it was something else. */
export function droppedTag(event: DragEvent): string | null {
  const tag = event.dataTransfer?.getData(TYPE) ?? "";
  if (tag === "") return null;
  event.preventDefault();
  event.stopPropagation();
  endDrag();
  return tag;
}
