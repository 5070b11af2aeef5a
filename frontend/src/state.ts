/**
 * State: everything that parts of the page react to, as signals. No behaviour; `app.ts` and the controllers change
 * them.
 */

import { computed, signal } from "@preact/signals";

import type { Capture } from "./model/captures";
import { type ChartList, drawnTags, foldingTags, oneChart } from "./model/charts";
import { type Cursors, NO_CURSORS } from "./model/cursors";
import { mayDo } from "./model/roles";
import { DEFAULT_WINDOW, type TimeView } from "./model/timeView";
import { WallClock, type Zone } from "./model/wallClock";
import type { Link } from "./protocol/connection";
import type { Hello } from "./protocol/hello";
import type { Status } from "./protocol/status";
import type { Verdict } from "./protocol/verdicts";

export type ThemeChoice = "system" | "light" | "dark";

/** The tools of the drawer, in the order of its tabs. */
const TOOLS = ["limits", "trigger", "notes", "record", "signals", "diagnostics"] as const;
export type ToolName = (typeof TOOLS)[number];

interface VerdictsSeen {
  /** Newest first. */
  readonly list: readonly Verdict[];
  /** Messages without a verdict so far. */
  readonly skipped: number;
}

interface Hover {
  readonly time: number;
  readonly chart: number;
  /** Whether the mouse has moved; else the picture slid below it. */
  readonly isMoved: boolean;
}

interface Notice {
  readonly id: number;
  readonly text: string;
}

/** Numbers, ages and the list of tags are refreshed at most this often. */
export const REFRESH_MS = 250;

/** Notices shown at a time; the oldest is dropped. */
export const MOST_NOTICES = 3;

export type State = ReturnType<typeof createState>;

export function createState() {
  const charts = signal<ChartList>(oneChart([]));
  const status = signal<Status | null>(null);
  const zone = signal<Zone>("local");
  const hello = signal<Hello | null>(null);
  const drawn = computed(() => drawnTags(charts.value));
  return {
    link: signal<Link>({ phase: "connecting" }),
    hello,
    /** What the user's role may do; the page offers nothing else. */
    mayWrite: computed(() => mayDo(hello.value?.user, "write")),
    mayAdmin: computed(() => mayDo(hello.value?.user, "admin")),
    /** The login has ended while the page was open. */
    isLoggedOut: signal(false),
    status,
    /** Counts changes of the directory: other tags, units or kinds. */
    tagsRevision: signal(0),
    /** Counts up at most four times a second while the page is visible: numbers and ages are refreshed. */
    refresh: signal(0),
    view: signal<TimeView>({ mode: "live", window: DEFAULT_WINDOW, range: null }),
    /** What was shown before each zoom by hand, oldest first. */
    zooms: signal<readonly TimeView[]>([]),
    /** The newest time of which something was known before the server began another life, without its past. */
    vanished: signal<number | null>(null),
    charts,
    /** The instant under the mouse and the chart it is over; lines and numbers of all charts follow it. */
    hover: signal<Hover | null>(null),
    cursors: signal<Cursors>(NO_CURSORS),
    drawn,
    /** The tags whose points are held: those on charts, and those that charts are folded by. */
    followed: computed(() => [...new Set([...drawn.value, ...foldingTags(charts.value)])]),
    /** The capture that the charts show in place of live data. */
    shown: signal<Capture | null>(null),
    /** The chart that a check box adds to. */
    activeChart: signal(1),
    /** Whether a person (or the address) has chosen tags; until then the page chooses. */
    isChosen: signal(false),
    /** The dashboard that is open, and what was saved as it; `query` is `null` while it is loading. */
    dashboard: signal<{ readonly name: string; readonly query: string | null } | null>(null),
    /** Being printed: in light colours. */
    isOnPaper: signal(false),
    /** On a wall display: nothing but the charts. */
    isKiosk: signal(false),
    /** The clock that times follow. */
    zone,
    clock: computed(() => new WallClock(zone.value, hello.value?.zone)),
    theme: signal<ThemeChoice>("system"),
    systemIsDark: signal(false),
    search: signal(""),
    notices: signal<readonly Notice[]>([]),
    isSheetOpen: signal(false),
    /** On a phone: what the button with three dots shows. */
    areActionsOpen: signal(false),
    /** So narrow that what does not fit lies in sheets over the page. */
    isPhone: signal(false),
    isHelpOpen: signal(false),
    /** The tool that is open in the drawer at the right. */
    tool: signal<ToolName | null>(null),
    verdicts: signal<VerdictsSeen>({ list: [], skipped: 0 }),
  };
}
