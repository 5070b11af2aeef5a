/** Uploads: what the server makes of a CSV file, before and after it is stored (docs/payloads.md). Pure. */

import { asText, fieldsOf, items, type Json, maybeNumber, texts } from "./json";

/** What a person says of a file; "" = the server finds out. */
export interface UploadChoices {
  /** The name of the column of time. */
  readonly time: string;
  readonly dateOrder: "" | "dmy" | "mdy" | "ymd";
  readonly decimal: "" | "point" | "comma";
  /** Of stamps that name none, such as `Europe/Berlin`. */
  readonly zone: string;
}

export const NO_CHOICES: UploadChoices = { time: "", dateOrder: "", decimal: "", zone: "" };

interface UploadColumn {
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
  /** Why it is not drawn, or why it is the time; "" = it is drawn. */
  readonly reason: string;
  /** `null` = not drawn, or one sample stands in each row. */
  readonly tag: string | null;
}

export interface UploadAnswer {
  readonly accepted: number;
  readonly time: {
    readonly columns: readonly string[];
    readonly reason: string;
    readonly relative: boolean;
    /** POSIX seconds. */
    readonly first: number | null;
    readonly last: number | null;
  };
  readonly decimal: string;
  readonly columns: readonly UploadColumn[];
  /** Points by tag, where each row says whose its values are; else none. */
  readonly tags: ReadonlyMap<string, number>;
  /** Why rows or cells are left out, each reason once. */
  readonly rejected: readonly string[];
  readonly notes: readonly string[];
}

/** With `isDry` nothing is stored. */
export function uploadPath(prefix: string, { time, dateOrder, decimal, zone }: UploadChoices, isDry: boolean): string {
  const asked = { prefix, time, date_order: dateOrder, decimal, zone, dry_run: isDry ? "true" : "" };
  const query = new URLSearchParams(Object.entries(asked).filter(([name, value]) => name === "prefix" || value !== ""));
  return `api/v1/upload?${query.toString()}`;
}

export function decodeUpload(value: Json): UploadAnswer {
  const fields = fieldsOf(value);
  const time = fieldsOf(fields["time"]);
  return {
    accepted: maybeNumber(fields["accepted"]) ?? 0,
    time: {
      columns: texts(time["columns"] ?? []),
      reason: asText(time["reason"]),
      relative: time["relative"] === true,
      first: maybeNumber(time["first"]),
      last: maybeNumber(time["last"]),
    },
    decimal: asText(fields["decimal"]),
    columns: items(fields["columns"] ?? []).map((item) => {
      const column = fieldsOf(item);
      return {
        name: asText(column["name"]),
        kind: asText(column["kind"]),
        unit: asText(column["unit"]),
        reason: asText(column["reason"]),
        tag: typeof column["tag"] === "string" ? column["tag"] : null,
      };
    }),
    tags: new Map(Object.entries(fieldsOf(fields["tags"] ?? {})).map(([tag, n]) => [tag, maybeNumber(n) ?? 0])),
    rejected: items(fields["rejected"] ?? []).map((item) => asText(fieldsOf(item)["reason"])),
    notes: texts(fields["notes"] ?? []),
  };
}

/** Words that name an option of the command line, as the page has it. */
export function onPage(text: string): string {
  return text
    .replace(/say --date-order( \w{3} or \w{3})?/, "choose the order of dates below")
    .replace("(--date-order says else)", "(or choose another order below)");
}

/** What a column says of the values in each row: of which tag they are, in which unit, how good. */
const ROLE = /^the (tag|unit|quality) of each row/;

/** Whether what a column holds is not shown. */
export function isLeftOut({ kind, reason, tag }: UploadColumn): boolean {
  return tag === null && kind !== "time" && reason !== "" && !ROLE.test(reason);
}

/** `drawn as run/force, bar`, `not drawn: no cell holds anything`, or why it is the time. */
export function sayColumn({ kind, unit, reason, tag }: UploadColumn): string {
  if (kind === "time") return reason;
  if (tag !== null) return `${kind === "words" ? "states of" : "drawn as"} ${tag}${unit === "" ? "" : `, ${unit}`}`;
  if (reason === "") return "the value of each row";
  return ROLE.test(reason) ? reason : `not drawn: ${reason}`;
}
