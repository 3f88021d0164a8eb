/** Invitation links into a course: made with a role, an end and a number of uses; shown, followed and withdrawn. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { instantOf, localFieldOf } from "../assignments/local-time.ts";
import type { Course, ReadOutput } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { CopyField } from "../identity/copy-field.tsx";
import "../identity/messages.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Menu, type MenuAction } from "../ui/menu.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./course-pages.css";
import "./messages.ts";

type CourseLink = ReadOutput<"courses.listCourseLinks">["items"][number];
type Open =
  | { readonly kind: "make" }
  | { readonly kind: "revoke"; readonly link: CourseLink }
  | { readonly kind: "shown"; readonly label: string; readonly address: string }
  | null;

const roles = ["student", "teaching_assistant", "observer"] as const;
const dayMs = 24 * 3_600_000;
const daysDefault = 14;

export function CourseLinks({
  course,
  onWho,
}: {
  readonly course: Course;
  readonly onWho: (link: CourseLink) => void;
}) {
  const text = useText();
  const { courseId } = course;
  const links = usePages("courses.listCourseLinks", { courseId });
  const { run: show } = useCommand("courses.showCourseLink");
  const { run: revoke } = useCommand("courses.revokeCourseLink");
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);

  function showAddress({ linkId, label }: CourseLink) {
    show({ linkId }).then(
      ({ address }) => setOpen({ kind: "shown", label, address }),
      () => toast(text("links.notShown")),
    );
  }

  return (
    <section className="section stack" aria-labelledby="links">
      <div className="row row-apart">
        <h2 id="links">{text("links.title")}</h2>
        <Button icon="plus" onPress={() => setOpen({ kind: "make" })}>
          {text("links.make")}
        </Button>
      </div>
      <Paged of={links}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft prose">{text("links.none")}</p>
          ) : (
            <LinkTable
              courseId={courseId}
              links={items}
              onShow={showAddress}
              onRevoke={(link) => setOpen({ kind: "revoke", link })}
              onWho={onWho}
            />
          )
        }
      </Paged>
      <Dialog title={text("links.make")} isOpen={open?.kind === "make"} onClose={close}>
        <LinkForm
          courseId={courseId}
          onClose={close}
          onMade={(label, address) => setOpen({ kind: "shown", label, address })}
        />
      </Dialog>
      <Dialog
        title={open?.kind === "shown" ? open.label : ""}
        isOpen={open?.kind === "shown"}
        onClose={close}
      >
        {open?.kind === "shown" && (
          <>
            <p className="soft">{text("links.shownHint")}</p>
            <CopyField label={text("links.address")} value={open.address} action={text("links.copy")} />
            <div className="dialog-actions">
              <Button onPress={close}>{text("links.close")}</Button>
            </div>
          </>
        )}
      </Dialog>
      <ConfirmDialog
        title={text("links.revokeTitle", { label: open?.kind === "revoke" ? open.link.label : "" })}
        isOpen={open?.kind === "revoke"}
        onClose={close}
        confirmLabel={text("links.revoke")}
        cancelLabel={text("courses.cancel")}
        isDanger
        onConfirm={async (key) => {
          if (open?.kind !== "revoke") return;
          await revoke({ linkId: open.link.linkId }, key);
          toast(text("links.revoked"));
        }}
      >
        <p>{text("links.revokeText")}</p>
      </ConfirmDialog>
    </section>
  );
}

interface LinkTableProps {
  readonly courseId: string;
  readonly links: readonly CourseLink[];
  readonly onShow: (link: CourseLink) => void;
  readonly onRevoke: (link: CourseLink) => void;
  readonly onWho: (link: CourseLink) => void;
}

function LinkTable({ courseId, links, onShow, onRevoke, onWho }: LinkTableProps) {
  const text = useText();
  const columns: readonly Column<CourseLink>[] = [
    {
      title: text("links.label"),
      isLead: true,
      cell: ({ label, madeBy, linkId, state }) => (
        <span className="person-lines">
          {state === "open" ? (
            <Link
              className="item-title"
              to="/courses/$courseId/qr"
              params={{ courseId }}
              search={{ link: linkId }}
            >
              {label}
            </Link>
          ) : (
            <span className="item-title">{label}</span>
          )}
          <span className="faint">{text("links.madeBy", { name: madeBy })}</span>
        </span>
      ),
    },
    { title: text("people.role"), cell: ({ role }) => text(`courseRole.${role}`) },
    {
      title: text("links.state"),
      cell: ({ state }) => (
        <Badge {...(state === "open" ? { tone: "good" as const } : {})}>{text(`links.state.${state}`)}</Badge>
      ),
    },
    {
      title: text("links.uses"),
      cell: ({ uses, usesMax }) =>
        usesMax === null ? String(uses) : text("links.usesOf", { uses, max: usesMax }),
    },
    { title: text("links.expires"), cell: ({ expiresAt }) => <DateTime at={expiresAt} /> },
    {
      title: text("people.actions"),
      align: "end",
      cell: (link) => {
        const who: MenuAction = { id: "who", label: text("links.who"), run: () => onWho(link) };
        const actions: MenuAction[] = [
          { id: "show", icon: "copy", label: text("links.show"), run: () => onShow(link) },
          who,
          { id: "revoke", label: text("links.revoke"), isDangerous: true, run: () => onRevoke(link) },
        ];
        return (
          <Menu
            label={text("people.actionsOf", { name: link.label })}
            actions={link.state === "open" ? actions : [who]}
          />
        );
      },
    },
  ];
  return (
    <Table caption={text("links.title")} columns={columns} rows={links} keyOf={({ linkId }) => linkId} />
  );
}

interface LinkFormProps {
  readonly courseId: string;
  readonly onClose: () => void;
  readonly onMade: (label: string, address: string) => void;
}

function LinkForm({ courseId, onClose, onMade }: LinkFormProps) {
  const text = useText();
  const { run } = useCommand("courses.createCourseLink");
  const [role, setRole] = useState<(typeof roles)[number]>("student");

  async function make(fields: Readonly<Record<string, string>>, key: string) {
    const expiresAt = instantOf(fields.expiresAt ?? "");
    const { link, address } = await run(
      {
        ...{ courseId, role, label: fields.label ?? "" },
        ...(expiresAt === null ? {} : { expiresAt }),
        usesMax: fields.usesMax === undefined || fields.usesMax === "" ? null : Number(fields.usesMax),
      },
      key,
    );
    onMade(link.label, address);
  }

  return (
    <Form onSubmit={make}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("links.label")}
            hint={text("links.labelHint")}
            name="label"
            maxLength={80}
            isRequired
            autoFocus
          />
          <Select
            label={text("people.role")}
            name="role"
            options={roles.map((value) => ({ value, label: text(`courseRole.${value}`) }))}
            value={role}
            onChange={setRole}
          />
          <p className="faint">{text(`people.may.${role}`)}</p>
          <TextField
            label={text("links.expires")}
            name="expiresAt"
            type="datetime-local"
            defaultValue={localFieldOf(Date.now() + daysDefault * dayMs)}
            isRequired
          />
          <TextField
            label={text("links.usesMax")}
            hint={text("links.usesMaxHint")}
            name="usesMax"
            type="number"
            min={1}
            max={5_000}
            step={1}
          />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("courses.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("links.make")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
