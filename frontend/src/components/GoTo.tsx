/** Go to: a date and time to look at, by the clock that the page shows. */

import { useSignal } from "@preact/signals";

import { useApp } from "./context";
import { GoToIcon } from "./icons";
import { Popover } from "./Popover";

export function GoTo() {
  return (
    <Popover
      label="Go to"
      title="Go to a date and time (G)"
      buttonId="goto"
      icon={<GoToIcon />}
      buttonClass="plain tool"
      class="form"
    >
      {(close) => <Choice close={close} />}
    </Popover>
  );
}

function Choice({ close }: { close: () => void }) {
  const app = useApp();
  const clock = app.state.clock.value;
  const { start, end } = app.time.range();
  const text = useSignal(
    clock
      .stamp(Math.round((start + end) / 2))
      .slice(0, 19)
      .replace(" ", "T"),
  );
  const at = clock.parse(text.value);
  const go = (event: Event): void => {
    event.preventDefault();
    if (Number.isNaN(at)) return;
    app.time.goTo(at);
    close();
  };
  return (
    <form onSubmit={go} class="line">
      <input
        type="datetime-local"
        step="1"
        aria-label={`Date and time, ${clock.name}`}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button type="submit" disabled={Number.isNaN(at)}>
        Go
      </button>
    </form>
  );
}
