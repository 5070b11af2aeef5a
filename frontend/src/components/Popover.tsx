/** Popover: a button and what opens below it. The browser itself closes it on Escape or a click elsewhere. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

interface PopoverProps {
  readonly label: string;
  readonly title?: string;
  readonly icon: ComponentChildren;
  readonly buttonClass?: string;
  /** For a key that opens it. */
  readonly buttonId?: string;
  readonly class?: string;
  /** Called when it opens; `close` closes it. */
  readonly children: (close: () => void) => ComponentChildren;
}

const MARGIN = 8;

export function Popover(props: PopoverProps) {
  const id = useId();
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const toggled = (event: Event): void => {
    isOpen.value = (event as ToggleEvent).newState === "open";
    if (isOpen.value) requestAnimationFrame(() => place(button.current, sheet.current));
  };
  return (
    <>
      <button
        ref={button}
        id={props.buttonId ?? `${id}-button`}
        type="button"
        class={props.buttonClass ?? "plain"}
        aria-label={props.label}
        title={props.title ?? props.label}
        aria-expanded={isOpen.value}
        popovertarget={id}
      >
        {props.icon}
      </button>
      <div
        ref={sheet}
        id={id}
        popover="auto"
        class={`popover ${props.class ?? ""}`}
        role="dialog"
        aria-label={props.label}
        onToggle={toggled}
      >
        {isOpen.value && props.children(() => sheet.current?.hidePopover())}
      </div>
    </>
  );
}

/** Below the button, or above where there is more room; never outside the window. */
function place(button: HTMLElement | null, sheet: HTMLElement | null): void {
  if (button === null || sheet === null) return;
  const anchor = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = sheet;
  const isAbove = anchor.bottom + height + MARGIN > innerHeight && anchor.top > innerHeight - anchor.bottom;
  const left = Math.max(MARGIN, Math.min(anchor.right - width, innerWidth - width - MARGIN));
  const top = isAbove
    ? Math.max(MARGIN, anchor.top - height - 4)
    : Math.min(anchor.bottom + 4, Math.max(MARGIN, innerHeight - height - MARGIN));
  sheet.style.left = `${left}px`;
  sheet.style.top = `${top}px`;
}
