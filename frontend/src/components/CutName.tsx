/** Cut name: a name that is cut at its front where it finds no room, since names of machines differ at the end. */

import { visible } from "../text";

interface CutNameProps {
  readonly name: string;
  readonly class?: string;
  /** What stands before the name where there is room for it. */
  readonly path?: string;
  /** What stands after it where there is room. */
  readonly end?: string;
}

export function CutName({ name, class: more = "", path = "", end = "" }: CutNameProps) {
  return (
    <span class={`cut ${more}`}>
      <bdi dir="ltr">
        {path !== "" && <span class="path">{visible(path)}</span>}
        {visible(name)}
        {end !== "" && <span class="end">{visible(end)}</span>}
      </bdi>
    </span>
  );
}
