/**
 * Diagnostics: how full each limit is, how far each device's clock is off, and what arrived and was not kept; in words.
 * Pure.
 */

import type { Entry } from "../data/directory";
import { median } from "../data/stats";
import { formatBytes, formatCount, formatDuration } from "../format";
import type { Hello } from "../protocol/hello";
import type { Status } from "../protocol/status";

export interface Fill {
  readonly name: string;
  /** Used and available: `212 of 1000`. */
  readonly words: string;
  /** 0 to 1; `null` = no limit, or fill level unknown. */
  readonly share: number | null;
  /** What happens at the limit. */
  readonly atLimit: string;
}

/** What this page holds, and its own limits. */
interface PageLoad {
  readonly followed: number;
  readonly points: number;
  readonly mostPoints: number;
}

export function readFills({ limits }: Hello, status: Status, page: PageLoad): Fill[] {
  const perTag = status.tags > 0 ? status.points / status.tags : 0;
  return [
    fill("Tags", status.tags, limits.maxTags, formatCount, "new tags are refused and counted"),
    fill("Memory for points", status.bytes, limits.maxMemory, formatBytes, "the oldest points are dropped first"),
    fill("Points per tag, on average", perTag, limits.maxPoints, formatCount, "a tag's oldest points are overwritten"),
    {
      name: "Age of points",
      words: limits.maxAge === null ? "no limit" : `at most ${formatDuration(limits.maxAge)}`,
      share: null,
      atLimit: "older points are dropped",
    },
    fill(
      "Tags on this page's charts",
      page.followed,
      limits.maxFollow,
      formatCount,
      "the server sends no more to this page",
    ),
    fill(
      "Points in this browser",
      page.points,
      page.mostPoints,
      formatCount,
      "older ones are fetched again when needed",
    ),
  ];
}

function fill(
  name: string,
  used: number,
  limit: number | null,
  format: (amount: number) => string,
  atLimit: string,
): Fill {
  if (limit === null) return { name, words: `${format(used)}, no limit`, share: null, atLimit };
  return {
    name,
    words: `${format(used)} of ${format(limit)}`,
    share: limit > 0 ? Math.min(1, used / limit) : 1,
    atLimit,
  };
}

interface ClockRow {
  /** Tags below this group seem to share a device: `line1/press` for `line1/press/temp`. */
  readonly group: string;
  readonly tags: number;
  /** Device clock − server clock in seconds: the median of the group's tags. */
  readonly offset: number;
}

/** A clock off by more than this is marked. */
export const CLOCK_TOLERANCE_SECONDS = 2;

/** The clocks of devices that stamp their samples, the worst first. */
export function readClocks(entries: Iterable<Entry>): ClockRow[] {
  const groups = new Map<string, number[]>();
  for (const { info, offset } of entries) {
    if (Number.isNaN(offset)) continue;
    const group = parent(info.tag);
    const offsets = groups.get(group);
    if (offsets === undefined) groups.set(group, [offset]);
    else offsets.push(offset);
  }
  const rows = [...groups].map(([group, offsets]) => ({ group, tags: offsets.length, offset: median(offsets) }));
  return rows.sort((a, b) => Math.abs(b.offset) - Math.abs(a.offset) || (a.group < b.group ? -1 : 1));
}

function parent(tag: string): string {
  const cut = tag.lastIndexOf("/");
  return cut > 0 ? tag.slice(0, cut) : tag;
}

export function sayClock(offset: number): string {
  if (Math.abs(offset) < 0.1) return "right, within 0.1 s";
  return `${formatDuration(Math.abs(offset))} ${offset > 0 ? "ahead" : "behind"}`;
}

/** More than anybody waits for: a server that hears almost nothing. */
const ENDLESS_SECONDS = 10 * 365 * 86400;

/**
 * What is held now, and what will be at this rate: `holds 17 min of 3 h 20 min`; beyond that only in outline: `holds 2 d,
 * the last 3 h 20 min whole`. Empty while nothing is known.
 */
export function sayHeld({ since, time, holds }: Pick<Status, "since" | "time" | "holds">): string {
  const room = holds === null || holds > ENDLESS_SECONDS ? null : formatDuration(holds);
  if (since === null) return room === null ? "" : `room for ${room}`;
  const held = Math.max(1, Math.round(time - since));
  const now = `holds ${formatDuration(held)}`;
  if (room === null) return now;
  return held > 1.05 * holds! ? `${now}, the last ${room} whole` : `${now} of ${room}`;
}

/** The same as a sentence, with the rate that it holds for. */
export function sayHolds(status: Status): string {
  const held = sayHeld(status);
  if (held === "") return "nothing is held yet";
  return status.holds === null ? held : `${held} at this rate (${status.rate.toFixed(1)} messages/s)`;
}

const KINDS: Readonly<Record<string, string>> = {
  messages_rejected: "messages unreadable",
  messages_refused: "messages refused",
  messages_dropped: "messages dropped",
  samples_rejected: "samples unreadable",
  samples_refused: "samples refused",
};

export interface Losses {
  readonly total: number;
  /** Samples of new tags, for which there was no room; not in `lines`. */
  readonly refused: number;
  /** One line per counter, the largest first: `12 messages unreadable: bad tag`. */
  readonly lines: readonly string[];
}

/** The server's word for "there is no room for a new tag". */
const NO_ROOM = "tags_full";

export function readLosses(counters: Readonly<Record<string, number>>): Losses {
  const found = Object.entries(counters).flatMap(([name, count]) => {
    const [kind = "", reason = ""] = name.split(".");
    const words = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    return words === undefined || count <= 0
      ? []
      : [
          {
            count,
            isRefused: reason === NO_ROOM,
            text: `${words}${reason === "" ? "" : `: ${reason.replace(/_/g, " ")}`}`,
          },
        ];
  });
  found.sort((a, b) => b.count - a.count);
  return {
    total: found.reduce((sum, { count }) => sum + count, 0),
    refused: found.reduce((sum, { count, isRefused }) => sum + (isRefused ? count : 0), 0),
    lines: found.filter(({ isRefused }) => !isRefused).map(({ count, text }) => `${formatCount(count)} ${text}`),
  };
}

const HEALTH_WORDS: Readonly<Record<string, string>> = {
  clients: "clients",
  dropped: "messages dropped",
  stored: "stored",
  retained: "retained",
  received_per_minute: "received per minute",
};

/** `mosquitto version 2.0.11, 12 clients, 0 messages dropped`. */
export function sayHealth(health: Readonly<Record<string, number | string>>): string {
  return Object.entries(health)
    .map(([name, value]) => {
      const told = typeof value === "number" ? String(Math.round(value)) : value;
      if (name === "uptime") return `up for ${told} s`;
      const words = HEALTH_WORDS[name];
      return words === undefined ? told : `${told} ${words}`;
    })
    .join(", ");
}
