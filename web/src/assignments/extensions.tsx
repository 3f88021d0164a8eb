/** Who has dates or attempts of their own, and giving them. */
import { useState } from "react";
import type { Assignment, Extension } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { CourseDateField } from "./course-date-field.tsx";
import { dateTimeIn } from "./course-dates.ts";
import { instantOf } from "./course-time.ts";

export interface ExtensionsDialogProps {
  readonly assignment: Assignment;
  readonly onClose: () => void;
}

export function ExtensionsDialog({ assignment, onClose }: ExtensionsDialogProps) {
  const text = useText();
  const { assignmentId } = assignment;
  const list = usePages("assignments.listExtensions", { assignmentId });
  const [edited, setEdited] = useState<Extension | "new" | null>(null);
  return (
    <Dialog title={text("extensions.title")} isOpen onClose={onClose}>
      {edited !== null ? (
        <ExtensionForm
          assignment={assignment}
          extension={edited === "new" ? null : edited}
          onDone={() => setEdited(null)}
        />
      ) : (
        <div className="stack">
          <Paged of={list}>
            {(extensions) =>
              extensions.length === 0 ? (
                <p className="soft">{text("extensions.none")}</p>
              ) : (
                <ul className="list">
                  {extensions.map((extension) => (
                    <ExtensionRow
                      key={extension.extensionId}
                      extension={extension}
                      timeZone={assignment.timeZone}
                      onEdit={() => setEdited(extension)}
                    />
                  ))}
                </ul>
              )
            }
          </Paged>
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("close")}</Button>
            <Button look="primary" onPress={() => setEdited("new")}>
              {text("extensions.add")}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

interface ExtensionRowProps {
  readonly extension: Extension;
  readonly timeZone: string;
  readonly onEdit: () => void;
}

function ExtensionRow({ extension, timeZone, onEdit }: ExtensionRowProps) {
  const text = useText();
  const revoke = useCommand("assignments.revokeExtension");
  const { extensionId, version, name, dueAt, untilAt, extraAttempts, reason } = extension;
  const facts = [
    dueAt !== null && `${text("extensions.due")} ${dateTimeIn(dueAt, timeZone)}`,
    untilAt !== null && `${text("extensions.until")} ${dateTimeIn(untilAt, timeZone)}`,
    extraAttempts > 0 && text("extensions.more", { count: extraAttempts }),
  ].filter((fact) => fact !== false);
  return (
    <li>
      <div className="grow">
        <p className="item-title">{name}</p>
        <p className="faint">{facts.join(" · ")}</p>
        {reason !== "" && <p className="soft">{reason}</p>}
        <ErrorNotice error={revoke.error} />
      </div>
      <Button aria-label={text("extensions.edit", { name })} onPress={onEdit}>
        {text("assignments.edit")}
      </Button>
      <IconButton
        icon="close"
        label={text("extensions.revoke", { name })}
        onPress={() =>
          void revoke.run({ extensionId, version }).then(
            () => toast(text("extensions.revoked", { name })),
            () => undefined,
          )
        }
      />
    </li>
  );
}

interface ExtensionFormProps {
  readonly assignment: Assignment;
  readonly extension: Extension | null;
  readonly onDone: () => void;
}

function ExtensionForm({ assignment, extension, onDone }: ExtensionFormProps) {
  const text = useText();
  const grant = useCommand("assignments.grantExtension");
  const owners = useOwners(assignment, extension);
  const [chosen, setChosen] = useState("");
  const ownerId = chosen === "" ? (owners[0]?.value ?? "") : chosen;
  const { assignmentId, groupSetId, timeZone } = assignment;
  const dueAt = extension === null ? assignment.dueAt : extension.dueAt;
  const untilAt = extension?.untilAt ?? null;

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const owner = groupSetId === null ? { studentId: ownerId } : { groupId: ownerId };
    const { name } = await grant.run(
      {
        assignmentId,
        ...owner,
        dueAt: instantOf(fields.dueAt ?? "", timeZone, dueAt),
        untilAt: instantOf(fields.untilAt ?? "", timeZone, untilAt),
        extraAttempts: Number(fields.extraAttempts ?? 0),
        reason: fields.reason ?? "",
        version: extension?.version ?? 0,
      },
      key,
    );
    toast(text("extensions.saved", { name }));
    onDone();
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          <Select label={text("extensions.who")} value={ownerId} onChange={setChosen} options={owners} />
          <CourseDateField
            name="dueAt"
            label={text("extensions.due")}
            hint={text("extensions.dueHint", { zone: timeZone })}
            at={dueAt}
            timeZone={timeZone}
          />
          <CourseDateField name="untilAt" label={text("extensions.until")} at={untilAt} timeZone={timeZone} />
          <TextField
            label={text("extensions.attempts")}
            name="extraAttempts"
            type="number"
            min={0}
            max={50}
            defaultValue={String(extension?.extraAttempts ?? 0)}
            isRequired
          />
          <TextField
            label={text("extensions.reason")}
            hint={text("extensions.reasonHint")}
            name="reason"
            rows={2}
            defaultValue={extension?.reason ?? ""}
          />
          <div className="dialog-actions">
            <Button onPress={onDone}>{text("cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending} isDisabled={ownerId === ""}>
              {text("extensions.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

/** Whom it may be for: the one whose it is, or the students of the course, or the groups that hand in. */
function useOwners({ courseId, groupSetId }: Assignment, extension: Extension | null) {
  const isNew = extension === null;
  const students = usePages(
    "courses.listEnrolments",
    { courseId },
    { enabled: isNew && groupSetId === null },
  );
  const groups = usePages(
    "courses.listGroups",
    { groupSetId: groupSetId ?? "" },
    { enabled: isNew && groupSetId !== null },
  );
  if (extension !== null)
    return [{ value: extension.studentId ?? extension.groupId ?? "", label: extension.name }];
  if (groupSetId !== null)
    return (groups.data?.pages ?? [])
      .flatMap(({ items }) => items)
      .map(({ groupId, name }) => ({ value: groupId, label: name }));
  return (students.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(({ role, endedAt }) => role === "student" && endedAt === null)
    .map(({ personId, name }) => ({ value: personId, label: name }));
}
