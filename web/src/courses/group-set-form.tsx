/** Making a set of groups, and changing one. */
import { useState } from "react";
import { instantOf, localFieldOf } from "../assignments/local-time.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import type { GroupSet } from "./list-groups.tsx";

interface GroupSetFormProps {
  readonly courseId: string;
  /** The set to change; null for a new one. */
  readonly set: GroupSet | null;
  readonly onClose: () => void;
  readonly onSaved: (set: GroupSet) => void;
}

export function GroupSetForm({ courseId, set, onClose, onSaved }: GroupSetFormProps) {
  const text = useText();
  const { run: create } = useCommand("courses.createGroupSet");
  const { run: update } = useCommand("courses.updateGroupSet");
  const [signUp, setSignUp] = useState(set?.signUp ?? false);

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const size = fields.sizeMax ?? "";
    const what = {
      ...{ name: fields.name ?? "", sizeMax: size === "" ? null : Number(size), signUp },
      signUpUntil: signUp ? instantOf(fields.signUpUntil ?? "") : null,
    };
    const saved =
      set === null
        ? await create({ courseId, ...what, groupCount: Number(fields.groupCount ?? 0) }, key)
        : await update({ groupSetId: set.groupSetId, version: set.version, ...what }, key);
    onSaved(saved);
    onClose();
    toast(text("groups.setSaved", { name: saved.name }));
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("groups.setName")}
            name="name"
            defaultValue={set?.name ?? ""}
            maxLength={80}
            isRequired
            autoFocus
          />
          {set === null && (
            <TextField
              label={text("groups.groupCount")}
              hint={text("groups.groupCountHint")}
              name="groupCount"
              type="number"
              defaultValue="4"
              min={0}
              max={200}
              step={1}
              isRequired
            />
          )}
          <TextField
            label={text("groups.sizeMax")}
            hint={text("groups.sizeMaxHint")}
            name="sizeMax"
            type="number"
            defaultValue={set?.sizeMax == null ? "" : String(set.sizeMax)}
            min={1}
            max={150}
            step={1}
          />
          <Checkbox isSelected={signUp} onChange={setSignUp}>
            {text("groups.signUp")}
          </Checkbox>
          {signUp && (
            <TextField
              label={text("groups.signUpUntil")}
              hint={text("groups.signUpUntilHint")}
              name="signUpUntil"
              type="datetime-local"
              defaultValue={set?.signUpUntil == null ? "" : localFieldOf(set.signUpUntil)}
            />
          )}
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("courses.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text(set === null ? "groups.createSet" : "groups.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
