/** REST: one request to the server, and its answer or, in plain words, the reason why there is none. */

import { asText, fieldsOf, type Json, maybeNumber, texts } from "./json";
import { Turns } from "./turns";

/**
 * `status` as in HTTP; 0 = there was no answer. `position` = the character of a text that is meant, `columns` = those of
 * a file that is refused.
 */
export type Answer =
  | { readonly isOk: true; readonly value: Json }
  | {
      readonly isOk: false;
      readonly problem: string;
      readonly status: number;
      readonly position?: number;
      readonly columns?: readonly string[];
    };
export type Ask = (method: string, path: string, body?: string | Blob) => Promise<Answer>;

/**
 * Requests go to the server at `base`; `path` is relative to it, so that a sub-path behind a proxy works. Those for one
 * path go one after the other.
 */
export function restAt(base: string, ask: typeof fetch = (input, init) => fetch(input, init)): Ask {
  const turns = new Turns();
  const once: Ask = async (method, path, body) => {
    try {
      const answer = await ask(new URL(path, base), { method, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      const value = text === "" ? null : (JSON.parse(text) as Json);
      return answer.ok
        ? { isOk: true, value }
        : { isOk: false, problem: reason(value, answer.status), status: answer.status, ...place(value) };
    } catch {
      return { isOk: false, problem: "The server did not answer.", status: 0 };
    }
  };
  return (method, path, body) => turns.take(path, () => once(method, path, body));
}

/** What is wrong with a request, or `null`. */
export function problemOf(answer: Answer): string | null {
  return answer.isOk ? null : answer.problem;
}

/** Tells a person what is wrong, if something is. */
export function tellProblem(answer: Answer, notify: (text: string) => void): void {
  if (!answer.isOk) notify(answer.problem);
}

function reason(value: Json, status: number): string {
  const message = asText(fieldsOf(fieldsOf(value)["error"])["message"]);
  return message !== "" ? message : `The server answered ${status}.`;
}

function place(value: Json): { position?: number; columns?: readonly string[] } {
  const error = fieldsOf(fieldsOf(value)["error"]);
  const position = maybeNumber(error["position"]);
  const columns = texts(error["columns"] ?? []);
  return { ...(position === null ? {} : { position }), ...(columns.length === 0 ? {} : { columns }) };
}
