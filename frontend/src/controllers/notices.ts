/** Notices: what a person should read now, the newest few. */

import { MOST_NOTICES, type State } from "../state";

export class Notices {
  #count = 0;

  constructor(private readonly state: State) {}

  tell(text: string): void {
    const { notices } = this.state;
    if (notices.value.some((notice) => notice.text === text)) return;
    this.#count += 1;
    notices.value = [...notices.value, { id: this.#count, text }].slice(-MOST_NOTICES);
  }

  dismiss(id: number): void {
    this.state.notices.value = this.state.notices.value.filter((notice) => notice.id !== id);
  }
}
