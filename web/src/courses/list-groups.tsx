/** The groups of a course: for those who teach, to form them; for students, to see and choose theirs. */
import { useState } from "react";
import type { Course, ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { isOpen, useCourse } from "./course-context.ts";
import "./course-pages.css";
import { GroupDesk } from "./group-desk.tsx";
import { GroupSetForm } from "./group-set-form.tsx";
import "./messages.ts";
import { MyGroups } from "./my-groups.tsx";

export type GroupSet = ReadOutput<"courses.listGroupSets">["items"][number];
type Open = "create" | "update" | "remove" | null;

export function GroupsPage() {
  const course = useCourse();
  const sets = useRead("courses.listGroupSets", { courseId: course.courseId });
  return (
    <Loaded of={sets}>
      {({ items }) =>
        course.mayTeach ? <GroupSets course={course} sets={items} /> : <MyGroups sets={items} />
      }
    </Loaded>
  );
}

function GroupSets({ course, sets }: { readonly course: Course; readonly sets: readonly GroupSet[] }) {
  const text = useText();
  const { run: remove } = useCommand("courses.removeGroupSet");
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const set = sets.find(({ groupSetId }) => groupSetId === chosenId) ?? sets[0] ?? null;

  function restore({ groupSetId, name }: GroupSet) {
    remove({ groupSetId, restore: true }).then(
      () => toast(text("groups.setRestored", { name })),
      () => toast(text("groups.notDone")),
    );
  }

  return (
    <div className="stack-wide">
      <div className="row row-apart">
        {set === null ? (
          <h2>{text("groups.title")}</h2>
        ) : (
          <Select
            label={text("groups.set")}
            options={sets.map(({ groupSetId, name }) => ({ value: groupSetId, label: name }))}
            value={set.groupSetId}
            onChange={setChosenId}
          />
        )}
        {isOpen(course) && (
          <div className="row">
            {set !== null && (
              <>
                <Button onPress={() => setOpen("update")}>{text("groups.settings")}</Button>
                <Button onPress={() => setOpen("remove")}>{text("groups.removeSet")}</Button>
              </>
            )}
            <Button icon="plus" onPress={() => setOpen("create")}>
              {text("groups.createSet")}
            </Button>
          </div>
        )}
      </div>
      {set === null ? (
        <EmptyState icon="people" title={text("groups.none")} hint={text("groups.noneHint")} />
      ) : (
        <GroupDesk key={set.groupSetId} set={set} />
      )}
      <Dialog title={text("groups.createSet")} isOpen={open === "create"} onClose={close}>
        <GroupSetForm
          courseId={course.courseId}
          set={null}
          onClose={close}
          onSaved={({ groupSetId }) => setChosenId(groupSetId)}
        />
      </Dialog>
      <Dialog title={set?.name ?? ""} isOpen={open === "update"} onClose={close}>
        <GroupSetForm courseId={course.courseId} set={set} onClose={close} onSaved={() => undefined} />
      </Dialog>
      <ConfirmDialog
        title={text("groups.removeSetTitle", { name: set?.name ?? "" })}
        isOpen={open === "remove"}
        onClose={close}
        confirmLabel={text("groups.removeSet")}
        cancelLabel={text("courses.cancel")}
        isDanger
        onConfirm={async (key) => {
          if (set === null) return;
          await remove({ groupSetId: set.groupSetId }, key);
          toast(text("groups.setRemoved", { name: set.name }), () => restore(set));
        }}
      >
        {open === "remove" && set !== null && <Uses set={set} />}
      </ConfirmDialog>
    </div>
  );
}

/** What hangs on the set, by name, before it goes. */
function Uses({ set }: { readonly set: GroupSet }) {
  const text = useText();
  const uses = useRead("courses.listGroupSetUses", { groupSetId: set.groupSetId });
  return (
    <>
      <p>{text("groups.removeSetText", { count: set.memberCount })}</p>
      <Loaded of={uses} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">{text("groups.noUses")}</p>
          ) : (
            <>
              <p>{text("groups.uses")}</p>
              <ul>
                {items.map(({ kind, id, title }) => (
                  <li key={id}>
                    {text(`groups.use.${kind}`)}: {title}
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </>
  );
}
