/** Limit panel: the limits of each tag, and the events when a value was beyond one. */

import { useSignal } from "@preact/signals";

import { formatDuration, formatValue } from "../format";
import { type LimitEvent, sayEvent } from "../model/limitEvents";
import { isSevere, LEVELS, type Level, parseLimit } from "../model/limits";
import { shorten, visible } from "../text";
import { useApp } from "./context";

const MOST_SHOWN = 100;

export function LimitPanel() {
  return (
    <>
      <Events />
      <LimitTable />
    </>
  );
}

function Events() {
  const app = useApp();
  const { alarms } = app.tools;
  const events = alarms.events.value;
  return (
    <section aria-label="Events">
      <h3>
        Events
        <button type="button" class="link plain" disabled={events.length === 0} onClick={() => alarms.clear()}>
          Clear
        </button>
      </h3>
      {events.length === 0 && <p class="none">No tag was beyond its limits.</p>}
      <ol class="events">
        {events.slice(0, MOST_SHOWN).map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ol>
      {events.length + alarms.dropped.value > MOST_SHOWN && (
        <p class="faint">and {events.length + alarms.dropped.value - MOST_SHOWN} older ones</p>
      )}
      <label class="choice">
        <input
          type="checkbox"
          checked={alarms.wantsSound.value}
          onChange={(event) => (alarms.wantsSound.value = event.currentTarget.checked)}
        />{" "}
        sound when an event begins
      </label>
      <label class="choice">
        <input
          type="checkbox"
          checked={alarms.wantsBlink.value}
          onChange={(event) => (alarms.wantsBlink.value = event.currentTarget.checked)}
        />{" "}
        blink in the page’s title while one lasts
      </label>
    </section>
  );
}

function EventLine({ event }: { event: LimitEvent }) {
  const app = useApp();
  const { tag, level, start, end, worst } = event;
  void (end === null ? app.state.refresh.value : 0);
  const now = app.now();
  const lasted = formatDuration(Math.max(0, (end ?? now) - start));
  return (
    <li class={isSevere(level) ? "bad" : "warn"}>
      <button type="button" title="Show it on the chart" onClick={() => app.time.lookAtEvent(start, end ?? now)}>
        <span class="at">{app.state.clock.value.time(start, now)}</span>
        <span class="what">
          <bdi>{shorten(visible(tag), 40)}</bdi> {sayEvent(event)}
        </span>
        <span class="faint">
          {end === null ? `since ${lasted}` : `until ${app.state.clock.value.time(end, now)}, ${lasted}`}, worst{" "}
          {formatValue(worst)}
        </span>
      </button>
    </li>
  );
}

function LimitTable() {
  const app = useApp();
  void app.state.tagsRevision.value;
  const tags = app.state.drawn.value.filter((tag) => app.session.directory.find(tag)?.info.kind === "number");
  return (
    <section aria-label="Limits">
      <h3>Limits of the tags on charts</h3>
      {tags.length === 0 && <p class="none">Check a tag that is a number to set its limits.</p>}
      {tags.map((tag) => (
        <LimitRow key={tag} tag={tag} />
      ))}
      <p class="faint">
        Grey: the device’s own limit. A number here replaces it, in this browser only; an empty field restores it.
      </p>
    </section>
  );
}

function LimitRow({ tag }: { tag: string }) {
  return (
    <fieldset class="limits">
      <legend>
        <bdi>{shorten(visible(tag), 48)}</bdi>
      </legend>
      {LEVELS.map((level) => (
        <LimitField key={level} tag={tag} level={level} />
      ))}
    </fieldset>
  );
}

function LimitField({ tag, level }: { tag: string; level: Level }) {
  const app = useApp();
  const { alarms } = app.tools;
  const own = alarms.own.value.get(tag)?.[level];
  const device = app.session.directory.find(tag)?.info.meta[level];
  /** What a person is typing, or what could not be read: redrawing must not overwrite it. */
  const draft = useSignal<string | null>(null);
  const change = (input: HTMLInputElement): void => {
    const value = parseLimit(input.value);
    input.setCustomValidity(value === undefined ? "Expected a number such as 22.5" : "");
    input.reportValidity();
    if (value === undefined) return;
    draft.value = null;
    alarms.setLimit(tag, level, value ?? undefined);
  };
  return (
    <label>
      {level}
      <input
        type="text"
        inputMode="decimal"
        aria-label={`${level} of ${tag}`}
        placeholder={device === undefined ? "" : String(device)}
        value={draft.value ?? own ?? ""}
        onInput={(event) => (draft.value = event.currentTarget.value)}
        onChange={(event) => change(event.currentTarget)}
      />
    </label>
  );
}

/** Under the charts: the last events, in one line. */
export function EventStrip() {
  const app = useApp();
  const { alarms } = app.tools;
  const events = alarms.events.value.slice(0, 3);
  if (events.length === 0 || app.state.tool.value === "limits") return null;
  return (
    <button type="button" class="event-strip" title="All events (M)" onClick={() => app.tools.toggle("limits")}>
      {events.map((event) => (
        <span key={event.id} class={isSevere(event.level) ? "bad" : "warn"}>
          {app.state.clock.value.time(event.start, app.now())} <bdi>{shorten(visible(event.tag), 32)}</bdi>{" "}
          {sayEvent(event)} {event.end === null ? "(now)" : `(${formatDuration(event.end - event.start)})`}
        </span>
      ))}
    </button>
  );
}
