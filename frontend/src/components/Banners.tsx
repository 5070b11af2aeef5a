/** Banners: what a person must see within a second: server lost, broker lost, paused, looking back, a notice. */

import { formatDuration } from "../format";
import { shorten, visible } from "../text";
import { useApp } from "./context";
import { CloseButton, WarnIcon } from "./icons";

export function Banners() {
  return (
    <div class="banners">
      <LinkBanner />
      <BrokerBanner />
      <Notices />
    </div>
  );
}

function LinkBanner() {
  const app = useApp();
  const { link, refresh, isLoggedOut } = app.state;
  if (link.value.phase !== "lost") return null;
  if (isLoggedOut.value) {
    return (
      <div class="banner bad" role="alert">
        <WarnIcon />
        <span>
          <strong>Logged out.</strong> The login has ended; the picture is not live.
        </span>
        <a class="button" href="login">
          Log in
        </a>
      </div>
    );
  }
  void refresh.value;
  const { since, retryAt } = link.value;
  const lostFor = (performance.now() - since) / 1000;
  const wait = Math.max(0, Math.ceil((retryAt - performance.now()) / 1000));
  return (
    <div class="banner bad" role="alert">
      <WarnIcon />
      <span>
        <strong>Server lost.</strong> No answer for {formatDuration(Math.floor(lostFor))}; the picture is not live.{" "}
        {wait > 0 ? `Trying again in ${wait} s.` : "Trying now."}
      </span>
      <button type="button" onClick={() => app.retryNow()}>
        Try now
      </button>
    </div>
  );
}

function BrokerBanner() {
  const { status, link } = useApp().state;
  const broker = status.value?.broker;
  if (broker === undefined || link.value.phase !== "open") return null;
  const refused = broker.subscriptions.filter(({ granted }) => !granted);
  if (broker.state === "connected" || broker.state === "off") {
    if (refused.length === 0) return null;
    return (
      <div class="banner warn" role="alert">
        <WarnIcon />
        <span>
          <strong>Broker refused a subscription.</strong>{" "}
          {refused.map(({ topic, reason }) => `${topic}: ${reason}`).join("; ")}
        </span>
      </div>
    );
  }
  const title =
    broker.state === "connecting"
      ? "Connecting to the broker."
      : broker.state === "refused"
        ? "Broker refused."
        : "Broker lost.";
  return (
    <div class={broker.state === "connecting" ? "banner warn" : "banner bad"} role="alert">
      <WarnIcon />
      <span>
        <strong>{title}</strong> {broker.text}
      </span>
    </div>
  );
}

function Notices() {
  const app = useApp();
  return (
    <>
      {app.state.notices.value.map(({ id, text }) => (
        <div class="banner warn" role="alert" key={id}>
          <WarnIcon />
          <span>{text}</span>
          <CloseButton label="Dismiss" press={() => app.notices.dismiss(id)} />
        </div>
      ))}
    </>
  );
}

/** In the top row, while the picture does not show the present. */
export function ModeChip() {
  const app = useApp();
  const view = app.state.view.value;
  const shown = app.state.shown.value;
  if (view.mode === "live") return null;
  const { start, end } = app.time.range();
  const now = app.now();
  const clock = app.state.clock.value;
  return (
    <div class="mode-chip" role="status">
      <strong>
        {shown !== null ? shorten(visible(shown.name), 30) : view.mode === "paused" ? "Paused" : "Looking back"}
      </strong>
      <span>
        {clock.time(start, now)} – {clock.time(end, start)} · {formatDuration(end - start)}
      </span>
    </div>
  );
}
