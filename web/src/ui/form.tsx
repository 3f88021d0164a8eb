/** A form around one command: fields by name, the server's problems beside them, one press one action. */
import { type FormEvent, type ReactNode, useMemo, useRef, useState } from "react";
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
  // A problem goes as soon as its field is typed into. If it went only when the field is left, that is on the press of
  // the button, the button would move away from under the pointer and the press be lost.
  const [edited, setEdited] = useState<readonly string[]>([]);
  const validationErrors = useMemo(() => {
    const problems = error instanceof CallError ? error.problems : [];
    const shown = problems.filter(({ field }) => !edited.includes(field));
    return Object.fromEntries(shown.map(({ field, message }) => [field, message]));
  }, [error, edited]);

  function noteEdit({ target }: FormEvent<HTMLFormElement>) {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    const { name } = target;
    if (name in validationErrors) setEdited([...edited, name]);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const data = new FormData(event.currentTarget);
    const fields: Record<string, string> = {};
    for (const [name, value] of data) if (typeof value === "string") fields[name] = value;
    const summary = JSON.stringify(fields);
    if (action.current?.fields !== summary) action.current = { fields: summary, key: crypto.randomUUID() };
    setNames(Object.keys(fields));
    setEdited([]);
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
      render={(props) => <form {...props} onInput={noteEdit} />}
      validationErrors={validationErrors}
    >
      <ErrorNotice error={error} shownFields={names} />
      {children({ isPending })}
    </AriaForm>
  );
}
