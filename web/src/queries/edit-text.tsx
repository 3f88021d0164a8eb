/** Correcting one's own query or answer where it stands. */
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export interface EditTextProps {
  /** Absent for answers, which have none. */
  readonly title?: string;
  readonly body: string;
  readonly onSave: (
    changed: { readonly title?: string; readonly body: string },
    key: string,
  ) => Promise<unknown>;
  readonly onClose: () => void;
}

export function EditText({ title, body, onSave, onClose }: EditTextProps) {
  const text = useText();
  const [newTitle, setTitle] = useState(title ?? "");
  const [newBody, setBody] = useState(body);
  async function save(_fields: unknown, key: string) {
    await onSave(title === undefined ? { body: newBody } : { title: newTitle, body: newBody }, key);
    onClose();
  }
  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          {title !== undefined && (
            <TextField
              label={text("ask.titleField")}
              name="title"
              value={newTitle}
              onChange={setTitle}
              maxLength={200}
              isRequired
            />
          )}
          <TextField
            label={text("edit.body")}
            hint={text("edit.hint")}
            name="body"
            value={newBody}
            onChange={setBody}
            rows={6}
            maxLength={10_000}
            isRequired
          />
          <div className="row">
            <Button type="submit" look="primary" isPending={isPending}>
              {text("edit.save")}
            </Button>
            <Button look="quiet" onPress={onClose}>
              {text("queries.cancel")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
