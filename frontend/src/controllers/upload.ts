/**
 * Upload: a CSV file, chosen or dropped on the page. The server says what it would make of it, a person may overrule
 * that, and then it is stored and drawn.
 */

import { signal } from "@preact/signals";

import type { Range } from "../data/segment";
import { countOf } from "../format";
import { asText, fieldsOf, isObject, items, type Json, maybeNumber } from "../protocol/json";
import type { Answer, Ask } from "../protocol/rest";
import { decodeUpload, NO_CHOICES, type UploadAnswer, type UploadChoices, uploadPath } from "../protocol/uploads";
import { shorten, visible } from "../text";

/** More lines than this on one chart are unreadable; the other tags are in the list. */
const MOST_DRAWN = 8;

/** What the server stored: the first tags, and their range in time; `null` when nothing can be drawn. */
export interface Uploaded {
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

/** A file that waits for a person's word. */
interface Preview {
  readonly file: File;
  readonly choices: UploadChoices;
  /** `null` = not known yet, or the server refused it. */
  readonly answer: UploadAnswer | null;
  /** Why the server refused it; "" = it did not. */
  readonly problem: string;
  /** Of its columns, as far as the server found them. */
  readonly names: readonly string[];
  readonly isBusy: boolean;
}

/** One file at a time is looked at; further ones wait. Nothing is stored before `store`. */
export class Uploads {
  readonly preview = signal<Preview | null>(null);
  #waiting: readonly File[] = [];
  #asked: Promise<void> = Promise.resolve();
  #turn = 0;

  constructor(
    private readonly ask: Ask,
    /** Called with what became of each file that was stored. */
    private readonly stored: (file: File, uploaded: Uploaded) => void,
  ) {}

  add(file: File): void {
    this.#waiting = [...this.#waiting, file];
    if (this.preview.peek() === null) this.#next();
  }

  /** Asks anew what would come of the file. */
  choose(choices: UploadChoices): void {
    const preview = this.preview.peek();
    if (preview === null) return;
    this.preview.value = { ...preview, choices, isBusy: true };
    this.#inTurn(async () => {
      const path = uploadPath(uploadPrefix(preview.file.name), choices, true);
      const answer = await this.ask("POST", path, preview.file);
      return () => {
        this.preview.value = { file: preview.file, choices, isBusy: false, ...found(answer) };
      };
    });
  }

  store(): void {
    const preview = this.preview.peek();
    if (preview === null || preview.isBusy) return;
    this.preview.value = { ...preview, isBusy: true };
    this.#inTurn(async () => {
      const uploaded = await upload(this.ask, preview.file, preview.choices);
      this.stored(preview.file, uploaded); // also when the dialog was closed meanwhile
      return () => this.#next();
    });
  }

  /** Forgets the file that is looked at. */
  cancel(): void {
    if (this.preview.peek() !== null) this.#next();
  }

  #next(): void {
    const [file, ...rest] = this.#waiting;
    this.#waiting = rest;
    this.#turn += 1;
    this.preview.value =
      file === undefined ? null : { file, choices: NO_CHOICES, answer: null, problem: "", names: [], isBusy: true };
    if (file !== undefined) this.choose(NO_CHOICES);
  }

  /** The server takes one file at a time; of what is asked meanwhile only the last counts. */
  #inTurn(work: () => Promise<() => void>): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#asked = this.#asked.then(async () => {
      if (turn !== this.#turn) return;
      const show = await work();
      if (turn === this.#turn) show();
    });
  }
}

function found(answer: Answer): Pick<Preview, "answer" | "problem" | "names"> {
  if (!answer.isOk) return { answer: null, problem: answer.problem, names: answer.columns ?? [] };
  const read = decodeUpload(answer.value);
  return { answer: read, problem: "", names: read.columns.map(({ name }) => name) };
}

/** Sends the file; returns what became of it. */
export async function upload(ask: Ask, file: File, choices: UploadChoices = NO_CHOICES): Promise<Uploaded> {
  const prefix = uploadPrefix(file.name);
  const name = shorten(visible(file.name), 60);
  const answer = await ask("POST", uploadPath(prefix, choices, false), file);
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
