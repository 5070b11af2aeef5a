/** What is wrong with a form, below its fields; nothing while nothing is. */

import { visible } from "../../text";

export function FormProblem({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <p class="bad" role="alert">
      {visible(text)}
    </p>
  );
}
