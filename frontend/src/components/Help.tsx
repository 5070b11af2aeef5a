/** Help: what the mouse and the keys do. */

import { useEffect, useRef } from "preact/hooks";

import { KEYS } from "../keys";
import { useApp } from "./context";
import { CloseButton } from "./icons";

const MOUSE = [
  ["Wheel", "zoom time at the cursor"],
  ["Shift + wheel", "move through time"],
  ["Drag", "zoom into a range"],
  ["Shift + drag", "move through time"],
  ["Double click", "back to live"],
  ["Two fingers", "zoom time"],
  ["One finger", "move through time"],
] as const;

export function Help() {
  const { isHelpOpen } = useApp().state;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isHelpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isHelpOpen.value]);
  return (
    <dialog ref={dialog} class="help" aria-label="Help" onClose={() => (isHelpOpen.value = false)}>
      <CloseButton class="close" label="Close help" press={() => (isHelpOpen.value = false)} />
      <h2>Keys</h2>
      <dl>
        {KEYS.map(({ label, help }) => (
          <Pair key={label} term={label} text={help} />
        ))}
      </dl>
      <h2>On a chart</h2>
      <dl>
        {MOUSE.map(([term, text]) => (
          <Pair key={term} term={term} text={text} />
        ))}
      </dl>
    </dialog>
  );
}

function Pair({ term, text }: { term: string; text: string }) {
  return (
    <div>
      <dt>
        <kbd>{term}</kbd>
      </dt>
      <dd>{text}</dd>
    </div>
  );
}
