/** Forming the groups of a set: who has none, who is in which; people are ticked and moved, all by keyboard too. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { command } from "../client.ts";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Menu } from "../ui/menu.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { IfOpen, useIsOpen } from "./if-open.tsx";
import type { GroupSet } from "./list-groups.tsx";

type Group = ReadOutput<"courses.listGroups">["items"][number];
type Person = Group["members"][number];
type Open = { readonly kind: "add" } | { readonly kind: "rename" | "remove"; readonly group: Group } | null;

const nowhere = "nowhere";

export function GroupDesk({ set }: { readonly set: GroupSet }) {
  const text = useText();
  const { groupSetId } = set;
  const client = useQueryClient();
  const isOpenCourse = useIsOpen();
  const groups = usePages("courses.listGroups", { groupSetId });
  const without = usePages("courses.listPeopleWithoutGroup", { groupSetId });
  const distribute = useCommand("courses.distributeGroupMembers");
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [target, setTarget] = useState(nowhere);
  const [isMoving, setMoving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [open, setOpen] = useState<Open>(null);
  const shownGroups = groups.data?.pages.flatMap((page) => page.items) ?? [];

  function choose({ personId, name }: Person, isChosen: boolean) {
    const next = new Map(chosen);
    if (isChosen) next.set(personId, name);
    else next.delete(personId);
    setChosen(next);
  }

  async function move() {
    setMoving(true);
    setError(null);
    const left = new Map(chosen);
    try {
      for (const personId of chosen.keys()) {
        const groupId = target === nowhere ? null : target;
        await command("courses.setGroupOfPerson", { groupSetId, personId, groupId }, crypto.randomUUID());
        left.delete(personId);
      }
      toast(text("groups.moved", { count: chosen.size }));
    } catch (failure) {
      setError(failure);
    } finally {
      // Whoever was not moved stays ticked.
      setChosen(left);
      setMoving(false);
      await client.invalidateQueries();
    }
  }

  async function spread() {
    let placed = 0;
    let seed: number | undefined;
    try {
      for (;;) {
        const done = await distribute.run({ groupSetId, ...(seed === undefined ? {} : { seed }) });
        placed += done.placed;
        seed = done.seed;
        if (done.isDone || done.placed === 0) break;
      }
      toast(text("groups.distributed", { count: placed }));
    } catch {
      // What went wrong is kept by the command and shown below.
    }
  }

  const pick = (person: Person) => (
    <li key={person.personId}>
      {isOpenCourse ? (
        <Checkbox isSelected={chosen.has(person.personId)} onChange={(is) => choose(person, is)}>
          {person.name}
        </Checkbox>
      ) : (
        person.name
      )}
    </li>
  );

  return (
    <div className="stack">
      <h2 className="visually-hidden">{set.name}</h2>
      <p className="soft">
        {text("groups.figures", {
          ...{ groups: set.groupCount, members: set.memberCount, students: set.studentCount },
        })}{" "}
        {set.sizeMax !== null && text("groups.upTo", { count: set.sizeMax })}{" "}
        {set.signUpOpen && isOpenCourse
          ? set.signUpUntil === null
            ? text("groups.signUpOpen")
            : text("groups.signUpOpenUntil", { until: dateTimeText(set.signUpUntil) })
          : text("groups.signUpClosed")}
      </p>
      <IfOpen>
        <div className="row">
          <Button icon="plus" onPress={() => setOpen({ kind: "add" })}>
            {text("groups.add")}
          </Button>
          <Button isPending={distribute.isPending} onPress={() => void spread()}>
            {text("groups.distribute")}
          </Button>
        </div>
        <ErrorNotice error={distribute.error ?? error} />
        <div className="group-bar row">
          <span role="status">{text("groups.chosen", { count: chosen.size })}</span>
          <Select
            label={text("groups.moveTo")}
            options={[
              { value: nowhere, label: text("groups.noGroup") },
              ...shownGroups.map(({ groupId, name }) => ({ value: groupId, label: name })),
            ]}
            value={target}
            onChange={setTarget}
          />
          <Button
            look="primary"
            isDisabled={chosen.size === 0}
            isPending={isMoving}
            onPress={() => void move()}
          >
            {text("groups.move")}
          </Button>
        </div>
      </IfOpen>
      <section className="card stack-tight" aria-labelledby="without-group">
        <h3 id="without-group">{text("groups.without")}</h3>
        <Paged of={without}>
          {(items) =>
            items.length === 0 ? (
              <p className="soft">{text("groups.nobodyWithout")}</p>
            ) : (
              <ul className="group-members">{items.map(pick)}</ul>
            )
          }
        </Paged>
      </section>
      <Paged of={groups}>
        {(items) => (
          <div className="groups">
            {items.map((group) => (
              <section key={group.groupId} className="card stack-tight" aria-labelledby={group.groupId}>
                <div className="row row-apart">
                  <h3 id={group.groupId}>{group.name}</h3>
                  <IfOpen>
                    <Menu
                      label={text("people.actionsOf", { name: group.name })}
                      actions={[
                        {
                          ...{ id: "rename", label: text("groups.rename") },
                          run: () => setOpen({ kind: "rename", group }),
                        },
                        {
                          ...{ id: "remove", label: text("groups.remove"), isDangerous: true },
                          run: () => setOpen({ kind: "remove", group }),
                        },
                      ]}
                    />
                  </IfOpen>
                </div>
                {group.members.length === 0 ? (
                  <p className="soft">{text("groups.empty")}</p>
                ) : (
                  <ul className="group-members">{group.members.map(pick)}</ul>
                )}
              </section>
            ))}
          </div>
        )}
      </Paged>
      <GroupDialogs groupSetId={groupSetId} open={open} onClose={() => setOpen(null)} />
    </div>
  );
}

interface GroupDialogsProps {
  readonly groupSetId: string;
  readonly open: Open;
  readonly onClose: () => void;
}

function GroupDialogs({ groupSetId, open, onClose }: GroupDialogsProps) {
  const text = useText();
  const { run: add } = useCommand("courses.addGroups");
  const { run: rename } = useCommand("courses.renameGroup");
  const { run: remove } = useCommand("courses.removeGroup");
  const renaming = open?.kind === "rename" ? open.group : null;
  const removing = open?.kind === "remove" ? open.group : null;

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const name = fields.name ?? "";
    if (renaming === null) await add({ groupSetId, name }, key);
    else await rename({ groupId: renaming.groupId, name }, key);
    onClose();
  }

  return (
    <>
      <Dialog
        title={text(renaming === null ? "groups.add" : "groups.rename")}
        isOpen={open?.kind === "add" || renaming !== null}
        onClose={onClose}
      >
        <Form onSubmit={save}>
          {({ isPending }) => (
            <>
              <TextField
                label={text("groups.name")}
                name="name"
                defaultValue={renaming?.name ?? ""}
                maxLength={80}
                isRequired
                autoFocus
              />
              <div className="dialog-actions">
                <Button onPress={onClose}>{text("courses.cancel")}</Button>
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("groups.save")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </Dialog>
      <ConfirmDialog
        title={text("groups.removeTitle", { name: removing?.name ?? "" })}
        isOpen={removing !== null}
        onClose={onClose}
        confirmLabel={text("groups.remove")}
        cancelLabel={text("courses.cancel")}
        isDanger
        onConfirm={async (key) => {
          if (removing !== null) await remove({ groupId: removing.groupId }, key);
        }}
      >
        <p>{text("groups.removeText", { count: removing?.memberCount ?? 0 })}</p>
      </ConfirmDialog>
    </>
  );
}
