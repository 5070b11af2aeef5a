/** Fields of forms: a text, and one of a few. */

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

/** Shows what holds now. What a person types stays until it is handed over, whatever comes meanwhile. */
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

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  /** All there are, in order, and how each is called. */
  readonly of: Readonly<Record<T, string>>;
  readonly choose: (value: T) => void;
}

export function Choice<T extends string>({ label, value, of, choose }: ChoiceProps<T>) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value as T)}>
        {Object.entries<string>(of).map(([word, text]) => (
          <option key={word} value={word}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
