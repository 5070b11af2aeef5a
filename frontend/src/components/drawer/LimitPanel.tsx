/** Limit panel: the limits of each tag, and the events when a value was beyond one. */

import { useSignalEffect } from "@preact/signals";

import { formatValue } from "../../format";
import { parseLimit, SETTING_NAMES, SETTINGS, type Setting } from "../../model/limits";
import { isBad, sayEvent, sayLength, type TagEvent } from "../../model/tagEvents";
import { shorten, visible } from "../../text";
import { CutName } from "../CutName";
import { useApp } from "../context";
import { TextField } from "../fields";

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
        <button type="button" class="link plain" disabled={events.length === 0} onClick={() => alarms.markRead()}>
          Mark as read
        </button>
      </h3>
      {events.length === 0 && <p class="none">Nothing has happened: no tag was beyond its limits, or silent.</p>}
      <ol class="events">
        {events.slice(0, MOST_SHOWN).map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ol>
      {events.length > MOST_SHOWN && <p class="faint">and {events.length - MOST_SHOWN} older ones</p>}
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

function EventLine({ event }: { event: TagEvent }) {
  const app = useApp();
  const { tag, begin, end, value } = event;
  void (end === null ? app.state.refresh.value : 0);
  const now = app.now();
  const kind = isBad(event) ? "bad" : "warn";
  return (
    <li class={app.tools.alarms.isRead(event) ? `${kind} read` : kind}>
      <button type="button" title="Show it on the chart" onClick={() => app.time.lookAtEvent(begin, end ?? now)}>
        <span class="at">{app.state.clock.value.time(begin, now)}</span>
        <span class="what">
          <bdi>{shorten(visible(tag), 40)}</bdi> {shorten(visible(sayEvent(event)), 80)}
        </span>
        <span class="faint">
          {[end === null ? "" : `until ${app.state.clock.value.time(end, now)}`, sayLength(event, now)]
            .filter((part) => part !== "")
            .join(", ")}
          {event.limit !== null && value !== null && `, worst ${formatValue(value)}`}
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
      {app.state.mayAdmin.value ? (
        <p class="faint">
          A click on a tag opens its fields. Grey: the device’s own limit. A number here replaces it, for everybody,
          from now on; an empty field restores it.
        </p>
      ) : (
        <p class="faint">Limits are set by an admin.</p>
      )}
    </section>
  );
}

function LimitRow({ tag }: { tag: string }) {
  const app = useApp();
  useSignalEffect(() => {
    void app.state.tagsRevision.value; // whenever the device, or somebody else, may have set other limits
    void app.tools.alarms.look(tag);
  });
  const found = app.tools.alarms.limits.value.get(tag);
  const inForce = SETTINGS.flatMap((setting) => {
    const value = found?.set[setting] ?? found?.device[setting];
    return value === undefined ? [] : [`${SETTING_NAMES[setting]} ${value}`];
  });
  return (
    <details class="limits">
      <summary>
        <CutName name={tag} />
        <span class="faint">{inForce.length === 0 ? "none" : inForce.join(" · ")}</span>
      </summary>
      <div class="fields">
        {SETTINGS.map((setting) => (
          <LimitField key={setting} tag={tag} setting={setting} />
        ))}
      </div>
    </details>
  );
}

function LimitField({ tag, setting }: { tag: string; setting: Setting }) {
  const app = useApp();
  const { alarms } = app.tools;
  const limits = alarms.limits.value.get(tag);
  const device = limits?.device[setting];
  const set = (text: string, input: HTMLInputElement): false | Promise<void> => {
    const value = parseLimit(text);
    input.setCustomValidity(value === undefined ? "Expected a number such as 22.5" : "");
    input.reportValidity();
    return value !== undefined && alarms.set(tag, setting, value);
  };
  if (!app.state.mayAdmin.value) {
    const value = limits?.set[setting] ?? device;
    return (
      <span class="fixed">
        {SETTING_NAMES[setting]} <strong>{value === undefined ? "–" : String(value)}</strong>
      </span>
    );
  }
  return (
    <label>
      {SETTING_NAMES[setting]}
      <TextField
        inputMode="decimal"
        aria-label={`${SETTING_NAMES[setting]} of ${tag}`}
        placeholder={device === undefined ? "" : String(device)}
        value={String(limits?.set[setting] ?? "")}
        commit={set}
      />
    </label>
  );
}

/** Under the charts: the last events, in one line. */
export function EventStrip() {
  const app = useApp();
  const { alarms } = app.tools;
  const events = alarms.events.value.filter((event) => !alarms.isRead(event)).slice(0, 3);
  if (events.some(({ end }) => end === null)) void app.state.refresh.value; // its length grows
  if (events.length === 0 || app.state.tool.value === "limits") return null;
  return (
    <button type="button" class="event-strip" title="All events (M)" onClick={() => app.tools.toggle("limits")}>
      {events.map((event) => (
        <span key={event.id} class={isBad(event) ? "bad" : "warn"}>
          {app.state.clock.value.time(event.begin, app.now())} <bdi>{shorten(visible(event.tag), 32)}</bdi>{" "}
          {shorten(visible(sayEvent(event)), 48)} <span class="faint">{sayLength(event, app.now())}</span>
        </span>
      ))}
    </button>
  );
}
