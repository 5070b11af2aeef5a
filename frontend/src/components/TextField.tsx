/** Text field: shows what holds now. What a person types stays until it is handed over, whatever comes meanwhile. */

import { useSignal } from "@preact/signals";

interface TextFieldProps {
  readonly value: string;
  readonly "aria-label"?: string;
  readonly placeholder?: string;
  readonly inputMode?: "decimal" | "numeric";
  readonly maxLength?: number;
  readonly size?: number;
  /** Called on Enter and when the field is left. `false` = this cannot be: it stays as it was typed. */
  readonly commit: (text: string, input: HTMLInputElement) => unknown;
}

export function TextField({ value, commit, ...rest }: TextFieldProps) {
  const draft = useSignal<string | null>(null);
  const change = async (input: HTMLInputElement): Promise<void> => {
    const text = input.value;
    draft.value = text;
    const isTaken = await commit(text, input);
    if (isTaken !== false && draft.peek() === text) draft.value = null;
  };
  return (
    <input
      type="text"
      {...rest}
      value={draft.value ?? value}
      onInput={(event) => (draft.value = event.currentTarget.value)}
      onChange={(event) => void change(event.currentTarget)}
    />
  );
}
