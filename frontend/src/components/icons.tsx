/** Icons: bundled, so that none is fetched. 16 × 16, in the colour of the surrounding text. And the button with a cross. */

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** An icon of one path. */
const drawn = (path: string) => () => (
  <Icon>
    <path d={path} />
  </Icon>
);

export const PauseIcon = () => (
  <Icon>
    <path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.3 3.3" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1" />
  </Icon>
);
export const MoonIcon = drawn("M13.2 9.7A5.6 5.6 0 0 1 6.3 2.8a5.6 5.6 0 1 0 6.9 6.9Z");
export const ListIcon = drawn("M2.5 4h.01M2.5 8h.01M2.5 12h.01M5.5 4h8M5.5 8h8M5.5 12h8");
export const CopyIcon = () => (
  <Icon>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5v-1a2 2 0 0 0-2-2h-4a2 2 0 0 0-2 2v4a2 2 0 0 0 2 2h1" />
  </Icon>
);
export const CheckIcon = drawn("m3 8.5 3.2 3.2L13 4.8");
export const ChevronIcon = ({ isOpen }: { isOpen: boolean }) => (
  <Icon>
    <path d={isOpen ? "m4 6 4 4 4-4" : "m6 4 4 4-4 4"} />
  </Icon>
);
export const WarnIcon = drawn("M8 2.5 14.2 13H1.8L8 2.5ZM8 6.5v3M8 11.2h.01");
export const ToolsIcon = () => (
  <Icon>
    <path d="M2.5 4.5h5M11 4.5h2.5M2.5 11.5H5M8.5 11.5h5" />
    <circle cx="9.2" cy="4.5" r="1.7" />
    <circle cx="6.8" cy="11.5" r="1.7" />
  </Icon>
);
export const DashboardIcon = drawn("M2.5 3h11v10h-11zM2.5 7.5h6M8.5 3v10");
export const ExportIcon = drawn("M8 2.5v7M5 6.8 8 9.8l3-3M2.5 10.5v3h11v-3");
export const MoreIcon = () => (
  <Icon>
    <path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.6" />
  </Icon>
);
export const GripIcon = () => (
  <Icon>
    <path d="M6 4h.01M6 8h.01M6 12h.01M10 4h.01M10 8h.01M10 12h.01" stroke-width="2" />
  </Icon>
);
export const SlidersIcon = () => (
  <Icon>
    <path d="M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6" />
    <circle cx="10.2" cy="5" r="1.7" />
    <circle cx="5.8" cy="11" r="1.7" />
  </Icon>
);
export const AddChartIcon = drawn("M2.5 2.5v11h5M5 9.5l2.5-3 2 2 3.5-4.5M11.5 9.5v5M9 12h5");
export const CursorsIcon = drawn("M4.5 2v12M11.5 2v12M6.5 8h3M7.5 6.5 6 8l1.5 1.5M8.5 6.5 10 8 8.5 9.5");
export const GoToIcon = () => (
  <Icon>
    <rect x="2.5" y="3.5" width="11" height="10" rx="1.2" />
    <path d="M2.5 6.5h11M5.5 2v2.5M10.5 2v2.5M8 8.5v2.2l1.6.8" />
  </Icon>
);
export const UserIcon = () => (
  <Icon>
    <circle cx="8" cy="5.5" r="2.8" />
    <path d="M2.8 14c.4-3 2.4-4.6 5.2-4.6s4.8 1.6 5.2 4.6" />
  </Icon>
);

/** A cross that closes something, or takes it away; `label` says what, `title` explains it under the mouse. */
export function CloseButton(props: { label: string; title?: string; class?: string; press: () => void }) {
  return (
    <button
      type="button"
      class={props.class === undefined ? "plain" : `plain ${props.class}`}
      aria-label={props.label}
      title={props.title}
      onClick={props.press}
    >
      <Icon>
        <path d="m4 4 8 8M12 4l-8 8" />
      </Icon>
    </button>
  );
}
