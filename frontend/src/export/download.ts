/** Download: saves bytes as a file, as the browser saves files. */

export function saveFile(page: Document, name: string, content: Blob): void {
  const link = page.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.className = "off-screen";
  page.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a slow disk may still read from it
}

/** `mqtt-plot-2026-11-21-120431.csv`, by this machine's clock. */
export function fileName(seconds: number, suffix: string, stem = "mqtt-plot"): string {
  const at = new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60_000).toISOString();
  return `${stem}-${at.slice(0, 10)}-${at.slice(11, 19).replaceAll(":", "")}.${suffix}`;
}
