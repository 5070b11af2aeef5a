/** File drop: a file that is dropped anywhere on the page, instead of the browser opening it. */

export function watchFiles(page: Window, dropped: (file: File) => void): void {
  const { document } = page;
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event) || event.dataTransfer === null) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    document.body.dataset["dragging"] = "file";
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null && document.body.dataset["dragging"] === "file") delete document.body.dataset["dragging"];
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    delete document.body.dataset["dragging"];
    for (const file of event.dataTransfer?.files ?? []) dropped(file);
  });
}
