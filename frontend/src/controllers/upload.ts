/** Upload: sends a CSV file, chosen or dropped on the page, to the server, and says what became of it. */

import type { Range } from "../data/segment";
import { countOf } from "../format";
import { asText, fieldsOf, isObject, items, type Json, maybeNumber } from "../protocol/json";
import type { Ask } from "../protocol/rest";
import { shorten, visible } from "../text";

/** More lines than this on one chart are unreadable; the other tags are in the list. */
const MOST_DRAWN = 8;

/** What the server stored: the first tags, and their range in time; `null` when nothing can be drawn. */
interface Uploaded {
  /** That it failed, or what was left out; "" when all of it was stored. */
  readonly problem: string;
  readonly tags: readonly string[];
  readonly range: Range | null;
}

/** `Run 7.csv` → `Run 7/`, so that its columns do not mix with live tags of the same name. */
export function uploadPrefix(name: string): string {
  const stem = name
    .replace(/\.[^.]*$/, "")
    .replace(/[+#/\\]/g, "_")
    .trim();
  return `${stem === "" ? "file" : stem}/`;
}

/** Sends the file; returns what became of it. */
export async function upload(ask: Ask, file: File): Promise<Uploaded> {
  const prefix = uploadPrefix(file.name);
  const name = shorten(visible(file.name), 60);
  const answer = await ask("POST", `api/v1/upload?prefix=${encodeURIComponent(prefix)}`, file);
  if (!answer.isOk) return { problem: `${name}: ${answer.problem}`, tags: [], range: null };
  const left = sayLeftOut(answer.value);
  const listed = await ask("GET", "api/v1/tags");
  return { problem: left === "" ? "" : `${name}: ${left}`, ...readTags(listed.isOk ? listed.value : null, prefix) };
}

/** Kinds of columns that hold something and are not drawn; what the time and the names of samples are is no loss. */
const NOT_DRAWN = "text";

/** `2,000 points; left out: line 7: expected a number (and 1 more)`; "" when nothing was left out. */
export function sayLeftOut(receipt: Json): string {
  const fields = fieldsOf(receipt);
  const rows = items(fields["rejected"]).map((item) => asText(fieldsOf(item)["reason"]));
  const all = items(fields["columns"]).map(fieldsOf);
  const isWide = all.some((column) => column["tag"] !== null);
  const columns = all
    .filter((column) => isWide && column["kind"] === NOT_DRAWN)
    .map((column) => `column ${visible(asText(column["name"]))}: ${visible(asText(column["reason"]))}`);
  const [first, ...more] = [...rows, ...columns, ...items(fields["notes"]).map((note) => visible(asText(note)))];
  if (first === undefined) return "";
  const accepted = maybeNumber(fields["accepted"]) ?? 0;
  return `${countOf(accepted, "point")}; left out: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
}

/** What `GET api/v1/tags` says of the tags under `prefix`. */
export function readTags(listed: Json, prefix: string): Pick<Uploaded, "tags" | "range"> {
  const found = items(listed).flatMap((item) =>
    isObject(item) && asText(item["tag"]).startsWith(prefix) ? [item] : [],
  );
  const times = found
    .flatMap((item) => [maybeNumber(item["first"]), maybeNumber(item["last"])])
    .filter((time): time is number => time !== null);
  const range = times.length > 0 ? { start: Math.min(...times), end: Math.max(...times) } : null;
  return { tags: found.map((item) => asText(item["tag"])).slice(0, MOST_DRAWN), range };
}

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
    if (event.relatedTarget === null && document.body.dataset["dragging"] === "file")
      delete document.body.dataset["dragging"];
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    delete document.body.dataset["dragging"];
    for (const file of event.dataTransfer?.files ?? []) dropped(file);
  });
}
