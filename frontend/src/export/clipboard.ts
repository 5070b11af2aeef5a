/** Clipboard: copies text, also where the page is served without TLS and `navigator.clipboard` is missing. */

export async function copyText(page: Document, text: string): Promise<boolean> {
  const clipboard: Clipboard | undefined = page.defaultView?.navigator.clipboard;
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser: the old way needs no permission.
    }
  }
  return copyBySelection(page, text);
}

function copyBySelection(page: Document, text: string): boolean {
  const area = page.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "off-screen";
  page.body.append(area);
  area.select();
  const isCopied = page.execCommand("copy");
  area.remove();
  return isCopied;
}
