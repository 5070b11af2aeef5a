/** Theme: dark or light, as the system says until a person switches; this browser remembers the choice. */

import type { Theme } from "../plot/palette";
import type { State, ThemeChoice } from "../state";
import { recall, store } from "../storage";

const KEY = "theme";

export function resolveTheme({
  theme,
  systemIsDark,
  isOnPaper,
}: Pick<State, "theme" | "systemIsDark" | "isOnPaper">): Theme {
  if (isOnPaper.value) return "light";
  if (theme.value !== "system") return theme.value;
  return systemIsDark.value ? "dark" : "light";
}

export function chooseTheme(page: Window, state: State, choice: ThemeChoice): void {
  state.theme.value = choice;
  store(page, KEY, choice);
}

/** Applies the stored choice, and follows the system from now on. */
export function watchTheme(page: Window, state: State): void {
  const query = page.matchMedia("(prefers-color-scheme: dark)");
  state.systemIsDark.value = query.matches;
  query.addEventListener("change", () => (state.systemIsDark.value = query.matches));
  const stored = recall(page, KEY);
  if (stored === "light" || stored === "dark") state.theme.value = stored;
}
