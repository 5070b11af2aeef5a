/** Notes: what people and programs say of a moment or a stretch, of some tags or of all. Pure. */

import type { Range } from "../data/segment";
import { asText, type JsonObject, maybeNumber, texts } from "../protocol/json";
import { literal } from "./trigger";

export interface Note {
  readonly id: number;
  /** Never markup; may have several lines. */
  readonly text: string;
  /** POSIX seconds; `end` is `null` for a moment. */
  readonly time: number;
  readonly end: number | null;
  /** Patterns with `*`; none = all tags. */
  readonly tags: readonly string[];
  readonly author: string;
}

export const LONGEST_NOTE = 1000;

export function decodeNote(fields: JsonObject, id: number): Note | null {
  const time = maybeNumber(fields["time"]);
  if (time === null) return null;
  return {
    id,
    time,
    end: maybeNumber(fields["end"]),
    text: asText(fields["text"]),
    tags: texts(fields["tags"]),
    author: asText(fields["author"]),
  };
}

/** The notes meant for one of these tags, that touch the range. */
export function notesFor(notes: readonly Note[], tags: readonly string[], range: Range): readonly Note[] {
  return notes.filter(
    (note) =>
      note.time <= range.end &&
      (note.end ?? note.time) >= range.start &&
      (note.tags.length === 0 || note.tags.some((pattern) => tags.some((tag) => matches(tag, pattern)))),
  );
}

/** Shell patterns as the server reads them: `*`, `?`, `[abc]`, `[!abc]`. */
export function matches(tag: string, pattern: string): boolean {
  const source = pattern.replace(
    /\[(!?)([^\]]+)\]|[\s\S]/gu,
    (part, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replace(/[\\^\]]/g, "\\$&")}]`;
      if (part === "*") return "[\\s\\S]*";
      return part === "?" ? "[\\s\\S]" : part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    },
  );
  try {
    return new RegExp(`^${source}$`, "u").test(tag);
  } catch {
    return tag === pattern;
  }
}

/** The body that writes a note; no tags = all. */
export function noteBody(text: string, when: { time: number; end: number | null }, tags: readonly string[]): string {
  return JSON.stringify({
    text,
    time: when.time,
    ...(when.end === null ? {} : { end: when.end }),
    tags: tags.slice(0, 64).map(literal),
  });
}
