/** Welcome: the commands that make a first tag appear, with this host's address. */

import { useSignal } from "@preact/signals";

import { copyText } from "../export/clipboard";
import { readLosses } from "../model/diagnostics";
import { useApp } from "./context";
import { firstSteps } from "./firstSteps";
import { CheckIcon, CopyIcon } from "./icons";

export function Welcome() {
  const { status, hello } = useApp().state;
  const broker = status.value?.broker;
  const steps = firstSteps({
    hostname: location.hostname,
    base: document.baseURI,
    brokerText: broker?.text ?? "",
    hasBroker: broker?.state !== "off",
    topic: hello.value?.topics[0] ?? "plot/#",
  });
  const losses = readLosses(status.value?.counters ?? {});
  return (
    <section class="welcome">
      <h2>No tags yet</h2>
      <p>
        {broker === undefined ? "Waiting for the server" : `Broker: ${broker.text || broker.state}`}
        <br />
        The first value that arrives is drawn here by itself. Send one:
      </p>
      {losses.total > 0 && (
        <p class="losses">Something came, but nothing could be drawn: {losses.lines.slice(0, 4).join("; ")}.</p>
      )}
      {steps.map(({ title, command }) => (
        <Command key={title} title={title} command={command} />
      ))}
    </section>
  );
}

function Command({ title, command }: { title: string; command: string }) {
  const outcome = useSignal<"" | "copied" | "failed">("");
  const copy = (): void => {
    void copyText(document, command).then((isCopied) => {
      outcome.value = isCopied ? "copied" : "failed";
      setTimeout(() => (outcome.value = ""), 2000);
    });
  };
  return (
    <div class="command">
      <h3>{title}</h3>
      <div class="line">
        <code>{command}</code>
        <button type="button" aria-label={`Copy the ${title} command`} onClick={copy}>
          {outcome.value === "copied" ? <CheckIcon /> : <CopyIcon />}
          <span>
            {outcome.value === "copied" ? "Copied" : outcome.value === "failed" ? "Select and copy by hand" : "Copy"}
          </span>
        </button>
      </div>
    </div>
  );
}
