/**
 * Diagnostics panel: why there is no data, or not all of it. Broker, limits, losses, last messages with verdicts,
 * clocks.
 */

import { useSignal } from "@preact/signals";

import { MOST_POINTS, TOTAL_POINTS } from "../../data/heldSeries";
import { countOf, formatBytes, formatCount, formatDuration } from "../../format";
import {
  CLOCK_TOLERANCE_SECONDS,
  type Fill,
  readClocks,
  readFills,
  readLosses,
  sayClock,
  sayHealth,
  sayHolds,
} from "../../model/diagnostics";
import type { Status } from "../../protocol/status";
import { isProblem, sayVerdict, type Verdict } from "../../protocol/verdicts";
import { shorten, visible } from "../../text";
import { useApp } from "../context";
import { RefusedTags } from "./RefusedTags";

const MOST_CLOCKS = 50;
const NEARLY_FULL = 0.9;

export function DiagnosticsPanel() {
  const { status } = useApp().state;
  if (status.value === null) return <p class="none">Waiting for the server.</p>;
  return (
    <>
      <Broker status={status.value} />
      <RefusedTags status={status.value} />
      <Advice lines={status.value.advice} />
      <FailingSignals />
      <LastMessages />
      <Fills status={status.value} />
      <LossList status={status.value} />
      <Clocks />
    </>
  );
}

function Broker({ status }: { status: Status }) {
  const { state, text, since, subscriptions, health } = status.broker;
  const level = state === "connected" || state === "off" ? "ok" : state === "connecting" ? "warn" : "bad";
  return (
    <section aria-label="Broker">
      <h3>Broker</h3>
      <p class="fact">
        <span class={`dot ${level}`} aria-hidden="true" /> {text === "" ? state : visible(text)}
        {since !== null && state !== "off" && (
          <span class="faint"> · for {formatDuration(Math.max(0, Math.floor(status.time - since)))}</span>
        )}
      </p>
      {subscriptions.map(({ topic, granted, reason }) => (
        <p class={granted ? "fact" : "fact bad"} key={topic}>
          <code>{visible(topic)}</code> {granted ? "" : "refused: "}
          {visible(reason)}
        </p>
      ))}
      {Object.keys(health).length > 0 && <p class="faint">The broker says of itself: {visible(sayHealth(health))}.</p>}
    </section>
  );
}

function Advice({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <section aria-label="Presets">
      <h3>Presets</h3>
      {lines.map((line) => (
        <p class="fact" key={line}>
          {visible(line)}
        </p>
      ))}
    </section>
  );
}

function FailingSignals() {
  const failing = useApp().tools.signals.list.value.filter(({ why }) => why !== "");
  if (failing.length === 0) return null;
  return (
    <section aria-label="Computed tags without a value">
      <h3>Computed tags without a value</h3>
      {failing.map(({ id, tag, why }) => (
        <p class="fact warn" key={id}>
          <bdi>{shorten(visible(tag), 48)}</bdi>: {visible(why)}
        </p>
      ))}
    </section>
  );
}

function LastMessages() {
  const { verdicts, status } = useApp().state;
  const onlyProblems = useSignal(false);
  const { list, skipped } = verdicts.value;
  const shown = onlyProblems.value ? list.filter(isProblem) : list;
  return (
    <section aria-label="Last messages">
      <h3>
        Last messages
        <label class="choice">
          <input
            type="checkbox"
            checked={onlyProblems.value}
            onChange={(event) => (onlyProblems.value = event.currentTarget.checked)}
          />{" "}
          only problems
        </label>
      </h3>
      {shown.length === 0 && (
        <p class="none">
          {onlyProblems.value
            ? "No problems."
            : `No message yet at ${visible(status.value?.broker.subscriptions.map(({ topic }) => topic).join(", ") ?? "")}.`}
        </p>
      )}
      <ol class="messages">
        {shown.map((verdict) => (
          <Message key={verdict.number} verdict={verdict} />
        ))}
      </ol>
      {skipped > 0 && (
        <p class="faint">{formatCount(skipped)} more messages came too fast to be listed; they are counted too.</p>
      )}
    </section>
  );
}

function Message({ verdict }: { verdict: Verdict }) {
  const app = useApp();
  return (
    <li class={isProblem(verdict) ? "problem" : ""}>
      <div class="line">
        <span class="at">{app.state.clock.value.time(verdict.time, app.now())}</span>
        <bdi class="topic" title={visible(verdict.topic)}>
          {shorten(visible(verdict.topic), 60)}
        </bdi>
        <span class="faint">{formatBytes(verdict.size)}</span>
      </div>
      <div class="said">{visible(sayVerdict(verdict))}</div>
      {verdict.notes.map((note) => (
        <div class="said faint" key={note}>
          {visible(note)}
        </div>
      ))}
      {verdict.payload !== "" && <code class="payload">{visible(verdict.payload)}</code>}
    </li>
  );
}

function Fills({ status }: { status: Status }) {
  const app = useApp();
  const hello = app.state.hello.value;
  if (hello === null) return null;
  const followed = app.state.followed.value.length;
  const page = {
    followed,
    points: app.session.held.points,
    mostPoints: Math.min(TOTAL_POINTS, Math.max(1, followed) * MOST_POINTS),
  };
  return (
    <section aria-label="Limits">
      <h3>Limits</h3>
      <p class="fact">{sayHolds(status)}</p>
      <table class="fills">
        <tbody>
          {readFills(hello, status, page).map((fill) => (
            <FillRow key={fill.name} fill={fill} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FillRow({ fill }: { fill: Fill }) {
  const isNearlyFull = fill.share !== null && fill.share >= NEARLY_FULL;
  return (
    <tr class={isNearlyFull ? "full" : ""} title={`At the limit: ${fill.atLimit}`}>
      <th scope="row">{fill.name}</th>
      <td>
        {fill.words}
        {fill.share !== null && (
          <meter aria-label={fill.name} min={0} max={1} value={fill.share} high={NEARLY_FULL} optimum={0} />
        )}
        {isNearlyFull && <div>At the limit: {fill.atLimit}.</div>}
      </td>
    </tr>
  );
}

function LossList({ status }: { status: Status }) {
  const { faults } = useApp().session;
  const { lines } = readLosses(status.counters);
  return (
    <section aria-label="Losses">
      <h3>Arrived and not kept</h3>
      {lines.length === 0 ? (
        <p class="fact">Nothing.</p>
      ) : (
        lines.map((line) => (
          <p class="fact warn" key={line}>
            {line}
          </p>
        ))
      )}
      {faults > 0 && <p class="fact warn">{countOf(faults, "frame")} from the server made no sense to this page.</p>}
    </section>
  );
}

function Clocks() {
  const app = useApp();
  void app.state.status.value; // once per second is often enough
  const rows = readClocks(app.session.directory.entries());
  return (
    <section aria-label="Device clocks">
      <h3>Device clocks against the server’s</h3>
      {rows.length === 0 && <p class="fact">No device sends timestamps: samples get the time of their arrival.</p>}
      <table class="fills">
        <tbody>
          {rows.slice(0, MOST_CLOCKS).map(({ group, tags, offset }) => (
            <tr key={group} class={Math.abs(offset) > CLOCK_TOLERANCE_SECONDS ? "full" : ""}>
              <th scope="row">
                <bdi>{shorten(visible(group), 40)}</bdi> <span class="faint">{countOf(tags, "tag")}</span>
              </th>
              <td>{sayClock(offset)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_CLOCKS && <p class="faint">and {rows.length - MOST_CLOCKS} more, with smaller offsets</p>}
    </section>
  );
}
