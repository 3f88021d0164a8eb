/** A form around one command: fields by name, the server's problems beside them, one press one action. */
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { Form as AriaForm } from "react-aria-components/Form";
import { CallError } from "../client.ts";
import { ErrorNotice } from "./notice.tsx";

export interface FormProps {
  /** Gets the fields by name, trimmed of nothing; throws what the call threw. */
  readonly onSubmit: (fields: Readonly<Record<string, string>>, key: string) => Promise<void>;
  readonly children: (state: { readonly isPending: boolean }) => ReactNode;
}

export function Form({ onSubmit, children }: FormProps) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const [names, setNames] = useState<readonly string[]>([]);
  // A second press with the same fields, after an answer that was lost, is the same action.
  const action = useRef<{ readonly fields: string; readonly key: string } | null>(null);
  const problems = error instanceof CallError ? error.problems : [];

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const data = new FormData(event.currentTarget);
    const fields: Record<string, string> = {};
    for (const [name, value] of data) if (typeof value === "string") fields[name] = value;
    const summary = JSON.stringify(fields);
    if (action.current?.fields !== summary) action.current = { fields: summary, key: crypto.randomUUID() };
    setNames(Object.keys(fields));
    setPending(true);
    setError(null);
    try {
      await onSubmit(fields, action.current.key);
      action.current = null;
    } catch (failure) {
      if (!(failure instanceof CallError) || !failure.isPassing) action.current = null;
      setError(failure);
    } finally {
      setPending(false);
    }
  }

  return (
    <AriaForm
      className="stack"
      onSubmit={(event) => void submit(event)}
      validationErrors={Object.fromEntries(problems.map(({ field, message }) => [field, message]))}
    >
      <ErrorNotice error={error} shownFields={names} />
      {children({ isPending })}
    </AriaForm>
  );
}
